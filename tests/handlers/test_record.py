"""The minutes for the public record: whose part of a meeting is in which document, that nothing left out is in the file, and that the file is PDF/A."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.county import County
from bot.incoming import Incoming, Place
from bot.messages.record import Record
from bot.model import Action, Consent, Decision, Group, GroupView, Lesson, Meeting, Member, Person, Point
from bot.record import employers, record
from handlers import record as command
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.links import Links
from handlers.simulator.stage import Stage
from storage.store import KeyStore, Store
from templates.card import visible_text
from templates.record import record_pdf
from templates.words import Words
from tests.conftest import examples

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
HELD = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ARVIKA, REGION, KASSAN = "Arvika kommun", "Region Värmland", "Försäkringskassan"
BOTH = Consent(date(2027, 11, 23), (ARVIKA, REGION))
PEOPLE = (
    Person("anna", "Anna Berg", ARVIKA), Person("bo", "Bo Ek", REGION), Person("eva", "Eva Kovačević", REGION), Person("fia", "Fia Ask", KASSAN),
    Person("maj", "Maj Lind"), Person("ny", "Nils Yng"),
)  # fmt: skip
TALL = Group("tall", "tall", state="active", contact_person="anna", organisations=(ARVIKA, REGION))
ROLES = {"anna": "member", "bo": "member", "eva": "facilitator", "fia": "member", "maj": "guest", "ny": "member"}
SEATS = tuple(Member(f"tall:@{who}", "tall", who, role) for who, role in ROLES.items())
MEETING = Meeting(
    "tall:2026-11-24", "tall", datetime(2026, 11, 24, 13), datetime(2026, 11, 24, 13), state="ended", started_at=HELD, ended_at=HELD + timedelta(minutes=28),
    present=("anna", "bo", "eva", "maj"), led_by="eva", visitors="dottern Karin",
)  # fmt: skip
KEPT: tuple[Any, ...] = (
    Decision("tall:B1", "tall", 1, "anna", HELD, ("anna",), date(2026, 12, 1), meeting=MEETING.id, text="hemtjänst två gånger"),
    Decision("tall:B2", "tall", 2, "anna", HELD, ("bo",), meeting=MEETING.id, text="läkemedelsgenomgång torsdag"),
    Action("tall:1", "tall", 1, ("anna",), date(2026, 12, 1), "bo", HELD, meeting=MEETING.id, text="ringa boendet"),
    Action("tall:2", "tall", 2, ("anna", "bo"), date(2026, 12, 1), "anna", HELD, meeting=MEETING.id, text="gemensamt hembesök", state="stuck", reason="hittar ingen tid"),
    Action("tall:3", "tall", 3, ("eva",), date(2026, 12, 1), "anna", HELD, meeting=MEETING.id, text="skriva remissen"),
    Action("tall:4", "tall", 4, ("anna",), date(2026, 11, 20), "anna", HELD - timedelta(days=7), text="hämta nyckeln", state="done", closed_at=HELD + timedelta(minutes=3), result="sover bättre"),
    Lesson("tall:l1", "tall", 1, "bo", HELD, MEETING.id, text="börja tidigare"),
)  # fmt: skip


def view(consent: Consent | None = None, kept: tuple[Any, ...] = KEPT, meeting: Meeting = MEETING) -> GroupView:
    def of(kind: type) -> tuple[Any, ...]:
        return tuple(each for each in kept if isinstance(each, kind))

    return GroupView(replace(TALL, consent=consent), SEATS, (meeting,), of(Action), of(Decision), of(Point), lessons=of(Lesson))


def made(employer: str, consent: Consent | None = None, public: bool = True, **more: Any) -> Record:
    found = record(view(consent), {p.id: p for p in PEOPLE}, MEETING, employer, NOW, public=public, **more)
    assert found is not None
    return found


def said(record: Record) -> str:
    """All words of the document, as another program reads the file."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(record_pdf(record))).pages).split())


def shown(record: Record) -> list[str]:
    return [row.number for row in record.rows]


def test_each_employer_has_its_own_part_and_a_register_of_the_rest() -> None:
    theirs = made(ARVIKA)
    assert (shown(theirs), theirs.present, theirs.led_by) == (["B1", "1", "2", "4"], ("Anna Berg",), "")
    assert [(each.kind, each.about, each.words, each.why) for each in theirs.left_out] == [
        ("leader", "", 2, "other"), ("present", "", 2, "other"), ("present", "", 2, "other"), ("guest", "", 2, "relative"), ("guest", "", 2, "relative"),
        ("decision", "B1", 3, "patient"), ("decision", "B2", 2, "other"),
        ("action", "1", 2, "patient"), ("action", "2", 2, "patient"), ("obstacle", "2", 3, "patient"), ("responsible", "2", 2, "other"),
        ("action", "3", 2, "other"), ("closed", "4", 2, "patient"), ("result", "4", 2, "patient"), ("lesson", "", 2, "other"),
    ]  # fmt: skip
    assert {each.law for each in theirs.left_out} == {"26 kap. 1 § OSL", "8 kap. 1 § och 25 kap. 1 § OSL"}
    assert (shown(made(REGION)), made(REGION).led_by) == (["B2", "2", "3", ""], "Eva Kovačević")


def test_with_a_consent_that_names_both_all_is_there_and_the_words_in_the_full_one() -> None:
    public, full = made(ARVIKA, BOTH), made(ARVIKA, BOTH, public=False)
    assert shown(public) == shown(full) == ["B1", "B2", "1", "2", "3", "4", ""]
    assert full.left_out == ()
    assert "gemensamt hembesök" in said(full)
    assert "dottern Karin" in said(full)
    assert "hembesök" not in said(public)
    assert {each.why for each in public.left_out} == {"patient", "relative"}


@pytest.mark.parametrize(
    "consent", [None, replace(BOTH, until=date(2026, 11, 27)), replace(BOTH, organisations=(ARVIKA,)), replace(BOTH, organisations=(REGION, KASSAN))],
    ids=["withdrawn", "run out", "own only", "others only"],
)  # fmt: skip
def test_without_it_another_employer_s_document_has_nothing_of_it(consent: Consent | None) -> None:
    for public in (True, False):
        words = said(made(ARVIKA, consent, public))
        for theirs in ("läkemedelsgenomgång", "remissen", "tidigare", "Bo Ek", "Eva"):
            assert theirs not in words, theirs
    assert "ringa boendet" in said(made(ARVIKA, consent, public=False))


def test_who_was_not_there_and_answers_for_nothing_files_nothing() -> None:
    assert record(view(), {p.id: p for p in PEOPLE}, MEETING, KASSAN, NOW) is None
    assert employers(view(), {p.id: p for p in PEOPLE}) == (ARVIKA, KASSAN, REGION)


def test_what_a_registrar_asks_for_is_on_the_first_page() -> None:
    words = said(made(ARVIKA, diary="VON 2026/118", made_by="Eva Ring"))
    for fact in ("Arvika kommun", "VON 2026/118", "Eva Ring", "2026-11-24", "2026-11-28", "tall", "Minnesanteckningar, offentlig version", "28 minuter", "sida 1 av"):
        assert fact in words, fact
    assert "SEKRETESS" not in words
    assert "SEKRETESS 26 kap. 1 § OSL 2026-11-28 Arvika kommun" in said(made(ARVIKA, public=False))


# -- nothing left out is in the file, whatever the group

LETTERS = "bcdfghjklm"  # no word of ours is like "zqbbbbbcd"


class Wordsmith:
    """Words that nobody has written before."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, many: int = 2) -> str:
        self.number += many
        return " ".join("zq" + "".join(LETTERS[int(digit)] for digit in f"{n:07}") for n in range(self.number - many, self.number))


WHOM = st.lists(st.sampled_from(sorted(ROLES)), min_size=1, max_size=3, unique=True).map(tuple)
CONSENT = st.none() | st.builds(Consent, st.just(date(2027, 1, 1)) | st.just(date(2026, 1, 1)), st.lists(st.sampled_from([ARVIKA, REGION, KASSAN]), unique=True).map(tuple))


@st.composite
def groups(draw: st.DrawFn) -> tuple[GroupView, dict[str, Person]]:
    things: list[Any] = []
    words = Wordsmith()
    for n in range(draw(st.integers(0, 4))):
        things.append(Decision(f"tall:B{n}", "tall", n, draw(WHOM)[0], HELD, draw(WHOM), meeting=MEETING.id, text=words()))
        things.append(
            Action(
                f"tall:{n}", "tall", n, draw(WHOM), date(2026, 12, 1), draw(WHOM)[0], HELD, meeting=draw(st.sampled_from([MEETING.id, ""])), text=words(), result=words(),
                reason=words(), state=draw(st.sampled_from(["open", "stuck", "done"])), closed_at=HELD, helped=draw(st.sampled_from(["", "no"])), evaluated_at=HELD,
            )
        )  # fmt: skip
        things.append(Point(f"tall:p{n}", "tall", n, draw(WHOM)[0], HELD, meeting=MEETING.id, state="parked", text=words()))
    names = {person.id: replace(person, name=words()) for person in PEOPLE}
    meeting = replace(MEETING, present=draw(WHOM), led_by=draw(WHOM)[0], visitors=words(), invited=draw(WHOM)[:1])
    return view(draw(CONSENT), tuple(things), meeting), names


@settings(max_examples=examples(25), deadline=None)
@given(groups(), st.sampled_from([ARVIKA, REGION, KASSAN]), st.booleans())
def test_no_word_of_what_is_left_out_is_in_the_document(group: tuple[GroupView, dict[str, Person]], employer: str, public: bool) -> None:
    it, people = group
    found = record(it, people, it.meetings[0], employer, NOW, public=public)
    if found is None:
        return
    words = set(re.findall(f"zq[{LETTERS}]{{7}}", re.sub(r"\s+", "", said(found))))
    mine = {id for id, person in people.items() if person.organisation == employer}
    consented = it.group.consent.organisations if it.group.consent and it.group.consent.until >= NOW.date() and employer in it.group.consent.organisations else ()
    staff = {id for id in people if id not in ("maj", *it.meetings[0].invited)}

    def theirs(whom: tuple[str, ...], by: str) -> bool:
        """Another's alone, and no consent."""
        homes = {people[id].organisation for id in ([id for id in whom if id in staff] or [by])}
        return employer not in homes and not homes <= set(consented) - {""}

    for each in (*it.decisions, *it.actions, *it.points):
        whom = each.responsible if isinstance(each, Decision) else each.owners if isinstance(each, Action) else (each.by,)
        if public or theirs(whom, each.by):
            assert not words & set(f"{each.text} {getattr(each, 'result', '')} {getattr(each, 'reason', '')}".split())
    for id, person in people.items():
        if id not in mine and (public if id not in staff else person.organisation not in consented):
            assert not words & set(person.name.split()), id
    assert not (public and words & set(it.meetings[0].visitors.split()))


# -- the file


@pytest.mark.parametrize("public", [True, False])
def test_the_file_is_pdf_a(public: bool) -> None:
    """ISO 19005-2, as far as can be seen without a validator: what it says of itself, its colours, its fonts, and nothing that moves or is locked."""
    content = record_pdf(made(ARVIKA, public=public))
    reader = PdfReader(BytesIO(content))
    root: Any = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r'pdfaid:part(?:>|=")2', xmp)
    assert re.search(r'pdfaid:conformance(?:>|=")U', xmp)
    assert "Arvika kommun" in xmp
    assert "Minnesanteckningar 2026-11-24 tall" in xmp
    assert root["/Lang"] == "sv-SE"
    (intent,) = root["/OutputIntents"]
    profile = intent.get_object()["/DestOutputProfile"].get_object()
    assert (intent.get_object()["/S"], profile["/N"], profile.get_data()[36:40]) == ("/GTS_PDFA1", 3, b"acsp")
    assert not reader.is_encrypted
    assert "/ID" in reader.trailer
    assert re.match(rb"%PDF-1\.7\n%[\x80-\xff]{4}", content)
    for name in (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/AA", b"/AcroForm", b"/SMask"):
        assert not re.search(name + rb"\b", content), name
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        (drawn,) = font["/DescendantFonts"]
        assert "/FontFile2" in drawn.get_object()["/FontDescriptor"]
        assert "/ToUnicode" in font


# -- the command line


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    kept = Store(f"sqlite:///{tmp_path}/nvg.db", KeyStore(tmp_path / "nvg.keys", bytes(32)))
    kept.migrate()
    with kept.turn() as work:
        work.save([*PEOPLE, TALL, *SEATS, MEETING, *KEPT], NOW)
    yield kept
    kept.close()


def run(store: Store, folder: Path, *args: str) -> tuple[int, list[str]]:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    code = command.main(parser.parse_args(["record", str(folder), *args]), store, County(), SimulatedClock(NOW))
    return code, sorted(each.name for each in folder.iterdir())


def test_a_file_for_each_meeting_and_employer_and_it_is_noted(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "diariet"
    assert run(store, folder) == (0, ["2026-11-24-tall-arvika-kommun.pdf", "2026-11-24-tall-region-värmland.pdf"])
    assert (folder / "2026-11-24-tall-arvika-kommun.pdf").stat().st_mode & 0o007 == 0
    with store.read() as read:
        notes = [fact.fact for fact in read.facts(subject=MEETING.id) if fact.fact.kind == "record_made"]
    assert [dict(note.detail) for note in notes] == [{"variant": "public"}] * 2
    assert {(each.reader[0], each.group, each.kind, each.way, each.times) for each in store.seen(group="tall") if not each.person} == {("$", "tall", "record", "export", 2)}


@pytest.mark.parametrize(
    ("args", "code", "files"),
    [
        (("--group", "TALL", "--organisation", "arvika KOMMUN", "--full"), 0, ["2026-11-24-tall-arvika-kommun-sekretess.pdf"]),
        (("--from", "2026-11-24", "--until", "2026-11-24", "--organisation", REGION), 0, ["2026-11-24-tall-region-värmland.pdf"]),
        (("--from", "2026-11-25"), 1, []),
        (("--until", "2026-11-23"), 1, []),
        (("--group", "gran"), 2, []),
        (("--organisation", "Eda kommun"), 2, []),
    ],
)
def test_only_what_was_asked_for(store: Store, tmp_path: Path, args: tuple[str, ...], code: int, files: list[str]) -> None:
    assert run(store, tmp_path / "diariet", *args) == (code, files)


# -- in the chat, and the page behind the link


class Chat:
    """The group in Slack, and a browser."""

    def __init__(self, store: Store, address: str = "https://bot.example.se") -> None:
        self.store, self.clock, words = store, SimulatedClock(NOW), Words()
        links = self.links = Links(address, store.keys.secret_for)
        words.record_link = links.record
        stage = Stage(self.clock)
        self.engine = Engine(store, words, stage.speakers, self.clock, "sv")
        stage.join(self.engine)
        stage.add_channel("slack:tall")
        self.web = TestClient(Starlette(routes=list(command.routes(store, words, self.clock, links))), base_url="https://bot.example.se")
        self.number = 0

    def say(self, who: str, line: str) -> str:
        self.number += 1
        answered = self.engine.handle(Incoming(f"e{self.number}", who, Place("slack", "tall"), said=line, addressed=True))
        assert answered.card
        return visible_text(answered.card)

    def links_for(self, who: str, line: str = "protokoll till diariet") -> list[str]:
        return re.findall(r"https://bot\.example\.se(/record/\S+)", self.say(who, line))


@pytest.fixture
def chat(store: Store) -> Chat:
    with store.turn() as work:
        people = [replace(person, identities=(f"slack:{person.id}",)) for id in ROLES if (person := work.person(id))]
        group = work.group("tall")
        assert group
        work.save([replace(group, channels=("slack:tall",), consent=BOTH), *people], NOW)
    return Chat(store)


def test_the_contact_person_and_the_facilitator_fetch_their_own_employer_s_documents(chat: Chat) -> None:
    for who, own, law in (("anna", "arvika-kommun", "26 kap. 1 § OSL"), ("eva", "region-v%C3%A4rmland", "25 kap. 1 § OSL")):
        public, full = chat.links_for(who)
        for link, name, secret in ((public, f"2026-11-24-tall-{own}.pdf", False), (full, f"2026-11-24-tall-{own}-sekretess.pdf", True)):
            shown = chat.web.get(link)
            assert (shown.status_code, shown.headers["content-type"], "Hämta dokumentet" in shown.text) == (200, "text/html; charset=utf-8", True)
            fetched = chat.web.post(link)
            assert (fetched.status_code, fetched.headers["content-type"], fetched.headers["cache-control"]) == (200, "application/pdf", "no-store")
            assert fetched.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
            words = " ".join(page.extract_text() for page in PdfReader(BytesIO(fetched.content)).pages)
            assert (f"SEKRETESS\n{law}" in words, "ringa boendet" in words) == (secret, secret)
    with chat.store.read() as read:
        noted = [(f.fact.person, f.fact.detail["variant"]) for f in read.facts(subject=MEETING.id) if f.fact.kind == "record_made"]
    assert noted == [("anna", "public"), ("anna", "full"), ("eva", "public"), ("eva", "full")]
    fetched_by = {(each.reader, each.times) for each in chat.store.seen(group="tall") if each.way == "document" and not each.person}
    assert fetched_by == {("anna", 2), ("eva", 2)}


def test_a_link_gives_the_document_once_and_only_for_a_while(chat: Chat) -> None:
    public, full = chat.links_for("anna")
    assert [chat.web.post(public).status_code for _ in range(2)] == [200, 404]
    chat.clock.move(NOW + timedelta(minutes=16))
    assert (chat.web.get(full).status_code, chat.web.post(full).status_code) == (404, 404)


@pytest.mark.parametrize("state", ["left", "not the contact person any more", "gone"])
def test_who_may_have_it_no_more_has_no_use_of_the_link(chat: Chat, state: str) -> None:
    public, _ = chat.links_for("anna")
    with chat.store.turn() as work:
        person, group = work.person("anna"), work.group("tall")
        (seat,) = (each for each in work.members() if each.person == "anna")
        assert person and group
        changed = {"left": replace(seat, state="left"), "gone": replace(person, state="gone")}.get(state, replace(group, contact_person="bo"))
        work.save([changed], NOW)
    assert chat.web.post(public).status_code == 404


def test_no_other_link_gives_anything(chat: Chat) -> None:
    public, _ = chat.links_for("anna")
    name = chat.links.open("record", public.rpartition("/")[2])
    assert name is not None
    made_up = [
        public[:-2] + "AA", "/record/x", f"/record/{chat.links.seal('answer', name)}", f"/record/{chat.links.seal('record', name.replace(MEETING.id, 'tall:2026-12-24'))}",
        f"/record/{chat.links.seal('record', name.replace('anna', 'bo'))}", f"/record/{chat.links.seal('record', name.replace(MEETING.id, 'tall:B1'))}",
    ]  # fmt: skip
    assert {chat.web.post(link).status_code for link in made_up} == {404}
    assert not re.search(r"tall|anna|2026", public)


@pytest.mark.parametrize(
    ("who", "line", "answer"),
    [
        ("bo", "protokoll till diariet", "mötesledaren eller kontaktpersonen"),
        ("maj", "diarieför mötet", "mötesledaren eller kontaktpersonen"),
        ("anna", "diarieför mötet 24 november", "till diariet hos Arvika kommun"),
        ("anna", "diarieför mötet 17 november", "inget möte i tall som hölls"),
    ],
)
def test_who_may_ask_and_for_what(chat: Chat, who: str, line: str, answer: str) -> None:
    said = chat.say(who, line)
    assert answer in said
    assert ("/record/" in said) == ("diariet hos" in answer)


def test_where_no_browser_reaches_us_it_says_so(store: Store) -> None:
    with store.turn() as work:
        group, person = work.group("tall"), work.person("anna")
        assert group and person
        work.save([replace(group, channels=("slack:tall",)), replace(person, identities=("slack:anna",))], NOW)
    assert "går inte att hämta härifrån" in Chat(store, "").say("anna", "protokoll till diariet")


def test_who_has_no_employer_is_told(chat: Chat) -> None:
    with chat.store.turn() as work:
        person = work.person("anna")
        assert person
        work.save([replace(person, organisation="")], NOW)
    assert "vilken huvudman" in chat.say("anna", "protokoll till diariet")
