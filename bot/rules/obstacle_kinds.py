"""What an obstacle is about, guessed from the words people write. Only a help: the guess can always be changed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.rules.spelling import fold, words_of

OBSTACLE_KINDS = ("consent", "it", "mandate", "resources", "money", "cooperation", "discharge", "legal", "other")

# Beginnings of words, folded. Where several kinds fit, the one with most words wins, and the earlier in this order.
_BEGINNINGS: Mapping[str, str] = {
    "discharge": "utskriv skriv(?:s|as)?_hem hemgang vardplats utskrivningsklar betalningsansvar discharge hospital_bed",
    "consent": "samtyck sekretess medgiv tystnadsplikt osl integritet consent secrecy confidential",
    "it": "behorighet inlogg logga_in losenord siths journal(?!ist) npo cosmic lifecare system dator server e-?tjanst app appen internet natverk digital"
    " teknik telefonen programmet access login log_in password computer software network account konto",
    "legal": "juridi lagen lagligt lagstod laglig jurist forordning hsl sol lss lvu overklag legal law lawyer",
    "money": "pengar kosta kostnad budget betala faktur ersattning bidrag finansier medel(?!punkt) dyr hyra_in money cost pay budget fund invoice",
    "resources": "personal bemann vakans sjukskriv tid_saknas saknar_tid lakartid hinner resurs kapacit kotid vantetid koer underbemann platsbrist hjalpmedel"
    " staff resource capacity short-?staffed waiting_time understaffed",
    "cooperation": "huvudman samverk ansvarsfrag vem_ansvarar vem_som_ansvarar oklart_vem kommunen_sager regionen_sager vill_inte_ta gransdragning grans_mellan bollas overlamn"
    " vardcentral(?:en)? svarar_inte far_inte_svar regionen kommunen forsakringskassa cooperat region_and municipality responsib",
    "mandate": "mandat far_vi far_inte beslutander befogenhet delegation besluta bestamma tillstand godkann mandate allowed may_we permission authori decide approv",
}
_ORDER = ("consent", "it", "discharge", "legal", "money", "resources", "mandate", "cooperation")


def _pattern(words: str) -> re.Pattern[str]:
    """Any of the words, at the beginning of a longer one too; those of three letters or less must stand alone."""
    begins = (word.replace("_", r"\s+") + (r"(?!\w)" if len(word) <= 3 else "") for word in sorted(words.split(), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{'|'.join(begins)})")


_PATTERNS = {kind: _pattern(words) for kind, words in _BEGINNINGS.items()}


_IT = re.compile(r"(?<!\w)IT(?!\w)|(?<!\w)it-(?=\w)")


def guess_kind(words: str, own: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """The kind of obstacle that the words most likely tell of; "other" where nothing says. `own`: a county's words."""
    low = fold(words)
    points: dict[str, int] = {}
    for kind in _ORDER:
        found = {match.group() for match in _PATTERNS[kind].finditer(low)}
        points[kind] = len(found) + 2 * sum(fold(word) in low for word in (own or {}).get(kind, ()))
    if _IT.search(words) and not words.isupper():  # the English "it" is another word
        points["it"] += 1
    best = max(_ORDER, key=lambda kind: (points[kind], -_ORDER.index(kind)))
    return best if points[best] else "other"


_ASKS_LEAVE = re.compile(r"(?<!\w)(?:far vi|kan vi|ska vi|borde vi|vem av oss|vilken av oss|may we|can we|should we|which of us|who of us)(?!\w)")
_DULL = frozenset(fold(word) for word in words_of(
    "själva själv gruppen beslutar besluta bestämmer bestämma ändra ändrar byta byter välja väljer inom eller samt också hela alla mellan efter före under över"
    " decide change choose group ourselves within between after before"
))  # fmt: skip


def in_own_remit(words: str, mandate: str) -> bool:
    """Whether the group may perhaps decide this itself: it asks for leave, or speaks of what its mandate names."""
    low = fold(words)
    if _ASKS_LEAVE.search(low):
        return True
    named = {_stem(word) for word in re.findall(r"[a-zåäö]{4,}", fold(mandate)) if word not in _DULL}
    said = {_stem(word) for word in re.findall(r"[a-zåäö]{4,}", low)}
    return bool(named & said)


def _stem(word: str) -> str:
    """The word without the commonest endings: tider, tiderna and tiden are one."""
    return re.sub(r"(?:erna|arna|orna|en|et|er|ar|or|na|s)$", "", word) if len(word) > 4 else word


_TRIED = re.compile(
    r"[\s,;.–—-]+(?:(?:vi har |har |vi )?(?:prövat|provat|försökt|testat)(?: med)?(?: att)?|(?:we have |we |have )?tried(?: to)?)\s*:?\s+(?P<tried>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)


def split_tried(words: str) -> tuple[str, str]:
    """What is in the way, and what has been tried: "saknar behörighet, prövat: ringt IT" is both."""
    found = _TRIED.search(words)
    if found is None or not words[: found.start()].strip():
        return words.strip(), ""
    return words[: found.start()].strip(), found["tried"].strip()
