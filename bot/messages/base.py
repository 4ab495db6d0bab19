"""What every message is: a frozen dataclass with the values that its wording needs, and a name."""

from __future__ import annotations

import re
from typing import ClassVar


def name_of(kind: type) -> str:
    """ActionAdded -> action_added."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind.__name__).lower()


class Message:
    """Each subclass is one thing the bot can say. `ActionAdded` is worded in templates/<language>/action_added.txt.

    Values are plain: model objects, ids, texts, dates, tuples of these, or other messages. People are given as ids.
    """

    __slots__ = ()
    registry: ClassVar[dict[str, type[Message]]] = {}
    name: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        # dataclass(slots=True) makes the class anew; the later one replaces the first
        cls.name = name_of(cls)
        Message.registry[cls.name] = cls
