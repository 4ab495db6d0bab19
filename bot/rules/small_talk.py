"""What is said to be polite, and asks for nothing: it gets a kind word back, and is never taken for a command."""

from __future__ import annotations

import re

_LEAD = r"^\s*(?:/nvg\b|@?nvg\b|<@\w+>)?[\s,:]*"
_END = r"[\s.!,:;)(❤️🙏👍😊🙂]*$"
_WHO = r"(?:\s+(?:på\s+dig|du|där|alla|boten|bot|nvg|there|everybody|igen|again))?"
_HELLO = re.compile(
    rf"{_LEAD}(?:hej+(?:san|\s*hej)?|hallå+|halla+|tja+|tjena|tjenare|god\s*(?:morgon|dag|kväll|kvall)|godmorgon|morrn|hello|hi|hey|good\s+(?:morning|afternoon|evening)){_WHO}{_END}",
    re.IGNORECASE,
)
_THANKS = re.compile(
    rf"{_LEAD}(?:(?:stort\s+|tusen\s+)?tack+(?:\s+(?:så\s+(?:mycket|jättemycket)|för\s+(?:hjälpen|det|idag)|ska\s+du\s+ha|själv))?|thanks(?:\s+a\s+lot)?|thank\s+you(?:\s+so\s+much)?|toppen|perfekt|bra|okej|ok|great){_WHO}{_END}",
    re.IGNORECASE,
)


_NEVER_MIND = re.compile(
    rf"{_LEAD}(?:nej[\s,.!]+)?(?:(?:gl[öo]m|strunta\s+i|skit\s+i)\s+det(?:\s+(?:där|dar))?|det\s+var\s+inget|(?:nej,?\s+)?jag\s+menade\s+\S.{{0,60}}|jag\s+skrev\s+fel|fel,\s+\S.{{0,60}}"
    rf"|inte\s+\S+\s+utan\s+\S+|never\s*mind|forget\s+(?:it|that)|(?:no,?\s+)?i\s+meant\s+\S.{{0,60}}|not\s+\S+\s+but\s+\S+){_END}",
    re.IGNORECASE,
)


def small_talk(line: str) -> str:
    """hello | thanks | never_mind (it was meant otherwise, or is to be forgotten) | "" for everything else."""
    return "hello" if _HELLO.match(line) else "thanks" if _THANKS.match(line) else "never_mind" if _NEVER_MIND.match(line) else ""
