"""The first meeting, where the rehearsals do not go: its forms, who may forget a group, and that forgotten is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.first_meeting import stamp_of
from bot.incoming import Incoming, Place, Tap
from bot.model import Consent, Group, Meeting, Member, Person
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.turn import Answered
from storage.store import Store
from templates.card import visible_text
from templates.words import Words

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
PEOPLE = [Person("anna", "Anna Berg"), Person("eva", "Eva Ring")]
GROUP = Group("tall", "Tall", channels=("slack:nvg-tall",), aim="sova hela nätter")
SEATS = [Member("tall:@anna", "tall", "anna"), Member("tall:@eva", "tall", "eva", "facilitator")]
CHANNEL = Place("slack", "nvg-tall")


class Bot:
    def __init__(self, store: Store) -> None:
        self.store, self.count = store, 0
        self.engine = Engine(store, Words(), {}, SimulatedClock(NOW))
        self.save(*PEOPLE, GROUP, *SEATS)

    def save(self, *things: Person | Group | Member | Meeting) -> None:
        with self.store.turn() as work:
            work.save(things, NOW)

    def group(self) -> Group | None:
        with self.store.read() as read:
            return read.group("tall")

    def tap(self, do: str, person: str = "eva", **fields: str) -> Answered:
        self.count += 1
        tap = Tap(do, "tall", fields or None)
        return self.engine.handle(Incoming(f"e{self.count}", person, CHANNEL, tap=tap))


@pytest.fixture
def bot(store: Store) -> Bot:
    return Bot(store)


def words(answered: Answered) -> str:
    return visible_text(answered.card) if answered.card else ""


def test_forgotten_is_gone_from_the_store(bot: Bot) -> None:
    assert bot.tap("forget_group").name == "group_forgotten"
    bot.engine.wake()
    assert bot.group() is None
    with pytest.raises(KeyError):
        bot.store.export_group("Tall")
    assert bot.tap("set_aim", mål="x").name == "no_group_here"


def test_until_it_is_erased_it_has_no_words_and_takes_none(bot: Bot) -> None:
    bot.tap("forget_group")
    group = bot.group()
    assert group
    assert (group.state, group.aim) == ("forgotten", "")
    assert bot.tap("set_aim", mål="x").name == "group_closed"


def test_a_crash_before_the_erasure_only_puts_it_off(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    bot.tap("forget_group")
    with monkeypatch.context() as broken:
        broken.setattr(bot.store, "erase_group", lambda *_: (_ for _ in ()).throw(OSError("the disk is full")))
        bot.engine.wake()
    assert bot.group()
    later = Engine(bot.store, Words(), {}, SimulatedClock(NOW + timedelta(hours=1)))
    later.wake()
    assert bot.group() is None


def test_only_who_leads_the_group_forgets_it(bot: Bot) -> None:
    assert bot.tap("forget_group", "anna").name == "not_allowed"
    assert "Eva Ring" in words(bot.tap("consent_refused", "anna"))
    assert bot.group() == replace(GROUP, version=1)


@pytest.mark.parametrize("reason", ["consent", "met"])
def test_a_group_with_a_yes_or_a_history_is_not_forgotten_by_a_tap(bot: Bot, reason: str) -> None:
    if reason == "consent":
        bot.save(replace(GROUP, version=1, consent=Consent(date(2027, 1, 1))))
    else:
        long_ago = datetime(2025, 11, 4, 13)
        bot.save(Meeting("tall:2025-11-04", "tall", long_ago, long_ago, state="ended", started_at=NOW - timedelta(days=400)))
    assert bot.tap("forget_group").name == "consent_refused"
    bot.engine.wake()
    assert bot.group()


def test_care_contact_and_plan_are_kept_as_written_and_can_be_taken_away(bot: Bot) -> None:
    assert bot.tap("set_care_plan", vårdkontakt="", sip="").name == "form_errors"
    assert bot.tap("set_care_plan", vårdkontakt="distriktssköterskan", sip="").name == "care_plan_saved"
    assert bot.group() and bot.group().care_contact == "distriktssköterskan"  # type: ignore[union-attr]
    assert "borttagna" in words(bot.tap("set_care_plan", vårdkontakt="", sip=""))


def test_two_who_write_the_care_plan_at_once(bot: Bot) -> None:
    version = stamp_of(GROUP)
    bot.tap("set_care_plan", vårdkontakt="distriktssköterskan", sip="")
    late = Incoming("late", "anna", CHANNEL, tap=Tap("set_care_plan", "tall", {"vårdkontakt": "kuratorn", "sip": ""}, version))
    answered = bot.engine.handle(late)
    assert answered.name == "stale"
    assert "distriktssköterskan" in words(answered) and "kuratorn" in words(answered)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("tisdagar 13:00", "meetings_scheduled"), ("varannan torsdag 14-15", "meetings_scheduled"), ("Tuesdays 13:00", "meetings_scheduled"),
        ("på onsdag kl 10", "meeting_added"), ("tisdagar", "form_errors"), ("när det passar", "form_errors"), ("32/13 kl 10", "form_errors"),
    ],
)  # fmt: skip
def test_the_meeting_time_is_read_as_after_the_command(bot: Bot, written: str, name: str) -> None:
    assert bot.tap("set_rhythm", mötestid=written).name == name
