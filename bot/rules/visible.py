"""Takes away what nobody sees and nobody types, and that makes words read otherwise than they are: marks that turn the direction of
writing, characters without width, control characters. What it leaves is what it looks like."""

from __future__ import annotations

import re

_BREAK = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
    "|(?<=[0-9A-Za-zÀ-ÿ])[\u200c\u200d]|[\u200c\u200d](?=[0-9A-Za-zÀ-ÿ])"  # elsewhere they join letters and emoji
)


def visible(text: str) -> str:
    """The text with only what is seen in it. Other ends of line become "\\n"."""
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub("", _BREAK.sub("\n", text))
