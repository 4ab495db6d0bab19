"""Identity numbers in any writing are found; telephones, dates and invoices are not mistaken for them."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.identity_guard import find, has_identity, mask
from tests.conftest import examples


def check_digit(nine: str) -> str:
    """Luhn, written the long way."""
    total = 0
    for place, char in enumerate(nine):
        doubled = int(char) * 2 if place % 2 == 0 else int(char)
        total += sum(int(figure) for figure in str(doubled))
    return str((10 - total % 10) % 10)


def number(day: date, birth: int, coordination: bool = False) -> str:
    """Twelve figures."""
    nine = f"{day:%y%m}{day.day + 60 * coordination:02}{birth:03}"
    return f"{day:%Y}"[:2] + nine + check_digit(nine)


NUMBERS = st.builds(number, st.dates(date(1900, 1, 1), date(2026, 11, 1)), st.integers(0, 999), st.booleans())
DASH = st.sampled_from(["", "-", " ", "–", "—", "+", " - ", ".", "\u00a0", "\u2011", "\u2212", "\u2009", "-\u200b", "/", "_"])
SEPARATOR = st.sampled_from(["", " ", "-", "\u200b", "\u00a0", "."])
AROUND = st.sampled_from([("", ""), ("ring ", " idag"), ("pnr:", ","), ("(", ")"), ("åtgärd @bo hämta ", " på fredag"), ("för ", "."), ("\n", "\n")])


@pytest.mark.parametrize(
    "text",
    [
        "19121212-1212",
        "121212-1212",
        "121212+1212",
        "1912 12 12 12 12",
        "191212121212",
        "1212121212",
        "12 12 12-1212",
        "1912-12-12-1212",
        "1912.12.12.1212",
        "1912/12/12-1212",
        "19 121212 1212",
        "121212 – 1212",
        "１９１２１２１２-１２１２",
        "١٩١٢١٢١٢-١٢١٢",
        "12\u200b1212\u20111212",
        "1 9 1 2 1 2 1 2 1 2 1 2",
        "l21212-12l2",
        "l21212-l2l2",
        "191212I2-1212",
        "patient 121212-1212 ringer",
        "rum 12 121212-1212",
        "personnummer 121212-1213",
        "pnr: 121212 1213",
        "persnr 1212121213",
        "19121212-TF12",
        "121212-R123",
    ],
)
def test_found(text: str) -> None:
    assert has_identity(text)
    assert not has_identity(mask(text))


@pytest.mark.parametrize(
    "text",
    [
        "070-123 45 67",
        "0701-23 45 67",
        "+46 70 123 45 67",
        "0046 70 123 45 67",
        "010-123 45 67",
        "08-123 456 78",
        "ring 0701234567",
        "0570-123 45",
        "121212-1213",
        "19121212-1213",
        "2026-11-23 08:00",
        "2026-11-23 – 2026-12-01",
        "2026-11-23 14-15",
        "20261123",
        "1-14 juli 2026",
        "faktura 1234567890",
        "organisationsnummer 556703-7485",
        "SE35 5000 0000 0549 1000 0003",
        "125 000 kr",
        "född 1912-12-12",
        "rum 12, 3 st strumpor, kl 8",
        "12 12",
        "",
    ],
)
def test_not_mistaken(text: str) -> None:
    assert find(text) == []
    assert mask(text) == text


def test_mask_keeps_the_rest() -> None:
    assert mask("ring 121212-1212 och 19121212-1212 idag") == "ring •••••• och •••••• idag"


@given(twelve=NUMBERS, dash=DASH, around=AROUND, century=st.booleans())
@settings(max_examples=examples(1500), deadline=None)
def test_every_number_in_usual_writings(twelve: str, dash: str, around: tuple[str, str], century: bool) -> None:
    written = (twelve if century else twelve[2:])[:-4] + dash + twelve[-4:]
    before, after = around
    # Ten figures in a row behind "ring" that begin with 0 are a telephone as often as not.
    if before == "ring " and dash == "" and not century and written[0] == "0":
        before = ""
    text = before + written + after
    assert find(text) == [(len(before), len(before) + len(written))]
    assert twelve[-4:] not in mask(text).replace("•", "")


@given(twelve=NUMBERS, separators=st.lists(SEPARATOR, min_size=5, max_size=5))
@settings(max_examples=examples(800), deadline=None)
def test_every_number_cut_at_year_month_day(twelve: str, separators: list[str]) -> None:
    pieces = [twelve[:4], twelve[4:6], twelve[6:8], twelve[8:]]
    text = "".join(piece + separator for piece, separator in zip(pieces, separators, strict=False)).strip(" -.\u00a0\u200b")
    assert len(find(text)) == 1


@given(text=st.text(max_size=200) | st.text(alphabet="0123456789-+ .:/OlI–", max_size=60))
@settings(max_examples=examples(800), deadline=None)
def test_nothing_raises_and_spans_are_in_order(text: str) -> None:
    last = 0
    for start, end in find(text):
        assert last <= start < end <= len(text)
        last = end


def test_false_alarms_among_telephones_dates_and_invoices() -> None:
    """At most 5 of 1,000 in writings people use for other things."""
    rng = random.Random(7)
    figures = "0123456789"

    def some(count: int) -> str:
        return "".join(rng.choice(figures) for _ in range(count))

    def telephone() -> str:
        mobile = rng.choice(["070", "072", "073", "076", "079", "010"])
        a, b, c = some(3), some(2), some(2)
        return rng.choice([f"{mobile}-{a} {b} {c}", f"{mobile} {a} {b} {c}", f"{mobile}-{a}{b}{c}", f"{mobile}{a[0]}-{a[1:]}{b}{c}",
                           f"{mobile}{a[0]}-{a[1:]} {b} {c}", f"ring {mobile}{a}{b}{c}", f"+46 {mobile[1:]} {a} {b} {c}",
                           f"08-{a} {b}{c[0]} {some(2)}", f"0570-{a} {b}", f"tel {mobile}{a}{b}{c}"])  # fmt: skip

    def moment() -> str:
        day = date(2020, 1, 1) + timedelta(days=rng.randrange(4000))
        hour, minute = rng.randrange(24), rng.choice([0, 15, 30, 45])
        return rng.choice([f"{day:%Y-%m-%d} {hour:02}:{minute:02}", f"{day:%Y-%m-%d} {hour:02}.{minute:02}", f"{day:%Y-%m-%d} {hour}-{hour + 1}",
                           f"{day:%Y-%m-%d} - {day + timedelta(days=5):%Y-%m-%d}", f"{day:%d/%m %Y} kl {hour}"])  # fmt: skip

    def paper() -> str:
        return rng.choice([f"faktura {some(10)}", f"OCR {some(12)}", f"order {some(6)}", f"ärende {some(8)}", f"{some(5)} kr", f"5567{some(2)}-{some(4)}",
                           f"SE{some(2)} {some(4)} {some(4)} {some(4)} {some(4)} {some(4)}"])  # fmt: skip

    lines = [make() for _ in range(2000) for make in (telephone, moment, paper)]
    alarms = [line for line in lines if has_identity(line)]
    assert len(alarms) <= len(lines) * 0.005, alarms[:10]
