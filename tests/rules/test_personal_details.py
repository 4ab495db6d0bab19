"""What looks like somebody's name, number or address: as a table, and measured on sentences as care staff write them."""

from __future__ import annotations

import random

import pytest

from bot.rules.first_names import FIRST_NAMES, WORDY_FIRST_NAMES
from bot.rules.personal_details import addresses_in, names_in, phones_in

STAFF = ("Anna Berg", "Bo Ek", "Eva Ring", "Fatima Hassan", "Lars-Erik Öberg", "Arvika kommun", "Region Värmland")


@pytest.mark.parametrize(("text", "found"), [
    ("ring Selma Svensson om medicinen", ("Selma Svensson",)),
    ("Selma Svenssons dotter ringer", ("Selma Svenssons",)),
    ("Anna-Lena Dahl sover bättre", ("Anna-Lena Dahl",)),
    ("fråga Karl Johan Nilsson", ("Karl Johan Nilsson",)),
    ("Lars von Essen ringer", ("Lars Essen",)),
    ("Ali Hassan och Amina Yusuf kommer", ("Ali Hassan", "Amina Yusuf")),
    ("Björn Lindqvist vill gå ut", ("Björn Lindqvist",)),
    ("fru Karlsson ringer", ("Karlsson",)),
    ("hälsa på hos Herr Ask", ("Ask",)),
    ("patienten Karl Nilsson", ("Karl Nilsson",)),
    ("patienten Karl sover", ("Karl",)),
    ("dottern Ulla har nyckeln", ("Ulla",)),
    ("Anna Svensson ringer", ("Anna Svensson",)),  # not the Anna that is known
    # known people, in any form
    ("Anna Berg ringer", ()), ("Anna Bergs lista", ()), ("Berg, Anna", ()), ("Lars-Erik Öberg tar det", ()), ("Fatima Hassans telefon", ()), ("dottern Anna ringer", ()),
    # places, institutions, calls, two first names
    ("Karin Boyes gata 3", ()), ("Selma Lagerlöfs väg", ()), ("Astrid Lindgrens Barnsjukhus", ()), ("Sankt Eriks sjukhus", ()), ("Erik Dahlbergsgatan 2", ()), ("Karl Johan", ()),
    ("Maria Kyrkan", ()), ("Anna Ring kommunen", ()), ("fru", ()), ("patienten Ring", ()), ("Arvika Kommun", ()), ("Bo kvar hemma", ()), ("Per Dag", ()), ("God Jul", ()),
    ("selma svensson", ()), ("SELMA SVENSSON", ()), ("", ()),
])  # fmt: skip
def test_names(text: str, found: tuple[str, ...]) -> None:
    assert names_in(text, STAFF) == found


@pytest.mark.parametrize(("text", "found"), [
    ("ring 070-123 45 67", ("070-123 45 67",)), ("ring 0701234567 i dag", ("0701234567",)), ("+46 70 123 45 67", ("+46 70 123 45 67",)), ("073 123 45 67", ("073 123 45 67",)),
    ("076-111 22 33 är mitt", ()), ("+46761112233", ()),  # known
    ("08-123 456 78", ()), ("010-123 45 67", ()), ("020-12 34 56", ()), ("112", ()), ("1177", ()), ("0771-524 524", ()), ("0570-123 45", ()),
    ("2026-11-23 07:30", ()), ("0,75 mg", ()), ("faktura 1070123456789", ()), ("#70 1234567", ()),
])  # fmt: skip
def test_numbers(text: str, found: tuple[str, ...]) -> None:
    assert phones_in(text, ("0761112233", "")) == found


@pytest.mark.parametrize(("text", "found"), [
    ("mejla selma.svensson@gmail.com", ("selma.svensson@gmail.com",)), ("Dotter@Hotmail.com har nyckeln", ("Dotter@Hotmail.com",)),
    ("mejla anna@example.org", ()), ("mejla karin.holm@arvika.se", ()), ("info@apoteket.se", ()), ("kundtjanst@taxi.se", ()), ("@anna ringer", ()), ("12@14", ()),
])  # fmt: skip
def test_addresses(text: str, found: tuple[str, ...]) -> None:
    assert addresses_in(text, {"anna@example.org"}, {"arvika.se"}) == found


# --- measured ---------------------------------------------------------------------------------------------------------

LAST = [a + b for a in ("Lund", "Sand", "Nord", "Öst", "Berg", "Wall", "Hag", "Åker", "Fors", "Ny", "Ek", "Sjö") for b in ("qvist", "gren", "ström", "man", "stedt", "ell", "lund", "dahl")]
LAST += ["Svensson", "Karlsson", "Nilsson", "Johansson", "Persson", "Olsson", "Hansson", "Ali", "Mohammed", "Hassan", "Yusuf", "Omar", "Nowak", "Kovač", "Nguyen", "Öberg", "Åberg"]
PATIENT = ("ring {f} {l} om medicinen", "{f} {l} behöver hjälp med duschen", "{f} {l}s dotter ringer på fredag", "boka tid åt {f} {l}", "fråga fru {l} om nyckeln", "patienten {f} sover bättre",
           "patienten {f} {l} vill hem", "hembesök hos {f} {l} på tisdag", "herr {l} får rullatorn i morgon", "prata med dottern {f} {l}")  # fmt: skip
STREETS = ("{f} {l}s gata 3", "{f} {l}s väg 12", "hämta på {f} {l}s plats", "{f} {l}sgatan 4", "hembesök {f} {l}s torg", "{f} {l}skolan ringer", "{f} {l}s stiftelse betalar", "sök ur {f} {l}s minnesfond")
WORK = ("Ring Arvika Kommun om bostaden", "Beställ Alvedon Forte", "Kontakta Region Värmland", "Boka tid på Arvika Sjukhus", "Mötet är i Lilla Salen", "Prata med Hjälpmedelsservice Karlstad",
        "Hemtjänsten Väster kommer kl 8", "Ansök hos Försäkringskassan", "Fråga Rehab Arvika", "Skicka till Socialtjänsten Eda", "SIP med Öppenvården Säffle", "Måndag och Tisdag gäller Vård Nära",
        "Åk med Taxi Värmland", "Ta Apoteket Hjärtat på torget", "Läs God och Nära Vård", "Trygghetslarm från Larmtjänst Norden")  # fmt: skip
COLLEAGUE = ("{n} ringer kommunen", "fråga {n} om tiden", "{n} och {m} följer med", "{g}s lista ska uppdateras", "@bo tar över efter {n}", "{x} ringer dottern", "{x} bokar tid")


def test_names_in_patient_position_are_asked_about_measured() -> None:
    """At least 95 of 100, of 1,200 sentences with names from the lists."""
    rng = random.Random(11)
    firsts = sorted(name.title() for name in FIRST_NAMES | WORDY_FIRST_NAMES)
    lines = [rng.choice(PATIENT).format(f=rng.choice(firsts), l=rng.choice(LAST)) for _ in range(1200)]
    missed = [line for line in lines if not names_in(line, STAFF)]
    assert len(missed) <= len(lines) * 0.05, missed[:20]


def test_other_sentences_are_seldom_asked_about_measured() -> None:
    """At most 1 of 100, of 1,600: streets and institutions with people's names, capitals in other words, colleagues, two first names."""
    rng = random.Random(12)
    firsts = sorted(name.title() for name in FIRST_NAMES)
    people = STAFF[:5]
    lines = [rng.choice(STREETS).format(f=rng.choice(firsts), l=rng.choice(LAST)) for _ in range(400)]
    lines += [rng.choice(WORK) for _ in range(400)]
    for _ in range(500):
        n, m = rng.sample(people, 2)
        lines.append(rng.choice(COLLEAGUE).format(n=n, m=m, g=n, x=n.split(" ")[0]))
    lines += [f"{rng.choice(('kung', 'bron', 'på', 'i'))} {rng.choice(('Karl Johan', 'Anna Maria', 'Lars Erik', 'Gustav Adolf', 'Carl Gustaf', 'Karl Gustav'))}" for _ in range(150)]
    lines += [f"{name} ringer på fredag" for name in firsts[:150]]
    alarms = [line for line in lines if names_in(line, STAFF)]
    assert len(lines) >= 1000
    assert len(alarms) <= len(lines) * 0.01, alarms[:20]
