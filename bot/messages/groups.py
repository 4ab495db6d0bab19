"""What is said about a group and who is in it."""

from __future__ import annotations

from datetime import date, datetime

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import Action
from bot.rules.next_meeting import Rule


@dataclass(frozen=True, slots=True)
class GroupStarted(Message):
    """Receipt of a new group, with Ångra; the group's card is posted in the channel."""

    group: str
    code: str
    change: str
    members: tuple[str, ...] = ()
    facilitators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StartGroup(Message):
    """Says how a group is started. `problem`: "" (no code name said) | name_like | taken | unsuitable | private | public | lives_here."""

    problem: str = ""
    code: str = ""
    proposals: tuple[str, ...] = ()
    rest: str = ""  # the people of the line, to be said again with another code name; who are to be let into the one that lives here


@dataclass(frozen=True, slots=True)
class AwayRow:
    """Who is away, until when, and who stands in: a part of the group's card."""

    person: str
    until: date
    deputy: str = ""


@dataclass(frozen=True, slots=True)
class GroupCard(Message):
    """The group as it is now: who, what for, when, and what is open. What is missing comes with the button that solves it."""

    group: str
    code: str
    state: str
    aim: str = ""
    contact_person: str = ""
    phone: str = ""
    stand_in: str = ""
    stand_in_phone: str = ""
    consent_until: date | None = None
    consent_over: bool = False
    care: bool = True  # False: a committee, which is about no patient
    care_contact: str = ""
    care_plan: str = ""
    meeting: datetime | None = None
    schedule: Rule | None = None
    open: int = 0
    overdue: int = 0
    mandate: str = ""
    members: tuple[str, ...] = ()
    facilitators: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    away: tuple[AwayRow, ...] = ()
    rests_from: date | None = None
    rests_until: date | None = None
    learnt: str = ""
    join: str = ""  # where the next meeting is joined from afar


@dataclass(frozen=True, slots=True)
class AimSaved(Message):
    """Receipt. `process`: it begins like a way of working, so a hint about results is given."""

    group: str
    aim: str
    change: str
    process: bool = False


@dataclass(frozen=True, slots=True)
class AimNotice(Message):
    aim: str
    by: str


@dataclass(frozen=True, slots=True)
class AimShown(Message):
    """`mål` alone: the aim as it is, or how to write one."""

    group: str
    aim: str = ""


@dataclass(frozen=True, slots=True)
class MandateSaved(Message):
    mandate: str
    change: str


@dataclass(frozen=True, slots=True)
class MandateNotice(Message):
    mandate: str
    by: str


@dataclass(frozen=True, slots=True)
class MandateShown(Message):
    group: str
    mandate: str = ""


@dataclass(frozen=True, slots=True)
class ContactSaved(Message):
    """Receipt: contact person and stand-in as they are now. `phone`: the contact person's, to be asked for if missing."""

    group: str
    contact_person: str
    stand_in: str
    change: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class ContactNotice(Message):
    contact_person: str
    stand_in: str
    by: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class WhichContact(Message):
    """No person was said: a button opens the form. `role`: contact_person | stand_in | facilitator."""

    group: str
    role: str


@dataclass(frozen=True, slots=True)
class NotMember(Message):
    """Only members can have that place; each can be added with one tap."""

    people: tuple[str, ...]
    role: str = "contact_person"


@dataclass(frozen=True, slots=True)
class TooManyFacilitators(Message):
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacilitatorSaved(Message):
    """Receipt. `was`: those who led before and no longer do; `both` is the line that keeps one of them beside the new."""

    facilitators: tuple[str, ...]
    was: tuple[str, ...]
    change: str
    both: str = ""


@dataclass(frozen=True, slots=True)
class FacilitatorNotice(Message):
    facilitators: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class MembersAdded(Message):
    """Receipt. `guests` were invited by mail; `already` were in the group."""

    code: str
    people: tuple[str, ...]
    change: str
    guest: bool = False


@dataclass(frozen=True, slots=True)
class MembersNotice(Message):
    people: tuple[str, ...]
    by: str
    guest: bool = False


@dataclass(frozen=True, slots=True)
class VisitorInvited(Message):
    """Receipt: somebody is invited by mail to one meeting alone. `guest`: as below."""

    guest: str
    starts: datetime
    change: str = ""


@dataclass(frozen=True, slots=True)
class VisitorNotice(Message):
    """Told the group of the same. `guest`: they are none of its people, whom all messages know by id."""

    guest: str
    starts: datetime
    by: str


@dataclass(frozen=True, slots=True)
class AlreadyMember(Message):
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoSuchMember(Message):
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhoIsNew(Message):
    """`lägg till` without anybody: how to write it."""


@dataclass(frozen=True, slots=True)
class MembersGone(Message):
    """Receipt of leaving or removing. `offered`: how many open actions are offered to the others."""

    code: str
    people: tuple[str, ...]
    change: str
    offered: int = 0
    group: str = ""
    no_contact: bool = False
    no_facilitator: bool = False
    out: bool = False  # out of the channel already


@dataclass(frozen=True, slots=True)
class LeftCard(Message):
    """In the channel: who is no longer in the group, and what they leave to the others, each with *Jag tar den*."""

    group: str
    people: tuple[str, ...]
    actions: tuple[tuple[Action, bool], ...] = ()  # (action, still to be taken)
    no_contact: bool = False
    no_facilitator: bool = False
    out: bool = False  # of the channel; the facilitators have not said yet whether of the group too
    back: tuple[str, ...] = ()  # all of them, where nobody is gone any more


@dataclass(frozen=True, slots=True)
class GroupPaused(Message):
    """Receipt, and the post in the channel (`by`). `first` is set if the pause begins later."""

    code: str
    until: date | None
    first: date | None = None
    change: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class GroupResumed(Message):
    """Receipt, and the post in the channel; without `by` the pause ended by itself. `meeting`: the next one."""

    group: str
    code: str
    change: str = ""
    by: str = ""
    meeting: datetime | None = None
    open: int = 0


@dataclass(frozen=True, slots=True)
class NotPaused(Message):
    code: str


@dataclass(frozen=True, slots=True)
class CloseGroup(Message):
    """Before closing: what the group leaves open, and the form that asks what was learnt."""

    group: str
    code: str
    open: int = 0


@dataclass(frozen=True, slots=True)
class GroupFarewell(Message):
    """Receipt (`change`), and the farewell in the channel: what the group did."""

    code: str
    learnt: str
    by: str
    meetings: int = 0
    decisions: int = 0
    done: int = 0
    helped: int = 0
    open: int = 0
    since: date | None = None
    kept_until: date | None = None
    change: str = ""
