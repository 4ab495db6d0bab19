"""What the bot knows, as frozen values. Only the standard library; time is always an argument.

Every *kept* object has an `id`, the `group` it belongs to ("" for people), and a `version` that the store counts up.
Ids read `group:what`, so that a button can carry one: action `tall:12`, decision `tall:B1`, meeting `tall:2026-12-01`.
Fields marked `free()` hold people's own words; the store keeps them encrypted under the group's key, nowhere else.
Instants (`*_at`) are aware UTC datetimes. Wall-clock times (`starts`, due moments) are naive and mean Europe/Stockholm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.county import County
from bot.frozen import dataclass
from bot.rules.escalation_plan import Plan
from bot.rules.next_meeting import Rule
from bot.rules.reading import Moment
from bot.rules.work_calendar import Working


def free(default: str = "") -> Any:
    """A field of people's own words: encrypted at rest, never in facts, logs or metrics."""
    return field(default=default, metadata={"free": True})


def bookkeeping(default: Any) -> Any:
    """A field the bot keeps for itself: never undone, and no reason to call a form stale."""
    return field(default=default, metadata={"bookkeeping": True})


def hidden() -> Any:
    """Both: the bot's own bookkeeping, encrypted at rest as words are."""
    return field(default="", metadata={"free": True, "bookkeeping": True})


@dataclass(frozen=True, slots=True)
class Person:
    """Someone the bot talks with: staff, or a guest who is reached by mail."""

    id: str
    name: str
    organisation: str = ""
    identities: tuple[str, ...] = ()  # "slack:T0123/U0456", "teams:...", "mail:anna@example.org"; first reachable wins
    phone: str = ""
    language: str = "sv"
    working: Working = Working()
    remind_at: time = time(7, 30)
    reminders: bool = True  # False: no bundled reminders; what is urgent or asked still comes
    time_zone: str = ""  # where they sit, as their platform says; all times are told in Swedish time
    reminded_on: date | None = bookkeeping(None)  # the last day whose bundled reminder has been decided
    overview_rule: Rule | None = None  # when the weekly overview is sent by itself
    overview_told: datetime | None = bookkeeping(None)  # naive local: the last sending that has been decided
    roles: frozenset[str] = frozenset()  # "coordinator", "administrator"
    state: str = "active"  # active | gone
    todo: bool = False  # own action items stand in the own task list too
    todo_at: datetime | None = bookkeeping(None)  # when the two are compared next
    todo_base: str = hidden()  # what both said last time (rules/task_link.py)
    calendar_edition: int = bookkeeping(0)  # of the secret link to the own calendar: counted up, the older ones are dead
    version: int = bookkeeping(0)

    @property
    def group(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Consent:
    """That data may be shared between the named organisations; never more than was said yes to."""

    until: date
    organisations: tuple[str, ...] = ()
    given_by: str = "patient"  # patient | guardian | advance_directive
    given_on: date | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A care group around one focus patient, or a committee (`kind`): committees are groups too."""

    id: str
    code: str
    kind: str = "care"  # care | committee
    state: str = "starting"  # starting | active | paused | closed | forgotten (being erased) | undone
    channels: tuple[str, ...] = ()  # "slack:nvg-tall": one group may live in several
    language: str = "sv"
    level: int = 1
    above: str = ""  # the body its obstacles go to
    organisations: tuple[str, ...] = ()
    contact_person: str = ""
    stand_in: str = ""
    consent: Consent | None = None
    consent_told: str = bookkeeping("")  # "soon 2027-11-23": how far the end of that consent has come (rules/consent.py)
    schedule: Rule | None = None
    earlier: tuple[Rule, ...] = ()  # rhythms that go on, or went on, until the next of them begins (calendars count their parts through)
    paused_from: date | None = None  # a pause still to come
    paused_until: date | None = None  # its last day
    before_pause: str = ""  # the state it wakes to
    calendar: str = ""  # the mailbox whose calendar has its meetings; "" the facilitator's
    last_action: int = bookkeeping(0)  # the newest number given out
    last_decision: int = bookkeeping(0)
    last_lifted: int = bookkeeping(0)
    last_other: int = bookkeeping(0)  # points, questions, lessons, inquiries
    calendar_edition: int = bookkeeping(0)  # as a person's
    at_door: tuple[str, ...] = bookkeeping(())  # who came into its channel without being in it, and is to be decided about
    door_at: datetime | None = bookkeeping(None)  # when the facilitators are asked about them
    lost: tuple[str, ...] = bookkeeping(())  # its channels that the bot was shown out of
    erase_on: date | None = None  # a closed group's: the last day that its words are kept
    erasure_told: date | None = bookkeeping(None)  # the `erase_on` that those who led it have been told of
    aim: str = free()
    mandate: str = free()
    learnt: str = free()
    consent_form: str = free()  # where the written form lies
    care_contact: str = free()  # the patient's fast vårdkontakt, by role and workplace
    care_plan: str = free()  # the SIP: whether there is one, and who keeps it
    existing: str = hidden()  # the event in its calendar that was there before, and is now the first part of its rhythm
    protected: str = hidden()  # names never to be written, as keyed hashes (rules/protected_names.py)
    rooms: str = hidden()  # where its meetings are joined from afar: a line each, "tall:1 https://..." by the event's uid
    version: int = bookkeeping(0)

    @property
    def group(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True)
class Member:
    """A person's place in a group."""

    id: str  # "tall:@anna"
    group: str
    person: str
    role: str = "member"  # member | facilitator | chair | guest
    state: str = "active"  # active | out (went out of the channel, is asked about) | left | undone
    version: int = bookkeeping(0)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting. `planned` is the moment its schedule gave, and its name; `starts` is when it really is."""

    id: str  # "tall:2026-12-01", with "b", "c" added for more the same day
    group: str
    planned: datetime  # naive local
    starts: datetime  # naive local
    minutes: int = 30
    state: str = "planned"  # planned | live | ended | cancelled | missed | undone
    extra: bool = False  # outside the schedule
    agenda_posted: bool = bookkeeping(False)
    holiday_noticed: bool = bookkeeping(False)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    last_line_at: datetime | None = bookkeeping(None)  # the newest thing written in it; silence closes a forgotten meeting
    closed_itself: bool = False
    lists_wait: bool = bookkeeping(False)  # closed itself outside office hours: the own lists come in the morning
    reopened: int = 0  # times it was opened again for correction
    present: tuple[str, ...] = ()
    wrote: tuple[str, ...] = bookkeeping(())  # who has written something in it, and so is there
    led_by: str = ""
    visitors: str = free()  # one-time guests, as written
    invited: tuple[str, ...] = ()  # guests of this meeting alone, by mail
    version: int = bookkeeping(0)

    @property
    def ends(self) -> datetime:
        """When it is planned to be over (naive local)."""
        return self.starts + timedelta(minutes=self.minutes)

    @property
    def attendants(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.present, *self.wrote)))


@dataclass(frozen=True, slots=True)
class Decision:
    """What the group agreed."""

    id: str  # "tall:B1"
    group: str
    number: int
    by: str
    at: datetime
    responsible: tuple[str, ...] = ()
    due: Moment | None = None
    meeting: str = ""
    state: str = "valid"  # valid | withdrawn | undone
    edited_at: datetime | None = None
    text: str = free()
    version: int = bookkeeping(0)


@dataclass(frozen=True, slots=True)
class Action:
    """Who does what until when."""

    id: str  # "tall:12"
    group: str
    number: int
    owners: tuple[str, ...]
    due: Moment
    by: str
    at: datetime
    each: bool = False  # "var för sig": open until every owner is done
    done_by: tuple[str, ...] = ()
    meeting: str = ""  # where it was agreed
    origin: str = ""  # "meeting" | "chat" | the id of what it came from (a decision, a question, an answer)
    state: str = "open"  # open | stuck | done | cancelled | undone
    stuck_kind: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    stuck_at: datetime | None = None
    helped: str = ""  # helped | partly | no, said at the next meeting
    evaluated_at: datetime | None = None
    reminded: int = bookkeeping(0)  # days with a reminder, since an owner last touched it
    reminded_on: date | None = bookkeeping(None)  # the last of them: several owners are reminded on the same day
    owner_asked: bool = bookkeeping(False)  # the contact person was asked whether it is the right owner
    nudged: Moment | None = bookkeeping(None)  # the clock time for which the hour's nudge has been decided
    handed_from: str = ""  # whose it is when a deputy has it: handed back after the absence
    text: str = free()
    result: str = free()
    reason: str = free()  # why it is stuck
    version: int = bookkeeping(0)


@dataclass(frozen=True, slots=True)
class Point:
    """Something to take up at a meeting."""

    id: str  # "tall:p3"
    group: str
    number: int
    by: str
    at: datetime
    by_patient: bool = False
    shared: str = ""  # lesson | idea: from another group, shared by the committee
    meeting: str = ""  # where it was taken up or parked
    state: str = "open"  # open | taken_up | parked | removed | undone
    text: str = free()
    version: int = bookkeeping(0)


@dataclass(frozen=True, slots=True)
class Question:
    """A quick question between meetings, to one or a few."""

    id: str  # "tall:f3"
    group: str
    number: int
    by: str
    at: datetime
    asked: tuple[str, ...]
    state: str = "open"  # open | answered | withdrawn | undone
    nudge_at: datetime | None = None  # after half a working day of whom it was put to
    nudged: bool = bookkeeping(False)
    answered_by: str = ""
    answered_at: datetime | None = None
    text: str = free()
    answer: str = free()
    version: int = bookkeeping(0)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Something to be looked up outside: in people's calendars, or in the directory. Asked in the background, answered in private."""

    id: str  # "tall:s3"
    group: str
    number: int
    by: str
    at: datetime
    what: str  # times | people | meetings
    minutes: int = 0  # times: how long the meeting is to be
    state: str = "open"  # open | answered
    text: str = free()  # people: the name as written; meetings: what it is called in the calendar
    found: str = hidden()  # people: whom the directory had, a line each
    version: int = bookkeeping(0)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the group learnt, worth spreading."""

    id: str  # "tall:l3"
    group: str
    number: int
    by: str
    at: datetime
    meeting: str = ""
    state: str = "valid"  # valid | removed | undone
    text: str = free()
    version: int = bookkeeping(0)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a lifted matter. Its words are in the matter's `said`, at the same place."""

    what: str  # lifted | taken | asked | replied | answered | solved | further | back | released | withdrawn | helped
    by: str
    at: datetime
    body: str = ""  # with whom it lay


@dataclass(frozen=True, slots=True)
class Escalation:
    """A matter lifted to the body above: an obstacle, a good idea, or a lesson worth spreading.

    All that a committee sees of it stands here: never the group's aim or the text of its action.
    """

    id: str  # "tall:H1"
    group: str  # that lifted it
    number: int
    code: str  # the group's code name; "" while no consent lets anybody else know which group it is
    by: str
    at: datetime
    body: str  # id of the body it lies with
    plan: Plan  # frozen when it came there
    stuck_at: datetime  # since when it has been in the way
    about: str = "obstacle"  # obstacle | idea | lesson
    kind: str = "other"
    urgent: bool = False
    action: str = ""  # id of the action whose obstacle it is
    routed_to: str = ""  # the person whom the county file says such matters go to
    state: str = "open"  # open | taken | asked | answered | solved | closed | withdrawn | undone
    taken_by: str = ""
    taken_at: datetime | None = None
    answered_by: str = ""
    answered_at: datetime | None = None
    helped: str = ""  # helped | partly | no, said by the group
    helped_at: datetime | None = None
    shared_at: datetime | None = None  # on the other groups' agendas
    path: tuple[Step, ...] = ()
    reminded_at: datetime | None = bookkeeping(None)  # the committee's channel was reminded
    chair_at: datetime | None = bookkeeping(None)  # when the chair is told, where it is not when the plan says
    chair_told: str = bookkeeping("")  # who was told by name
    text: str = free()
    tried: str = free()
    said: str = free()  # the words of each step of `path`, joined by SEPARATOR
    version: int = bookkeeping(0)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of each step of the path."""
        return tuple(self.said.split(SEPARATOR)) if self.path else ()

    @property
    def waits(self) -> bool:
        """It lies with the body, and no answer has been given."""
        return self.state in ("open", "taken", "asked")

    @property
    def live(self) -> bool:
        """Not settled: no answer yet, or the group has not said whether it helped."""
        return self.state in ("open", "taken", "asked", "answered", "solved")

    @property
    def answer(self) -> str:
        """The words of the newest answer."""
        return next((words for step, words in reversed(self.steps) if step.what in ("answered", "solved")), "")

    @property
    def steps(self) -> tuple[tuple[Step, str], ...]:
        return tuple(zip(self.path, self.words, strict=False))


SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """Minutes for the time study, noted with one tap or line; never in reminders."""

    id: str  # "tall:t3"
    group: str
    number: int
    person: str
    at: datetime
    minutes: int
    about: str = ""  # the action's id, if said
    state: str = "valid"  # valid | undone
    version: int = bookkeeping(0)


@dataclass(frozen=True, slots=True)
class Absence:
    """Someone is away, and who stands in meanwhile."""

    id: str  # "@anna:2027-07-01"
    person: str
    first: date
    last: date
    deputy: str = ""
    state: str = "planned"  # planned | ended | undone
    begun: bool = bookkeeping(False)  # what falls due meanwhile has been handed over, and is to be handed back
    to_tell: tuple[tuple[str, datetime], ...] = bookkeeping(())  # who is to be told of it, and when they work
    version: int = bookkeeping(0)

    @property
    def group(self) -> str:
        return ""


Kept = (
    Person | Group | Member | Meeting | Decision | Action | Point | Question | Inquiry | Lesson | Escalation | TimeSpent | Absence
)
"""Everything the store keeps as state."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one turn changed, so that it can be undone: each object before and after it."""

    id: str  # the turn's id
    by: str
    place: str
    command: str
    at: datetime
    until: datetime  # the last moment for Ångra
    before: Mapping[str, Kept | None]  # key -> the object before (None: it did not exist)
    after: Mapping[str, Kept]  # key -> the object after
    state: str = "done"  # done | undone


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group with what is open in it, and what was touched in the last five weeks."""

    group: Group
    members: tuple[Member, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    actions: tuple[Action, ...] = ()
    decisions: tuple[Decision, ...] = ()
    points: tuple[Point, ...] = ()
    questions: tuple[Question, ...] = ()
    inquiries: tuple[Inquiry, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    escalations: tuple[Escalation, ...] = ()  # lifted by this group
    times: tuple[TimeSpent, ...] = ()
    lifted: tuple[Escalation, ...] = ()  # a committee's: what other groups have lifted to it, and lies there now
    key: bytes = field(default=b"", repr=False)  # what its protected names are hashed with, where it has any or is about to

    def action(self, number: int | None) -> Action | None:
        return next((a for a in self.actions if a.number == number and a.state != "undone"), None)

    @property
    def open_actions(self) -> tuple[Action, ...]:
        return tuple(a for a in self.actions if a.state in ("open", "stuck"))

    @property
    def live(self) -> Meeting | None:
        return next((m for m in self.meetings if m.state == "live"), None)

    def people(self, *roles: str) -> tuple[str, ...]:
        """Ids of the active people with one of the roles; without roles: all but guests."""
        wanted = roles or ("member", "facilitator", "chair")
        return tuple(m.person for m in self.members if m.state == "active" and m.role in wanted)

    def role_of(self, person: str) -> str | None:
        return next((m.role for m in self.members if m.person == person and m.state == "active"), None)


KIND_FIELDS = {
    "Member": "members", "Meeting": "meetings", "Action": "actions", "Decision": "decisions", "Point": "points",
    "Question": "questions", "Inquiry": "inquiries", "Lesson": "lessons", "Escalation": "escalations", "TimeSpent": "times",
}
"""In which field of a GroupView each kind is found."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a decision may look at: the groups concerned, the people in them, and what was asked for with `Need`."""

    asker: Person | None = None
    views: Mapping[str, GroupView] = field(default_factory=dict)  # group id -> view
    here: str = ""  # the group whose channel it was said in; "" in a private chat or a channel without a group
    people: Mapping[str, Person] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()  # the asker's and the members', current and to come
    change: Change | None = None  # the change asked for with Need
    found: Mapping[str, Any] = field(default_factory=dict)  # what other Needs brought: question -> answer
    connected: frozenset[str] = frozenset()  # what can be asked outside: "times", "people" ... (handlers/outside.py)
    county: County = County()

    def get(self, key: str) -> Kept | None:
        """The kept object with that key ("Action tall:12"), if it is in view."""
        kind, _, id = key.partition(" ")
        if kind == "Person":
            return self.people.get(id)
        if kind == "Absence":
            return next((each for each in self.absences if each.id == id), None)
        view = self.views.get(id.partition(":")[0])
        if view is None or kind == "Group":
            return view.group if view else None
        things: tuple[Any, ...] = getattr(view, KIND_FIELDS[kind])
        return next((each for each in things if each.id == id), None)

    def having(self, thing: Kept) -> Snapshot:
        """The snapshot with `thing` in it, in place of an older one."""
        kind = type(thing).__name__
        if isinstance(thing, Person):
            asker = thing if self.asker and self.asker.id == thing.id else self.asker
            return replace(self, asker=asker, people={**self.people, thing.id: thing})
        if isinstance(thing, Absence):
            return replace(self, absences=(*(a for a in self.absences if a.id != thing.id), thing))
        views = dict(self.views)
        if isinstance(thing, Escalation):
            views = {id: lying_with(view, thing) for id, view in views.items()}
        view = views.get(thing.group)
        if isinstance(thing, Group):
            view = replace(view, group=thing) if view else GroupView(thing)
        elif view is None:
            return replace(self, views=views)
        else:
            where = KIND_FIELDS[kind]
            kept = tuple(each for each in getattr(view, where) if each.id != thing.id)
            changes: dict[str, Any] = {where: (*kept, thing)}
            view = replace(view, **changes)
        return replace(self, views={**views, view.group.id: view})


def lying_with(view: GroupView, matter: Escalation) -> GroupView:
    """The view of a body after the matter came to it, changed, or left it."""
    others = tuple(each for each in view.lifted if each.id != matter.id)
    lifted = (*others, matter) if view.group.id == matter.body else others
    return view if lifted == view.lifted else replace(view, lifted=lifted)
