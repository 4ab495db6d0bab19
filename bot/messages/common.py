"""What can be said whatever the command: refusals, corrections, offers of another reading, help, undo."""

from __future__ import annotations

from datetime import date, datetime

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.rules.reading import Moment


@dataclass(frozen=True, slots=True)
class NotUnderstood(Message):
    """Addressed to the bot, but no command: `tries` are commands that are of use here, `lines` which of several it was."""

    tries: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thanks(Message):
    """A greeting or thanks, answered without fuss."""


@dataclass(frozen=True, slots=True)
class NeverMind(Message):
    """Said that something is to be forgotten, or was meant otherwise: nothing is changed, and how it is taken back is told."""


@dataclass(frozen=True, slots=True)
class DidYouMean(Message):
    """A spelling mistake that would change data: the corrected line is one tap away."""

    line: str = ""


@dataclass(frozen=True, slots=True)
class IdentityNumber(Message):
    """Refused: an identity number. Nothing was kept."""


@dataclass(frozen=True, slots=True)
class AlreadySaved(Message):
    """The same line by the same person within two minutes."""

    ref: str = ""  # "#12"


@dataclass(frozen=True, slots=True)
class NotAllowed(Message):
    """`who` may do it: a role ("facilitator", "member", "owner", "contact_person", "chair", "coordinator")."""

    who: str = "member"
    people: tuple[str, ...] = ()  # whom to ask


@dataclass(frozen=True, slots=True)
class NoGroupHere(Message):
    """Said in a channel that has no group: offers to start one."""

    private: bool = False  # in a private chat with somebody who is in no group


@dataclass(frozen=True, slots=True)
class GroupClosed(Message):
    code: str = ""


@dataclass(frozen=True, slots=True)
class WhichGroup(Message):
    """In a private chat: what was said fits several groups. Each choice is a button that says it there."""

    line: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # (group id, code)


@dataclass(frozen=True, slots=True)
class WhichPerson(Message):
    """Two Annas. Each choice is a button that says the line again with the right one."""

    word: str = ""
    line: str = ""
    choices: tuple[str, ...] = ()  # person ids


@dataclass(frozen=True, slots=True)
class UnknownPerson(Message):
    """A name that fits nobody in the group."""

    word: str = ""
    members: tuple[str, ...] = ()
    joining: bool = False  # they were to be added
    line: str = ""  # what the line may mean instead: "åtgärd @Bo Ek: Röntgen bokas"


@dataclass(frozen=True, slots=True)
class BadDate(Message):
    """Words that look like a date but cannot be one. `problem`: bad_date | bad_time | past_date | no_date | no_time | no_until | no_meeting | school_day."""

    words: str = ""
    problem: str = "bad_date"
    example: str = ""
    command: str = ""  # whose example helps, where a day or a time is left out
    later: tuple[tuple[date, str], ...] = ()  # a year later, and the line that says so


@dataclass(frozen=True, slots=True)
class BackwardsDays(Message):
    """Days that end before they begin ("10 juli till 1 juli"). Each way they may be meant is a button that says the line so."""

    words: str = ""
    ways: tuple[tuple[date, date, str], ...] = ()  # first day, last day, the line to say


@dataclass(frozen=True, slots=True)
class WhichDay(Message):
    """A day that may be another ("nästa fredag"), where nothing is kept until it is plain. Each is a button that says the line so."""

    words: str
    ways: tuple[tuple[date, str], ...]  # the day, the line to say


@dataclass(frozen=True, slots=True)
class OneByOne(Message):
    """Several numbers in a line that is about one. Each is a button that says the line so."""

    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing(Message):
    """Something is left out. `what`: rest (all but the command word) | text | number | person | date | time | name ...; `example` is a line to write instead."""

    what: str = "text"
    command: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class NoSuch(Message):
    """No action, decision or matter of that number; `open` are some that there are."""

    ref: str = ""
    open: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone(Message):
    """The receipt of an undo, and the post in the channel. `command` says what was undone, `ref` on what."""

    command: str = ""
    ref: str = ""
    by: str = ""
    text: str = ""
    when: datetime | None = None  # the meeting's time, when that is what came back


@dataclass(frozen=True, slots=True)
class CannotUndo(Message):
    """`why`: nothing | too_late | built_on | not_yours | already | ended (`ref` is then the meeting)."""

    why: str = "nothing"
    by: str = ""  # who built on it
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Stale(Message):
    """A form was sent in about something that somebody has changed since; the form's words are not lost."""

    ref: str = ""
    by: str = ""
    text: str = ""  # as it is now
    kept: tuple[tuple[str, str], ...] = ()  # what the person wrote, to copy
    owners: tuple[str, ...] = ()  # as they are now, of what has owners
    due: Moment | None = None
    at: datetime | None = None  # a meeting, local time


@dataclass(frozen=True, slots=True)
class Help(Message):
    """What this person can do here now, as names of commands; or about one command (`topic`)."""

    topic: str = ""
    lines: tuple[str, ...] = ()
    more: bool = False  # the whole list, not only the likely ones


@dataclass(frozen=True, slots=True)
class FieldError(Message):
    """Beside a form's field. `problem` as in BadDate and Missing, or "identity_number" or "too_long"."""

    problem: str = "text"
    words: str = ""


@dataclass(frozen=True, slots=True)
class WentWrong(Message):
    """An unexpected error: said without any details, with a reference to the log."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class Gone(Message):
    """What a card turns into when what it showed may no longer be shown here (erased, consent withdrawn, left)."""


@dataclass(frozen=True, slots=True)
class Several(Message):
    """The answers to several lines sent at once."""

    answers: tuple[Message, ...] = ()
