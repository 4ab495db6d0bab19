"""The weekly overview, and what it leads to."""

from __future__ import annotations

from datetime import date, datetime

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import Escalation
from bot.rules.digest_contents import GroupWeek, LeadTime
from bot.rules.next_meeting import Rule


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One line of what is most needed: a lifted matter or a group.

    `act`: what the reader can do about it. answer (it lies with the reader's body) | remind | own (the reader's own group) | help.
    """

    act: str
    matter: Escalation | None = None
    body: str = ""  # what the body is called where the matter lies
    late: bool = False
    group: GroupWeek | None = None
    why: tuple[str, ...] = ()  # missed | stuck | overdue | meeting | contact | consent


@dataclass(frozen=True, slots=True)
class WeekTotals:
    """The week in figures, over all groups that are in it."""

    groups: int = 0
    held: int = 0
    missed: int = 0
    decisions: int = 0
    on_time: int = 0
    late: int = 0
    same_day: int = 0
    overdue: int = 0
    stuck: int = 0
    waiting: int = 0
    with_group: int = 0
    answered: int = 0
    helped: int = 0
    partly: int = 0
    no_help: int = 0
    without_meeting: int = 0
    without_contact: int = 0
    without_consent: int = 0


@dataclass(frozen=True, slots=True)
class WeeklyOverview(Message):
    """What coordinators, committees and members see. `now`: the week is the newest, so what is needed now is in it."""

    monday: date
    sunday: date
    totals: WeekTotals
    done: LeadTime  # from agreed to done
    answers: LeadTime  # from lifted to answered
    about: str = ""  # what it is narrowed to, as written
    now: bool = True
    sent: bool = False  # by subscription
    subscribed: bool = False
    own: bool = False  # the reader's own groups only
    rows: tuple[NeedRow, ...] = ()
    more: int = 0  # rows that are not on this page
    calm: tuple[str, ...] = ()  # code names of the groups that need nothing, where they are few
    next_page: str = ""  # the value of the button that shows it
    older: str = ""


@dataclass(frozen=True, slots=True)
class NoOverview(Message):
    """The person is in no group and has no role that sees several."""


@dataclass(frozen=True, slots=True)
class NoSuchPart(Message):
    """The words fit no group, body or organisation that the person may see."""

    words: str
    organisations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HelpOffered(Message):
    """Receipt: `to` were told. `again`: somebody did so today already, and nothing was sent."""

    code: str
    to: tuple[str, ...] = ()
    again: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class HelpOffer(Message):
    """To those who lead a group: somebody sees in the overview that it may need help."""

    group: str
    code: str
    by: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class MatterNudged(Message):
    """Receipt: whoever the matter waits for was reminded. `who`: body | person | group."""

    matter: Escalation
    who: str
    body: str = ""
    again: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Subscribed(Message):
    """Receipt: how often the overview comes, and when first."""

    rule: Rule
    first: datetime
    change: str


@dataclass(frozen=True, slots=True)
class Unsubscribed(Message):
    """Receipt. Without `change` there was nothing to stop."""

    change: str = ""
