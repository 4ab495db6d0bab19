"""The outage pack: what is on paper, for whom, and what becomes of the files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from pypdf import PdfReader

from bot.model import Absence, Action, Consent, Group, Meeting, Member, Person
from handlers.chores import Chore, Chores, next_night
from handlers.clock import SimulatedClock
from handlers.outage import ALL, OutagePack
from storage.store import KeyStore, Store
from templates.words import Words

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
TALL = Group(
    "tall", "tall", state="active", contact_person="anna", stand_in="bo", aim="fler smärtfria timmar", mandate="byta tider",
    consent=Consent(date(2027, 11, 23), ("Arvika kommun",)),
)  # fmt: skip
PEOPLE = (
    Person("anna", "Anna Berg", "Arvika kommun", phone="070-123 45 67"),
    Person("bo", "Bo Ek", "Region Värmland", phone="070-765 43 21"),
    Person("eva", "Eva Kovačević 🎯", "Region Värmland"),
    Person("maj", "Maj Lind", identities=("mail:maj@example.org",)),
)
SEATS = tuple(Member(f"tall:@{who}", "tall", who, role) for who, role in {"anna": "member", "bo": "member", "eva": "facilitator", "maj": "guest"}.items())
ACTIONS = (
    Action("tall:1", "tall", 1, ("bo",), date(2026, 11, 20), "anna", NOW, text="ringa hemtjänsten"),
    Action("tall:2", "tall", 2, ("anna",), datetime(2026, 11, 27, 13), "anna", NOW, state="stuck", reason="saknar behörighet", text="beställa <b>hjälpmedel</b>"),
    Action("tall:3", "tall", 3, ("anna",), date(2026, 11, 20), "anna", NOW, state="done", text="hämta nyckeln"),
)
MEETING = Meeting("tall:2026-11-24", "tall", datetime(2026, 11, 24, 13), datetime(2026, 11, 24, 13))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path}/nvg.db", KeyStore(tmp_path / "nvg.keys", bytes(32)))
    made.migrate()
    with made.turn() as work:
        work.save([*PEOPLE, TALL, *SEATS, MEETING, *ACTIONS, Absence("@bo:2026-11-23", "bo", date(2026, 11, 23), date(2026, 11, 25), "anna")], NOW)
    yield made
    made.close()


def words_of(file: Path, password: str = "") -> str:
    """What a reader of the paper sees, as another program reads the file; "" where it does not open."""
    reader = PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(password):
        return ""
    return " ".join(" ".join(each.extract_text() for each in reader.pages).split())


def test_all_that_is_needed_when_everything_is_down(store: Store, tmp_path: Path) -> None:
    pack = OutagePack(store, Words(), tmp_path / "blad")
    assert pack.write(NOW) == 1
    text = words_of(tmp_path / "blad" / "tall.pdf")
    for words in (
        "fler smärtfria timmar", "tisdag 24 november kl. 13:00", "Anna Berg · 070-123 45 67 · kontaktperson", "Bo Ek · 070-765 43 21",
        "Eva Kovačević · telefon saknas · mötesledare", "Bo Ek är borta till och med", "Maj Lind", "#1 ringa hemtjänsten", "försenad",
        "<b>hjälpmedel</b>", "har fastnat: saknar behörighet", "byta tider", "2026-11-23 08:00", "1 / 1",
    ):  # fmt: skip
        assert words in text, words
    assert "hämta nyckeln" not in text
    assert text.index("ringa hemtjänsten") < text.index("hjälpmedel")  # what is due first stands first
    assert "ringa hemtjänsten" in words_of(tmp_path / "blad" / ALL)
    assert (tmp_path / "blad" / "tall.pdf").stat().st_mode & 0o007 == 0


def test_without_consent_nobody_s_own_words_are_on_paper(store: Store, tmp_path: Path) -> None:
    with store.turn() as work:
        group = work.group("tall")
        assert group is not None
        work.save([replace(group, consent=Consent(date(2026, 11, 22)))], NOW)
    OutagePack(store, Words(), tmp_path).write(NOW)
    text = words_of(tmp_path / "tall.pdf")
    assert "070-123 45 67" in text
    assert "13:00" in text
    for words in ("smärtfria", "ringa", "hjälpmedel", "behörighet", "Maj Lind", "byta tider"):
        assert words not in text


def test_with_a_password_the_file_opens_with_that_alone(store: Store, tmp_path: Path) -> None:
    OutagePack(store, Words(), tmp_path, "björk 42").write(NOW)
    assert words_of(tmp_path / "tall.pdf") == ""
    assert words_of(tmp_path / "tall.pdf", "fel") == ""
    assert "ringa hemtjänsten" in words_of(tmp_path / "tall.pdf", "björk 42")


def test_the_sheet_of_a_group_that_is_no_more_goes_and_other_files_stay(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "blad"
    pack = OutagePack(store, Words(), folder)
    pack.write(NOW)
    (folder / "egen.pdf").write_bytes(b"ours alone")
    store.erase_group("tall", NOW)
    assert pack.write(NOW) == 0
    assert sorted(each.name for each in folder.glob("*.pdf")) == ["egen.pdf"]


def test_two_code_names_that_are_written_alike_have_a_file_each(store: Store, tmp_path: Path) -> None:
    with store.turn() as work:
        work.save([Group("tall-2", "Tall!", state="active"), Group("alla", "alla grupper", state="active"), Group("gk", "GK", "committee", "active")], NOW)
    assert OutagePack(store, Words(), tmp_path).write(NOW) == 3
    assert sorted(each.name for each in tmp_path.glob("*.pdf")) == ["alla-grupper-2.pdf", ALL, "tall-2.pdf", "tall.pdf"]


def test_a_long_list_goes_on_on_the_next_page(store: Store, tmp_path: Path) -> None:
    many = [Action(f"tall:{n}", "tall", n, ("bo",), date(2026, 12, 1), "anna", NOW, text=f"ringa nummer {n} om kvällen " * 3) for n in range(10, 70)]
    with store.turn() as work:
        work.save(many, NOW)
    OutagePack(store, Words(), tmp_path).write(NOW)
    text = words_of(tmp_path / "tall.pdf")
    assert all(f"ringa nummer {n} om" in text for n in range(10, 70))
    assert "2 / " in text


# -- each night, by one of several


def test_a_chore_is_done_once_a_night_by_one_of_several_processes(store: Store) -> None:
    clock, done, ready = SimulatedClock(NOW), [], Barrier(4)

    def process() -> None:
        chores = Chores(store, clock, [Chore("outage_pack", time(4), done.append)])
        ready.wait()
        chores.look()

    def night(now: datetime) -> None:
        clock.move(now)
        ready.reset()
        processes = [Thread(target=process) for _ in range(4)]
        for each in processes:
            each.start()
        for each in processes:
            each.join()

    night(NOW)
    assert done == []  # the first time is the coming night
    first = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    night(first)
    assert done == [first]
    night(first + timedelta(minutes=1))
    assert done == [first]
    night(first + timedelta(days=3))  # what was missed meanwhile is done once
    assert done == [first, first + timedelta(days=3)]


def test_a_chore_that_went_wrong_or_whose_process_died_is_done_again(store: Store) -> None:
    clock, tries = SimulatedClock(NOW), []

    def fails_once(now: datetime) -> None:
        tries.append(now)
        if len(tries) == 1:
            raise OSError

    chores = Chores(store, clock, [Chore("outage_pack", time(4), fails_once)])
    chores.look()
    clock.move(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    with pytest.raises(OSError):
        chores.look()
    chores.look()
    assert len(tries) == 1  # not over and over
    clock.move(clock.now() + timedelta(minutes=15))
    chores.look()
    chores.look()
    assert len(tries) == 2


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 23, 2, 59, tzinfo=UTC), datetime(2026, 11, 23, 3, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 3, 0, tzinfo=UTC), datetime(2026, 11, 24, 3, 0, tzinfo=UTC)),
        (datetime(2027, 3, 27, 12, 0, tzinfo=UTC), datetime(2027, 3, 28, 2, 0, tzinfo=UTC)),  # summer time begins
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), datetime(2026, 10, 25, 3, 0, tzinfo=UTC)),  # and ends
    ],
)
def test_the_next_night_is_by_swedish_clocks(now: datetime, expected: datetime) -> None:
    assert next_night(time(4), now) == expected
