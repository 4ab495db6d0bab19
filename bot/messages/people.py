"""What is said about a person's own settings."""

from __future__ import annotations

from datetime import time

from bot.frozen import dataclass
from bot.messages.base import Message
from bot.rules.work_calendar import Working


@dataclass(frozen=True, slots=True)
class SettingsShown(Message):
    """How a person is reminded and when they work."""

    remind_at: time
    working: Working
    language: str
    phone: str = ""
    reminders: bool = True
    abroad: bool = False  # in another time zone than the Swedish


@dataclass(frozen=True, slots=True)
class SettingsSaved(Message):
    """Receipt: the settings as they are now. `outside`: reminders come when the working day begins, at `first`."""

    remind_at: time
    working: Working
    language: str
    change: str
    phone: str = ""
    changed: tuple[str, ...] = ()  # remind_at | reminders | working | language | phone
    outside: bool = False
    reminders: bool = True


@dataclass(frozen=True, slots=True)
class SettingUnclear(Message):
    """What was said could not be read. `what`: remind | working | language | phone."""

    what: str
    words: str = ""
