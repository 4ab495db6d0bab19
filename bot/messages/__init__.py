"""One dataclass for each thing the bot can say, by feature. `Message.registry` knows them all by name."""

from bot.messages import actions, common
from bot.messages.base import Message

__all__ = ["Message", "actions", "common"]
