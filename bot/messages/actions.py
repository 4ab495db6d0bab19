"""What is said about actions. `code` is the group's code name where the reader is in a private chat, else ""."""

from __future__ import annotations

from datetime import datetime

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.model import Action
from bot.rules.reading import Moment


@dataclass(frozen=True, slots=True)
class ActionAdded(Message):
    """Receipt, with Ångra and Ändra. `by_default`: no date was said, so the next meeting was taken (`meeting`) or a week."""

    action: Action
    change: str
    code: str = ""
    by_default: bool = False
    meeting: bool = False
    alternatives: tuple[Moment, ...] = ()
    short_notice: bool = False  # due at a time when an owner does not work
    unsure: bool = False  # another day may be meant, also where no certain one comes to mind


@dataclass(frozen=True, slots=True)
class ActionCard(Message):
    """The group's card of one action, as it is now."""

    action: Action
    overdue: bool = False
    matter: str = ""  # what is lifted about it, if it is stuck


@dataclass(frozen=True, slots=True)
class ActionsCard(Message):
    """Several actions written at once, in one card."""

    actions: tuple[Action, ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class ActionDone(Message):
    """Receipt of klart. `waiting`: with "var för sig", those who have not finished yet."""

    action: Action
    change: str
    code: str = ""
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionsDone(Message):
    """Receipt when several were closed at once. `already`: those that were closed before."""

    actions: tuple[Action, ...]
    change: str
    already: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionDoneNotice(Message):
    """In the channel."""

    actions: tuple[Action, ...]
    by: str
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultSaved(Message):
    """Receipt: how it went was written down."""

    action: Action
    change: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class ActionStuck(Message):
    """Receipt of kommer inte vidare; offers Hissa."""

    action: Action
    change: str
    code: str = ""
    can_escalate: bool = True


@dataclass(frozen=True, slots=True)
class ActionStuckNotice(Message):
    action: Action
    by: str
    can_escalate: bool = True


@dataclass(frozen=True, slots=True)
class ActionMoved(Message):
    """Receipt of a new date."""

    action: Action
    was: Moment
    change: str
    code: str = ""
    alternatives: tuple[Moment, ...] = ()
    unsure: bool = False
    opened: bool = False  # it was stuck, and goes on
    reopened: bool = False  # it was closed


@dataclass(frozen=True, slots=True)
class ActionMovedNotice(Message):
    action: Action
    was: Moment
    by: str
    opened: bool = False
    reopened: bool = False


@dataclass(frozen=True, slots=True)
class ActionHanded(Message):
    """Receipt of handing over."""

    action: Action
    was: tuple[str, ...]
    change: str
    code: str = ""
    opened: bool = False


@dataclass(frozen=True, slots=True)
class ActionHandedNotice(Message):
    action: Action
    was: tuple[str, ...]
    by: str
    opened: bool = False


@dataclass(frozen=True, slots=True)
class ActionEdited(Message):
    """Receipt of a changed wording."""

    action: Action
    was: str
    change: str
    code: str = ""
    opened: bool = False


@dataclass(frozen=True, slots=True)
class ActionEditedNotice(Message):
    action: Action
    was: str
    by: str


@dataclass(frozen=True, slots=True)
class ActionCancelled(Message):
    action: Action
    change: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class ActionCancelledNotice(Message):
    action: Action
    by: str


@dataclass(frozen=True, slots=True)
class ActionHelped(Message):
    """Receipt: whether what was done helped. `action.helped`: helped | partly | no."""

    action: Action
    change: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class AlreadyClosed(Message):
    """Somebody was first: `action` says who, when and how."""

    action: Action
    code: str = ""


@dataclass(frozen=True, slots=True)
class AlreadyTaken(Message):
    """Two tapped *Jag tar den*: the other was first (`action.owners`)."""

    action: Action
    code: str = ""


@dataclass(frozen=True, slots=True)
class StillOpen(Message):
    """Said "inte klar" of what is open or stuck: it stands as it did, and what can be written of it. `why`: the reason that was said."""

    action: Action
    code: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class ActionKept(Message):
    """Receipt of *Rätt ansvarig*: the owner stays and is reminded again."""

    action: Action
    code: str = ""


@dataclass(frozen=True, slots=True)
class NotDoneYet(Message):
    """Said "hjälpte" of an action that is still open."""

    action: Action
    code: str = ""


@dataclass(frozen=True, slots=True)
class WhichAction(Message):
    """No number was said. `what`: done | stuck | new_date | hand_over | cancel: the button shown on each row."""

    what: str
    actions: tuple[tuple[str, Action], ...] = ()  # (code, action)
    example: str = ""


@dataclass(frozen=True, slots=True)
class MyActions(Message):
    """A person's own, across groups: ((code, actions), ...), the most urgent first."""

    groups: tuple[tuple[str, tuple[Action, ...]], ...] = ()
    overdue: tuple[str, ...] = ()  # ids
    person: str = ""
    matters: tuple[tuple[str, str], ...] = ()  # an action, and what is lifted about it: their ids


@dataclass(frozen=True, slots=True)
class GroupActions(Message):
    """The group's list: what is open, late and stuck."""

    code: str
    overdue: tuple[Action, ...] = ()
    open: tuple[Action, ...] = ()
    stuck: tuple[Action, ...] = ()
    matters: tuple[tuple[str, str], ...] = ()  # an action, and what is lifted about it: their ids
    owners: tuple[str, ...] = ()  # only theirs
    week: int | None = None  # only what is to be done then
    meetings: tuple[datetime, ...] = ()  # those of that week
    part: bool = False  # not all that is open


@dataclass(frozen=True, slots=True)
class FinishedActions(Message):
    """What was finished of late, the newest first."""

    code: str
    actions: tuple[Action, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class ActionShown(Message):
    """One action with its history: (what, by, at) in order; `what` is a fact's kind. `where`: in the same order, "todo" for what was done in that list."""

    action: Action
    code: str = ""
    history: tuple[tuple[str, str, datetime], ...] = ()
    where: tuple[str, ...] = ()
