"""The minutes as each employer files them: its own part of a meeting, and a register of what is left out of that.

Two documents for each meeting and employer: one for everybody, without people's own words about the patient, and the full
one, secret, for the case file. What may stand where is said in `bot/rules/record.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.ask import Ask, due_day
from bot.messages import record as say
from bot.minutes import asked_for, written
from bot.model import KIND_FIELDS, Action, Decision, Group, GroupView, Kept, Lesson, Meeting, Person, Point
from bot.outcome import Need, Outcome
from bot.rules.consent import sharing_allowed
from bot.rules.record import LAWS, Ruling, kind_of, ruling, words_in
from bot.rules.work_calendar import local

Result = Outcome | Need

LINK_HOLDS = timedelta(minutes=15)
VARIANTS = ("public", "full")


def show(ask: Ask) -> Result:
    """`protokoll till diariet`: the links to the two documents of the asker's own employer, for the latest meeting or the day's."""
    meetings = asked_for(ask)
    if not isinstance(meetings, tuple):
        return meetings
    meeting = meetings[-1]
    employer = ask.me.organisation.strip()
    if not employer:
        return ask.say(say.NoEmployer())
    public, full = (link_name(ask.me.id, meeting.id, variant, ask.now + LINK_HOLDS) for variant in VARIANTS)
    day = (local(meeting.started_at) if meeting.started_at else meeting.starts).date()
    return ask.say(say.RecordReady(ask.group.code, day, employer, public, full, LINK_HOLDS // timedelta(minutes=1)))


def link_name(person: str, meeting: str, variant: str, until: datetime) -> str:
    """What a link says, sealed: who may fetch which document, and until when. Nothing of what is in it."""
    return "\n".join((person, meeting, variant, until.isoformat(timespec="seconds")))


def read_link(name: str, now: datetime) -> tuple[str, str, str] | None:
    """Person, meeting and variant, if it still holds."""
    person, meeting, variant, until = name.split("\n")
    return (person, meeting, variant) if now <= datetime.fromisoformat(until) else None


def view_of(group: Group, kept: Iterable[Kept]) -> GroupView:
    """The group with all that is kept of it, however old."""
    found: dict[str, list[Kept]] = {}
    for thing in kept:
        found.setdefault(KIND_FIELDS[type(thing).__name__], []).append(thing)
    return GroupView(group, **{name: tuple(things) for name, things in found.items()})  # type: ignore[arg-type]


def meetings_held(view: GroupView) -> tuple[Meeting, ...]:
    """Those that have ended, the oldest first."""
    return tuple(sorted((m for m in view.meetings if m.state == "ended"), key=lambda m: m.starts))


def employers(view: GroupView, people: Mapping[str, Person]) -> tuple[str, ...]:
    """Of all who are or were staff in the group, each once."""
    staff = (people[m.person].organisation for m in view.members if m.role != "guest" and m.state != "undone" and m.person in people)
    named = sorted(name.strip() for name in (*view.group.organisations, *staff) if name.strip())
    return tuple({name.casefold(): name for name in reversed(named)}[each] for each in dict.fromkeys(name.casefold() for name in named))


def record(
    view: GroupView, people: Mapping[str, Person], meeting: Meeting, employer: str, now: datetime, *,
    public: bool = True, kinds: Mapping[str, str] | None = None, diary: str = "", made_by: str = "",
) -> say.Record | None:  # fmt: skip
    """The document; None where nobody of the employer was there or answers for anything. All of the group must be in view.

    `kinds`: what employers do, where the county's file says it.
    """
    writer = _Writer(view, people, meeting, employer, local(now).date(), public, kinds or {})
    it = written(view, meeting)
    led_by = writer.names("leader", "", (meeting.led_by,) if meeting.led_by else ())
    present = writer.names("present", "", meeting.attendants)
    guests = writer.guests()
    rows = (
        *(writer.row("decision", each, each.responsible, each.text) for each in it.decisions),
        *(writer.row("action", each, each.owners, each.text) for each in it.actions),
        *(writer.row("closed", each, each.owners, each.text, each.result) for each in it.closed),
        *(writer.row("outcome", each, each.owners, each.text) for each in it.evaluated if each not in it.closed),
        *(writer.row("lesson", each, (each.by,), each.text) for each in it.lessons),
        *(writer.row("point", each, (each.by,), each.text) for each in (*it.taken_up, *it.parked)),
    )
    if not writer.concerned:
        return None
    begun, ended = meeting.started_at, meeting.ended_at
    starts = local(begun) if begun else meeting.starts
    return say.Record(
        view.group.code, employer, LAWS[writer.own], public, starts.date(), starts, round((ended - begun).total_seconds() / 60) if begun and ended else meeting.minutes,
        writer.today, view.group.kind == "committee", made_by, diary, led_by[0] if led_by else "", present, guests, tuple(filter(None, rows)), tuple(writer.left_out),
    )  # fmt: skip


class _Writer:
    """Asks the rule of each thing, and keeps the register of what it leaves out."""

    def __init__(
        self, view: GroupView, people: Mapping[str, Person], meeting: Meeting, employer: str, today: date, public: bool, kinds: Mapping[str, str]
    ) -> None:
        self.view, self.people, self.meeting, self.employer = view, people, meeting, employer
        self.today, self.public, self.kinds = today, public, kinds
        self.own = kind_of(employer, kinds)
        self.invited = {m.person for m in view.members if m.role == "guest"} | set(meeting.invited)
        consent = view.group.consent if sharing_allowed(view.group, today) else None
        self.consented = {name.casefold().strip() for name in consent.organisations} if consent else set()
        self.left_out: list[say.LeftOut] = []
        self.concerned = False

    # whose it is

    def employer_of(self, person: str) -> str:
        known = self.people.get(person)
        return known.organisation.strip() if known else ""

    def is_own(self, employer: str) -> bool:
        return employer.casefold() == self.employer.casefold().strip()

    def named(self, others: Iterable[str]) -> bool:
        """Whether what is theirs may be seen here: a consent names us all. A committee is about nobody in particular."""
        return self.view.group.kind != "care" or {self.employer.casefold().strip(), *(each.casefold() for each in others)} <= self.consented

    def ruling(self, what: str, whom: Iterable[str]) -> Ruling | None:
        """The rule for something that is these people's."""
        homes = [self.employer_of(each) for each in whom]
        whose = "own" if any(self.is_own(home) for home in homes) else "other" if homes and all(homes) else "unknown"
        strangers = [home for home in homes if home and not self.is_own(home)]
        theirs = kind_of(next((home for home in strangers if not self.named((home,))), strangers[0] if strangers else ""), self.kinds)
        return ruling(what, whose, own=self.own, theirs=theirs, named=self.named(strangers), public=self.public)

    # what stands there, and what does not

    def names(self, kind: str, about: str, people: Iterable[str], numbers: list[int] | None = None) -> tuple[str, ...]:
        """The names that may stand there; the others are in the register. `numbers` gets their numbers."""
        shown: list[str] = []
        for person in people:
            known = self.people.get(person)
            name = known.name if known else ""
            guest = person in self.invited
            rule = self.ruling("relative" if guest else "staff", (person,))
            if rule is None:
                shown.append(name)
                self.concerned = self.concerned or self.is_own(self.employer_of(person))
            else:
                number = self.leave_out("guest" if guest and kind == "present" else kind, about, name, rule)
                if numbers is not None:
                    numbers.append(number)
        return tuple(shown)

    def guests(self) -> str:
        """One-time guests, as they were written down."""
        words = self.meeting.visitors
        rule = self.ruling("relative", ()) if words else None
        if rule:
            self.leave_out("guest", "", words, rule)
        return "" if rule else words

    def row(self, kind: str, thing: Decision | Action | Lesson | Point, whom: tuple[str, ...], *words: str) -> say.RecordRow | None:
        """What was agreed, as it may stand there; None where all of it is another's."""
        about = thing.id.rpartition(":")[2] if isinstance(thing, Decision | Action) else ""
        staff = tuple(each for each in whom if each not in self.invited) or (thing.by,)
        reason = thing.reason if isinstance(thing, Action) and thing.state == "stuck" else ""
        if rule := self.ruling("row", staff):
            self.leave_out(kind, about, " ".join((*words, reason)), rule)
            return None
        self.concerned = self.concerned or any(self.is_own(self.employer_of(each)) for each in staff)
        numbers: list[int] = []
        rule = self.ruling("words", staff)
        shown: list[str] = []
        for what, text in zip((kind, "result", "obstacle"), (*words, *("",) * (2 - len(words)), reason), strict=True):
            if text and rule:
                numbers.append(self.leave_out(what, about, text, rule))
            shown.append("" if rule else text)
        made = say.RecordRow(kind, about, shown[0], result=shown[1], reason=shown[2])
        if not isinstance(thing, Decision | Action):
            return replace(made, left_out=tuple(numbers))
        people = self.names("responsible", about, whom, numbers)
        made = replace(made, left_out=tuple(numbers), people=people, due=due_day(thing.due) if thing.due else None)
        return replace(made, state=thing.state, helped=thing.helped) if isinstance(thing, Action) else made

    def leave_out(self, kind: str, about: str, words: str, rule: Ruling) -> int:
        number = len(self.left_out) + 1
        self.left_out.append(say.LeftOut(number, kind, about, words_in(words), rule.law, rule.why))
        return number
