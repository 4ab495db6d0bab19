"""Mail over real SMTP: what a guest gets, what a calendar makes of it, and every way that a server says no."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr

import pytest
import recurring_ical_events
from icalendar import Calendar
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.calendar import invitations
from bot.incoming import Incoming, Place
from bot.model import Action, Group, Member, Person
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.links import Links
from handlers.mail import MailSpeaker, routes
from handlers.simulator.stage import Stage
from handlers.speaker import GiveUp, Parcel, To, TryAgain
from storage.store import Store
from templates.card import Button, Buttons, Card, Heading, Item, Span, Text
from templates.words import Words
from tests.fake_servers.mail import FakeMail, Mail

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MAJ = To("mail", user="maj@example.org")
HELLO = Parcel("own_list", Card((Heading((Span("Din lista"),)), Item((Span("ring dagvården"),), (Button("Klart", "done", "tall:1"),)))), "Din lista", "abc-1")


@pytest.fixture
def mail() -> Iterator[FakeMail]:
    with FakeMail() as server:
        yield server


def speaker_of(server: FakeMail, links: Links | None = None, **options: object) -> MailSpeaker:
    return MailSpeaker(server.url, "boten@example.se", Words(), SimulatedClock(MONDAY), links, timeout=60, **options)  # type: ignore[arg-type]


# --- one mail ---------------------------------------------------------------------------------------------------------


def test_a_mail_is_plain_words_and_the_same_as_html(mail: FakeMail) -> None:
    id = speaker_of(mail).send(MAJ, HELLO)
    (came,) = mail.mails
    assert (came.sender, came.to) == ("boten@example.se", ["maj@example.org"])
    assert came.message["Message-ID"] == f"<{id}>" == "<abc-1@example.se>"
    assert came.message["Auto-Submitted"] == "auto-generated"
    assert parseaddr(came.message["From"])[1] == "boten@example.se"
    assert "ring dagvården" in came.plain and "ring dagvården" in came.html and '<html lang="sv">' in came.html
    assert "http" not in came.html.replace("http-equiv", "")  # nothing is fetched when it is read
    assert not came.calendar


def test_the_subject_holds_nobodys_words(mail: FakeMail) -> None:
    speaker_of(mail).send(MAJ, HELLO)
    assert mail.mails[0].message["Subject"] == "Det du ska göra efter mötet"


def test_buttons_that_cannot_work_give_way_to_where_to_answer(mail: FakeMail) -> None:
    card = Card((Text((Span("Hej"),)), Buttons((Button("Lämna över", "hand_over", "tall:1"),))))
    speaker_of(mail).send(MAJ, Parcel("reminder", card, "Hej", "abc-2"))
    assert "Lämna över" not in mail.mails[0].plain + mail.mails[0].html
    assert "kontaktperson" in mail.mails[0].plain


def test_what_is_sent_stays_as_it_was(mail: FakeMail) -> None:
    speaker = speaker_of(mail)
    id = speaker.send(MAJ, HELLO)
    speaker.update(MAJ, id, HELLO)
    assert len(mail.mails) == 1


def test_one_connection_serves_many_mails_and_is_made_anew(mail: FakeMail) -> None:
    speaker = speaker_of(mail)
    for _ in range(3):
        speaker.send(MAJ, HELLO)
    assert (len(mail.mails), mail.connections) == (3, 1)
    mail.stop()
    with pytest.raises(TryAgain):
        speaker.send(MAJ, HELLO)
    with FakeMail(port=mail.port) as again:
        speaker.send(MAJ, HELLO)
        assert len(again.mails) == 1


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_encrypted_and_logged_in(tls: str) -> None:
    with FakeMail(tls=tls, login=("boten", "hemligt")) as server:
        speaker_of(server, trusted=server.trusted).send(MAJ, HELLO)
        assert server.mails[0].secure


def test_a_server_that_is_not_trusted_gets_nothing() -> None:
    with FakeMail(tls="starttls") as server:
        with pytest.raises(TryAgain):
            speaker_of(server).send(MAJ, HELLO)
        assert not server.mails


def test_a_password_is_never_sent_in_the_open() -> None:
    with FakeMail(login=("boten", "hemligt")) as server:
        with pytest.raises(TryAgain):
            speaker_of(server).send(MAJ, HELLO)
        assert not server.mails


def test_a_wrong_password_is_tried_again() -> None:
    with FakeMail(tls="starttls", login=("boten", "hemligt")) as server:
        wrong = MailSpeaker(server.url.replace("hemligt", "fel"), "", Words(), SimulatedClock(MONDAY), trusted=server.trusted)
        with pytest.raises(TryAgain, match="login_refused_535"):
            wrong.send(MAJ, HELLO)


@pytest.mark.parametrize(
    ("refused", "answer", "error", "why"),
    [
        ("maj@example.org", "550 no such user", GiveUp, "smtp_550"),
        ("maj@example.org", "450 greylisted", TryAgain, "smtp_450"),
        ("maj@example.org", "421 going down", TryAgain, "421"),
        ("data", "554 no", GiveUp, "smtp_554"),
        ("data", "451 later", TryAgain, "smtp_451"),
        ("sender", "550 not you", TryAgain, "sender_refused_550"),
    ],
)
def test_a_no_is_forever_or_for_now(mail: FakeMail, refused: str, answer: str, error: type[Exception], why: str) -> None:
    mail.refuse = {refused: answer}
    speaker = speaker_of(mail)
    with pytest.raises(error, match=why):
        speaker.send(MAJ, HELLO)
    mail.refuse = {}
    speaker.send(MAJ, HELLO)  # the next one is none the worse
    assert len(mail.mails) == 1


def test_a_silent_server_does_not_hold_the_post_up(mail: FakeMail) -> None:
    mail.slow = 60.0
    speaker = MailSpeaker(mail.url, "", Words(), SimulatedClock(MONDAY), timeout=0.5)
    with pytest.raises(TryAgain):
        speaker.send(MAJ, HELLO)


@pytest.mark.parametrize("address", ["maj@example.org\nBcc: all@example.org", "@", "no address"])
def test_an_address_that_is_none_is_given_up(mail: FakeMail, address: str) -> None:
    with pytest.raises(GiveUp):
        speaker_of(mail).send(To("mail", user=address), HELLO)
    assert not mail.mails


# --- a guest ----------------------------------------------------------------------------------------------------------


class Town:
    """A group with a guest, whose mail is real."""

    def __init__(self, store: Store, mail: FakeMail) -> None:
        self.store, self.mail, self.clock = store, mail, SimulatedClock(MONDAY)
        self.links = Links("https://bot.example.se", store.keys.secret_for)
        self.words = Words()
        self.stage = Stage(self.clock)
        self.speaker = MailSpeaker(mail.url, "boten@example.se", self.words, self.clock, self.links)
        self.engine = Engine(store, self.words, {**self.stage.speakers, "mail": self.speaker}, self.clock, "sv")
        people = (Person("anna", "Anna Berg", identities=("slack:anna",)), Person("maj", "Maj Lind", identities=("mail:maj@example.org",)))
        group = Group("tall", "tall", state="active", channels=("slack:nvg-tall",), contact_person="anna", aim="sova hela natten")
        seats = (Member("tall:@anna", "tall", "anna", "facilitator"), Member("tall:@maj", "tall", "maj", "guest"))
        with store.turn() as work:
            work.save((*people, group, *seats), MONDAY)
        self.stage.add_person("anna", "Anna Berg", "slack")
        self.stage.add_channel("slack:nvg-tall")
        self.stage.join(self.engine)
        self.number = 0

    def say(self, line: str) -> str:
        """Anna says it in the channel; the answer's name."""
        self.number += 1
        answered = self.engine.handle(Incoming(f"e{self.number}", "anna", Place("slack", "nvg-tall"), said=line))
        self.engine.drain()
        return answered.name


@pytest.fixture
def town(store: Store, mail: FakeMail) -> Town:
    return Town(store, mail)


def test_a_guest_is_invited_and_kept_up_to_date(town: Town) -> None:
    town.say("möte tisdagar 13:00")
    town.say("flytta mötet till onsdag kl 10")
    town.say("ställ in mötet v 52")
    town.say("ställ in alla möten")
    mails = town.mail.mails
    assert [each.method for each in mails] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    found = [Calendar.from_ical(each.calendar).events[0] for each in mails]
    assert len({each["uid"] for each in found}) == 1
    sequences = [each["sequence"] for each in found]
    assert sequences == sorted(set(sequences))
    assert len({each.message["Message-ID"] for each in mails}) == 4
    assert {each.message["In-Reply-To"] for each in mails[1:]} == {mails[0].message["Message-ID"]}
    moved = Calendar.from_ical(mails[1].calendar).events[1]
    assert (moved["recurrence-id"].dt.day, moved.start.hour) == (24, 10)
    assert "flyttat till onsdag 25 november kl. 10:00–10:30" in mails[1].plain
    for each in mails:
        assert "sova hela natten" not in each.message.as_string() + each.plain + each.calendar.decode()


def stands(mails: list[Mail]) -> list[datetime]:
    """What stands in the guest's calendar up to February, after all those mails."""
    newest: dict[str, tuple[int, Mail]] = {}
    for each in (each for each in mails if each.calendar):
        event = Calendar.from_ical(each.calendar).events[0]
        newest[str(event["uid"])] = max(newest.get(str(event["uid"]), (-1, each)), (int(event["sequence"]), each), key=lambda known: known[0])
    kept = [each for _, each in newest.values() if each.method == "REQUEST"]
    found = [recurring_ical_events.of(Calendar.from_ical(each.calendar)).between(date(2026, 11, 23), date(2027, 1, 31)) for each in kept]
    return sorted(each.start.replace(tzinfo=None) for events in found for each in events)


def test_a_rhythm_from_a_day_on_is_two_mails_and_so_is_its_undoing(town: Town) -> None:
    tuesdays = [datetime(2026, 11, 24, 13) + timedelta(weeks=n) for n in range(10)]
    wednesdays = [datetime(2027, 1, 6, 10) + timedelta(weeks=n) for n in range(4)]
    new = [*tuesdays[:6], *wednesdays]
    for line, mails, calendar in (
        ("möte tisdagar 13:00", ["REQUEST"], tuesdays),
        ("möte onsdagar 10:00 från januari", ["REQUEST", "REQUEST"], new),
        ("ångra", ["CANCEL", "REQUEST"], tuesdays),
        ("möte onsdagar 10:00 från januari", ["REQUEST", "REQUEST"], new),
        ("möte onsdagar kl 10 från januari", [], new),
        ("ställ in mötet v 51", ["REQUEST"], [each for each in new if each.day != 15]),
        ("ställ in alla möten", ["CANCEL", "CANCEL"], []),
    ):
        before = len(town.mail.mails)
        town.say(line)
        town.stage.advance(town.clock.now() + timedelta(minutes=5))
        assert sorted(each.method for each in town.mail.mails[before:]) == mails, line
        assert stands(town.mail.mails) == calendar, line


def test_nothing_new_is_no_mail(town: Town) -> None:
    """Neither when actions are written, nor week by week."""
    town.say("möte tisdagar 13:00")
    town.say("åtgärd ring kommunen senast fredag")
    with town.store.read() as read:
        snapshot = read.snapshot_for(["tall"], [], MONDAY)
    assert len(invitations(snapshot, snapshot.views["tall"], datetime(2026, 11, 23, 8))) == 2
    town.stage.advance(MONDAY + timedelta(weeks=7))  # over new year, when dates are worded otherwise
    assert [each.method for each in town.mail.mails if each.calendar] == ["REQUEST"]


def test_without_consent_no_mail_says_which_group(town: Town) -> None:
    town.say("samtycke till 2027-11-23 Arvika kommun")
    town.say("möte tisdagar 13:00")
    town.say("samtycke återkallat")
    first, second = [each for each in town.mail.mails if each.calendar]
    assert "tall" in first.message["Subject"] and b"SUMMARY:N\xc3\xa4raV\xc3\xa5rdGrupp tall" in first.calendar
    assert "tall" not in second.message["Subject"] and b"SUMMARY:M\xc3\xb6te" in second.calendar
    assert b"tall" not in second.calendar.replace(b"INSTALL", b"")


def test_who_leaves_loses_the_meetings_and_who_comes_back_has_them_again(town: Town) -> None:
    town.say("möte tisdagar 13:00")
    town.say("ta bort medlem @maj")
    town.say("bjud in maj@example.org")
    assert [each.method for each in town.mail.mails] == ["REQUEST", "CANCEL", "REQUEST"]
    assert len({Calendar.from_ical(each.calendar).events[0]["uid"] for each in town.mail.mails}) == 1


def test_who_is_invited_later_gets_what_is_to_come(town: Town) -> None:
    town.say("möte tisdagar 13:00")
    town.say("extramöte 3 december kl 9")
    town.say("bjud in olle@example.org")
    mails = [each for each in town.mail.mails if each.to == ["olle@example.org"]]
    assert sorted(Calendar.from_ical(each.calendar).events[0].start.day for each in mails) == [3, 24]


def test_an_erased_group_leaves_no_calendar_standing(town: Town) -> None:
    town.say("möte tisdagar 13:00")
    town.store.erase_group("tall", town.clock.now())
    town.engine.drain()
    assert [each.method for each in town.mail.mails] == ["REQUEST", "CANCEL"]
    assert "tall" not in town.mail.mails[1].plain


def test_a_crash_after_the_servers_yes_is_seen_as_a_double(town: Town) -> None:
    """The mail goes again, with the same Message-ID and UID: neither inbox nor calendar shows two."""
    town.say("möte tisdagar 13:00")
    (first,) = town.mail.mails
    message = town.speaker.message(MAJ, HELLO, "abc-1@example.se", "abc-1@example.se")
    again = town.speaker.message(MAJ, HELLO, "abc-1@example.se", "abc-1@example.se")
    assert message["Message-ID"] == again["Message-ID"]
    uid = Calendar.from_ical(first.calendar).events[0]["uid"]
    assert first.message["Message-ID"] == f"<{uid}>"


# --- the link *Klart* -------------------------------------------------------------------------------------------------


def client(town: Town) -> TestClient:
    return TestClient(Starlette(routes=list(routes(town.engine, town.words, town.clock, town.links))), base_url="https://bot.example.se")


def the_link(town: Town) -> str:
    """The link in Maj's list after a meeting."""
    town.say("starta mötet")
    town.say("åtgärd @maj fråga föreningen senast fredag")
    town.say("avsluta mötet")
    found = re.search(r"https://bot\.example\.se(/answer/\S+)", town.mail.mails[-1].plain)
    assert found, town.mail.mails[-1].plain
    return found[1]


def action(town: Town) -> Action:
    with town.store.read() as read:
        found = read.snapshot_for(["tall"], [], town.clock.now()).views["tall"].action(1)
    assert found
    return found


def test_a_guest_says_done_from_the_mail(town: Town) -> None:
    link, web = the_link(town), client(town)
    assert web.get(link).status_code == 200
    assert action(town).state == "open"  # whoever looks at a link before the reader changes nothing
    assert "fråga föreningen" not in web.get(link).text
    answer = web.post(link)
    assert answer.status_code == 200 and "Ångra" not in answer.text
    assert (action(town).state, action(town).closed_by) == ("done", "maj")
    assert web.post(link).text == answer.text  # twice is once
    assert answer.headers["cache-control"] == "no-store"


def test_a_link_is_good_for_one_thing_for_a_while(town: Town) -> None:
    link, web = the_link(town), client(town)
    assert web.get(link[:-2] + ("AA" if not link.endswith("AA") else "BB")).status_code == 404
    assert web.get("/answer/" + town.links.seal("calendar", "x")).status_code == 404
    town.clock.move(MONDAY + timedelta(days=33))
    assert web.get(link).status_code == web.post(link).status_code == 404
    assert action(town).state == "open"


def test_a_guest_who_has_left_can_say_nothing(town: Town) -> None:
    link, web = the_link(town), client(town)
    town.say("ta bort medlem @maj")
    web.post(link)
    assert action(town).state == "open"
