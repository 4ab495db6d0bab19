"""Whether an aim is a result for the patient, or a way of working that only leads there."""

from __future__ import annotations

import re

from bot.rules.spelling import fold

_MEASURES = (  # noqa: SIM905
    "moten mote samverkan samarbete samordning sip samordnad individuell plan vardplan plan planering uppfoljning rutin rutiner dialog kommunikation "
    "kontinuitet dokumentation insatser insats utredning bedomning information delaktighet kontakter remiss remisser meeting meetings cooperation "
    "collaboration coordination follow-up routine routines communication documentation referral assessment planning care plan"
).split()
_MORE = r"(?:fler|flera|battre|mer|okad|okat|okade|tatare|regelbundna|en|ett|gemensam|god|bra|fungerande|ny|nya|tydlig|tydligare|more|better|regular|a|an|good|joint|clear|clearer)"
_DOING = r"(?:ha|fa|genomfora|starta|uppratta|gora|ordna|boka|planera|folja upp|samordna|samverka|have|hold|start|set up|arrange|plan|coordinate|follow up)"
_PROCESS = re.compile(rf"(?:att\s+)?(?:{_DOING}\s+)?(?:{_MORE}\s+)*(?:{'|'.join(map(re.escape, _MEASURES))})\b")
_ALONE = re.compile(r"(?:att\s+)?(?:samordna|samverka|folja upp|coordinate|follow up)\b")


def is_process(aim: str) -> bool:
    """`fler möten` and `bättre samverkan` are processes; `fler smärtfria timmar` and `orka leka med barnen` are results."""
    low = " ".join(fold(aim).split())
    return bool(_PROCESS.match(low) or _ALONE.match(low))
