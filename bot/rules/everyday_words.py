"""Swedish words that are names too ("sten", "klara", "berg"): alone and in small letters they say nothing of a person.

Folded as names are (`protected_names.fold`). Of the nouns the definite forms and the genitive are meant too.
"""

from __future__ import annotations

from bot.rules import words_sv
from bot.rules.commands import BEGINS, WHOLE
from bot.rules.first_names import FIRST_NAMES

_NATURE = """
    berg lind ek alm al ask asp bjork ronn tall gran en hassel apel pil lonn bok blad lov gren kvist rot topp stam blom ros rosa lilja viol viola iris
    tulpan nejlika linnea tuva gras sav bar humle torn tagg skog lund dunge hed mo ang aker mosse karr myr dal backe brink kulle klint as hall vall sand
    sten grus malm silver guld koppar jarn stal krona kron mynt strom strand sjo hav vik sund holm o skar bro back flod alv a fors damm kalla
    storm vind sky sol mane stjarna is sno frost regn dimma aska natt dag kvall morgon sommar vinter host var norr soder oster vaster nord syd ost vast
    falk orn hok uggla duva orre svan trana larka lo varg rav bjorn hjort alg bock lax gadda abborre orm
"""
_PEOPLE = """
    bror son far mor man karl kung prins greve riddare bonde smed murare snickare prast kock bagare fiskare jagare svensk norrman vastman gast
    modig rask frisk stark glad lang kort vit svart brun gron bla gul ung gammal ny god sann fri fager vild vilde trygg stadig varm kall hard mjuk
    snabb sen tidig ledig klok kar saker rik fattig tom min mina din sin hans hon den det alla inga ingen per bo liv tor maj juni juli
    mars april august augusta stig vilja love lova saga svea frej frid fred bror sten dag my siv alva rut kaj mats jon max tim ben sam sally ture mark
    klara klar sanna hall hammar sabel skold svard lans hjalm borg torp gard by stad gata vag hus skog kapp spang plog krans lager sporre kyrka
    mat vatten brod ost salt peppar honung kopp sked kniv stol bord sang rum dorr port lampa ljus nyckel vinge fjader rosen linden dalen heden sanden
    lunden ekan sol stella melodi harmoni hopp tro karlek lycka frojd glans varde god hogman
"""
_ENDINGS = ("s", "n", "en", "et")


def _folded(words: str) -> frozenset[str]:
    plain = str.maketrans("åäöé", "aaoe")
    return frozenset(word.casefold().translate(plain) for word in words.split())


_NOUNS = _folded(_NATURE) | _folded(_PEOPLE)
EVERYDAY: frozenset[str] = (
    _NOUNS
    | _folded(" ".join((*words_sv.INFINITIVES, *words_sv.PRESENT, *words_sv.IMPERATIVES, *words_sv.ORDINARY, *words_sv.WORDY_NAMES, *words_sv.TALK_STARTS)))
    | _folded(" ".join(phrase for phrases in (BEGINS, WHOLE) for phrase in phrases))
)  # fmt: skip


_FIRST_NAMES = _folded(" ".join(FIRST_NAMES))


def is_everyday(word: str) -> bool:
    """Whether the folded word says something else than who."""
    if len(word) < 3 or word in _NOUNS:
        return True
    return word not in _FIRST_NAMES and (word in EVERYDAY or any(word.endswith(each) and word[: -len(each)] in _NOUNS for each in _ENDINGS))
