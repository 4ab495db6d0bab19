"""One dataclass for each thing the bot can say, by feature. `Message.registry` knows them all by name."""

from bot.messages import (
    absence,
    actions,
    agenda,
    common,
    consent,
    decisions,
    delivery,
    digests,
    escalations,
    first_meeting,
    groups,
    meetings,
    people,
    questions,
    reminders,
    time_study,
)
from bot.messages.base import Message

__all__ = [
    "Message",
    "absence",
    "actions",
    "agenda",
    "common",
    "consent",
    "decisions",
    "delivery",
    "digests",
    "escalations",
    "first_meeting",
    "groups",
    "meetings",
    "people",
    "questions",
    "reminders",
    "time_study",
]
