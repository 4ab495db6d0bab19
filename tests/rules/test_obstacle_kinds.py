"""What kind of obstacle the words tell of, whether it looks like the group's own, and what has been tried."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.obstacle_kinds import OBSTACLE_KINDS, guess_kind, in_own_remit, split_tried


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("saknar behörighet", "it"), ("SAKNAR BEHÖRIGHET till journalen", "it"), ("kan inte logga in i Lifecare", "it"),
        ("systemen talar inte med varandra", "it"), ("no access to the records", "it"), ("IT svarar inte", "it"),
        ("patienten vill inte ge samtycke", "consent"), ("sekretessen hindrar oss", "consent"), ("is it covered by secrecy", "consent"),
        ("hon är utskrivningsklar men har ingen plats", "discharge"), ("skrivs hem utan att någon vet", "discharge"),
        ("det finns ingen personal på kvällarna", "resources"), ("läkaren hinner inte", "resources"), ("vi saknar läkartid", "resources"), ("no staff at night", "resources"),
        ("ingen vill betala taxin", "money"), ("ryms inte i budgeten", "money"), ("who will pay for the bed", "money"),
        ("vårdcentralen svarar inte", "cooperation"), ("oklart vem som ansvarar för såren", "cooperation"),
        ("regionen och kommunen bollar frågan", "cooperation"), ("får inte svar från kommunen", "cooperation"),
        ("vi saknar mandat", "mandate"), ("ingen delegation finns", "mandate"), ("nobody can approve it", "mandate"),
        ("är det lagligt", "legal"), ("juristen måste titta", "legal"), ("a new law", "legal"),
        ("hissen är trasig", "other"), ("", "other"), ("vi vet inte hur vi ska göra", "other"), ("digga", "other"),
        ("solen bländar", "other"), ("koppla av", "other"), ("items are missing", "other"),
    ],
)  # fmt: skip
def test_guess(words: str, kind: str) -> None:
    assert guess_kind(words) == kind


def test_a_countys_own_words() -> None:
    assert guess_kind("Treserva krånglar") == "other"
    assert guess_kind("Treserva krånglar", {"it": ("Treserva",)}) == "it"


@given(st.text(max_size=80))
def test_any_words_have_a_kind(words: str) -> None:
    assert guess_kind(words) in OBSTACLE_KINDS
    text, tried = split_tried(words)
    assert bool(text) == bool(words.strip())
    assert len(text) + len(tried) <= len(words)


@pytest.mark.parametrize(
    ("words", "mandate", "own"),
    [
        ("tiderna för hembesök krockar", "ändra tider för hembesök själva", True),
        ("vem av oss ringer dottern", "", True),
        ("får vi byta dag", "", True),
        ("may we change the day", "", True),
        ("saknar behörighet", "ändra tider för hembesök själva", False),
        ("gruppen kan inte besluta", "gruppen beslutar själva om tider", False),
        ("saknar behörighet", "", False),
    ],
)
def test_own_remit(words: str, mandate: str, own: bool) -> None:
    assert in_own_remit(words, mandate) is own


@pytest.mark.parametrize(
    ("words", "text", "tried"),
    [
        ("saknar behörighet, prövat: ringt IT två gånger", "saknar behörighet", "ringt IT två gånger"),
        ("fel lösenord. Vi har försökt ringa supporten", "fel lösenord", "ringa supporten"),
        ("no access, tried: calling IT", "no access", "calling IT"),
        ("saknar behörighet", "saknar behörighet", ""),
        ("prövat allt", "prövat allt", ""),
        ("  ", "", ""),
    ],
)
def test_what_was_tried(words: str, text: str, tried: str) -> None:
    assert split_tried(words) == (text, tried)
