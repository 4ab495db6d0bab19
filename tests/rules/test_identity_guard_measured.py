"""The guard, measured: numbers made by seed in the ways people write them, and figures that people write for other things."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bot.rules.identity_guard import has_identity, mask
from tests.rules.test_identity_guard import number

EACH = 150  # of each way of writing, and of each kind of other figures
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

POSITIVES: dict[str, Callable[[str], str]] = {
    "12 and dash": lambda n: f"{n[:8]}-{n[8:]}",
    "10 and dash": lambda n: f"{n[2:8]}-{n[8:]}",
    "12 bare": lambda n: n,
    "10 bare": lambda n: n[2:],
    "plus": lambda n: f"{n[2:8]}+{n[8:]}",
    "space": lambda n: f"{n[:8]} {n[8:]}",
    "dash with spaces": lambda n: f"{n[2:8]}  -  {n[8:]}",
    "no-break space": lambda n: f"{n[2:8]}\u00a0{n[8:]}",
    "no-break hyphen": lambda n: f"{n[:8]}\u2011{n[8:]}",
    "soft hyphen": lambda n: f"{n[:8]}\u00ad-{n[8:]}",
    "zero width": lambda n: f"{n[2:5]}\u200b{n[5:8]}-{n[8:]}",
    "full width": lambda n: f"{n[:8]}-{n[8:]}".translate(FULL_WIDTH),
    "dots": lambda n: f"{n[:4]}.{n[4:6]}.{n[6:8]}.{n[8:]}",
    "slashes": lambda n: f"{n[:4]}/{n[4:6]}/{n[6:8]}-{n[8:]}",
    "dashes": lambda n: f"{n[:4]}-{n[4:6]}-{n[6:8]}-{n[8:]}",
    "in pairs": lambda n: " ".join(n[i : i + 2] for i in range(0, 12, 2)),
    "one by one": " ".join,
    "over two lines": lambda n: f"{n[:8]}\n{n[8:]}",
    "over two lines with dash": lambda n: f"{n[2:8]}-\n{n[8:]}",
    "in a sentence": lambda n: f"åtgärd @bo boka tid åt {n[:8]}-{n[8:]} senast fredag",
    "after pnr": lambda n: f"pnr{n[2:]}",
    "after a matter": lambda n: f"ärende {n[2:]}",
    "a wrong check digit, but said": lambda n: f"personnummer {n[2:8]}-{n[8:11]}{(int(n[11]) + 1) % 10}",
    "reserve, two letters": lambda n: f"{n[:8]}-TF{n[8:10]}",
    "reserve, a letter": lambda n: f"{n[2:8]}R{n[8:11]}",
    "reserve, small letter": lambda n: f"{n[2:8]}-r{n[8:11]}",
    "reserve, letter in the midst": lambda n: f"{n[2:8]}-{n[8:10]}A{n[10]}",
    "reserve, cut": lambda n: f"{n[:4]} {n[4:6]} {n[6:8]}-AB{n[8:10]}",
    "reserve, RH": lambda n: f"RH{n[:8]}-{n[8:]}",
    "reserve, Stockholm": lambda n: f"99{n[:4]}{n[4:10]}",
}


def _figures(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _negatives(rng: random.Random) -> dict[str, Callable[[], str]]:
    def some(count: int) -> str:
        return _figures(rng, count)

    def day() -> date:
        return date(2025, 1, 1) + timedelta(days=rng.randrange(900))

    def clock() -> str:
        return f"{rng.randrange(24):02}{rng.choice(':.')}{rng.choice(['00', '15', '30', '45'])}"

    def mobile() -> str:
        return f"07{rng.choice('02369')}"

    return {
        "mobile": lambda: f"{mobile()}-{some(3)} {some(2)} {some(2)}",
        "mobile in threes": lambda: f"{mobile()} {some(3)} {some(2)} {some(2)}",
        "mobile, to be rung": lambda: f"ring {mobile()}{some(7)} efter lunch",
        "mobile from abroad": lambda: f"+46 {mobile()[1:]} {some(3)} {some(2)} {some(2)}",
        "switchboard": lambda: f"010-{some(3)} {some(2)} {some(2)}",
        "area code": lambda: f"0570-{some(3)} {some(2)}",
        "Stockholm": lambda: f"08-{some(3)} {some(3)} {some(2)}",
        "date and time": lambda: f"{day():%Y-%m-%d} {clock()}",
        "date and hours": lambda: f"{day():%Y-%m-%d} {rng.randrange(8, 16)}-{rng.randrange(16, 20)}",
        "two dates": lambda: f"{day():%Y-%m-%d} – {day():%Y-%m-%d}",
        "short dates": lambda: f"{day():%d/%m} kl {clock()} och {day():%d/%m} kl {clock()}",
        "date alone": lambda: f"senast {day():%Y%m%d}",
        "amount": lambda: f"{rng.randrange(1, 999)} {some(3)} {some(3)} kr",
        "organisation number": lambda: f"556{some(3)}-{some(4)}",
        "bankgiro": lambda: f"bankgiro {some(4)}-{some(4)}",
        "IBAN": lambda: f"SE{some(2)} {some(4)} {some(4)} {some(4)} {some(4)} {some(4)}",
        "invoice": lambda: f"faktura {some(10)}",
        "OCR": lambda: f"OCR {some(12)}",
        "article": lambda: f"artikelnr {some(8)}",
        "blood pressures": lambda: " ".join(f"{rng.randrange(110, 180)}/{rng.randrange(60, 100)}" for _ in range(4)),
        "temperatures": lambda: ", ".join(f"{rng.randrange(36, 40)},{rng.randrange(10)}" for _ in range(5)),
        "measurements": lambda: " ".join(str(rng.randrange(4, 15)) for _ in range(7)),
        "weights": lambda: f"vikt {rng.randrange(50, 99)},{rng.randrange(10)} kg {day():%d/%m}, {rng.randrange(50, 99)},{rng.randrange(10)} kg {day():%d/%m}",
        "room and door": lambda: f"rum {rng.randrange(1, 40)}, port {some(4)}, våning {rng.randrange(1, 9)}",
        "postcode": lambda: f"{some(3)} {some(2)} Arvika, Storgatan {rng.randrange(1, 99)}",
        "doses": lambda: f"{rng.randrange(1, 4)}+{rng.randrange(3)}+{rng.randrange(3)}+{rng.randrange(3)} i {rng.randrange(2, 14)} dagar",
        "list over lines": lambda: "\n".join(some(4) for _ in range(3)),
        "serial number": lambda: f"serienr {some(10)}",
    }


@pytest.mark.parametrize("way", POSITIVES)
def test_every_valid_number_is_found_and_masked(way: str) -> None:
    """Recall 100 %: personal and coordination numbers of 1900-2026, in each way of writing."""
    rng = random.Random(way)
    for n in range(EACH):
        born = date(1900, 1, 1) + timedelta(days=rng.randrange(46_000))
        twelve = number(born, rng.randrange(1000), coordination=n % 5 == 0)
        text = POSITIVES[way](twelve)
        assert has_identity(text), text
        assert not has_identity(mask(text)), text


def test_false_alarms_are_at_most_one_in_two_hundred() -> None:
    kinds = _negatives(random.Random(2026))
    lines = [(kind, make()) for kind, make in kinds.items() for _ in range(EACH)]
    alarms = [each for each in lines if has_identity(each[1])]
    assert len(alarms) <= len(lines) * 0.005, alarms[:20]


def test_there_are_enough_of_both() -> None:
    assert len(POSITIVES) * EACH >= 2000
    assert len(_negatives(random.Random(1))) * EACH >= 2000


TODAY = date(2026, 11, 23)
HARD: dict[str, tuple[Callable[[random.Random], str], float]] = {
    # what looks just as a number does, and how much of it may be refused at most: the check digit alone tells one in ten apart
    "a coming day and time, bare": (lambda rng: f"{TODAY + timedelta(days=rng.randrange(1, 400)):%Y%m%d} {rng.randrange(6, 23):02}{rng.choice(['00', '15', '30', '45'])}", 0.0),
    "a coming day and time, in one": (lambda rng: f"{TODAY + timedelta(days=rng.randrange(1, 400)):%Y%m%d}{rng.randrange(6, 23):02}{rng.choice(['00', '15', '30', '45'])}", 0.0),
    "a day that has been and a time, bare": (lambda rng: f"{TODAY - timedelta(days=rng.randrange(400)):%Y%m%d} {rng.randrange(6, 23):02}{rng.choice(['00', '15', '30', '45'])}", 0.13),
    "a mobile number, bare": (lambda rng: f"07{rng.choice('02369')}{_figures(rng, 7)}", 0.02),
    "ten figures": (lambda rng: _figures(rng, 10), 0.012),
}  # fmt: skip


def _refused(kind: str, each: int) -> float:
    make, rng = HARD[kind][0], random.Random(kind)
    return sum(has_identity(make(rng), TODAY) for _ in range(each)) / each


@pytest.mark.parametrize("kind", HARD)
def test_what_looks_just_the_same_is_seldom_refused(kind: str) -> None:
    """A day that has been and a clock time without any sign between them look as a small child's number does, and one in ten has its
    check digit too. It is refused with a sentence that says how to write instead, since a number let through cannot be taken back."""
    most = HARD[kind][1]
    share = _refused(kind, 3000)
    assert share <= most
    assert (share > 0) == bool(most)  # what is said here to be refused is


def test_false_alarms_of_all_kinds_together_are_at_most_one_in_two_hundred() -> None:
    """Each kind counted alike, those that look just the same too."""
    easy = _negatives(random.Random(7))
    alarms = sum(has_identity(make(), TODAY) for make in easy.values() for _ in range(EACH)) / EACH + sum(_refused(kind, 1000) for kind in HARD)
    assert alarms / (len(easy) + len(HARD)) <= 0.005


@pytest.mark.parametrize("way", POSITIVES)
def test_a_number_of_anybody_born_until_today_is_found_whatever_day_it_is(way: str) -> None:
    """Also of the children born this year, whose numbers look most like a date and a time."""
    rng = random.Random(way)
    for n in range(EACH):
        born = TODAY - timedelta(days=rng.randrange(0, 400))
        assert has_identity(POSITIVES[way](number(born, rng.randrange(1000), coordination=n % 5 == 0)), TODAY)


def test_a_coming_day_is_still_a_number_where_it_is_said_to_be() -> None:
    coming = number(date(2026, 12, 1), 150)
    assert not has_identity(f"möte {coming[:8]} {coming[8:]}", TODAY)
    assert has_identity(f"möte {coming[:8]} {coming[8:]}")  # where nobody says what day it is
    assert has_identity(f"personnummer {coming[:8]} {coming[8:]}", TODAY)
    aged = number(date(1926, 12, 1), 150)
    assert has_identity(f"möte {aged[2:8]} {aged[8:]}", TODAY)  # who was born a hundred years ago is written so too
