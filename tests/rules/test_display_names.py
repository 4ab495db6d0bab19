"""What a platform calls somebody, as it may be kept."""

from __future__ import annotations

import pytest

from bot.rules.display_names import display_name, new_name, without
from bot.rules.protected_names import added, own_name, sealed

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Anna Berg", "Anna Berg"),
        ("Anna Berg 19121212-1212", "Anna Berg"),
        ("121212-1212", "Okänt namn"),
        ("Anna Berg (19121212-1212)", "Anna Berg"),
        ("19 12 12 12 12 12, Anna", "Anna"),
        ("Anna Berg 070-123 45 67", "Anna Berg 070-123 45 67"),
        ("Vårdcentral 2", "Vårdcentral 2"),
        ("Anna\u202e Berg", "Anna Berg"),
        ("", ""),
    ],
)
def test_a_number_is_left_out_and_the_rest_is_kept(name: str, kept: str) -> None:
    assert display_name(name, "sv") == kept


@pytest.mark.parametrize(
    ("told", "listed", "called"),
    [
        ("Anna Lund", False, "Anna Lund"),
        ("Anna Lund", True, "Anna Lund"),
        ("Anna Berg (ssk)", False, "Anna Berg (ssk)"),
        ("Anna Berg (ssk)", True, "Anna Berg"),  # as the organisation has her in its list
        ("Berg, Anna", True, "Anna Berg"),
        ("anna.b", True, "Anna Berg"),
        ("Anna", True, "Anna Berg"),
        ("Anna Berg-Lund", True, "Anna Berg"),
        ("", False, "Anna Berg"),
        ("19121212-1212", False, "Anna Berg"),
        ("Anna Lund 19121212-1212", False, "Anna Lund"),
    ],
)
def test_a_new_name_is_taken_over(told: str, listed: bool, called: str) -> None:
    assert new_name("Anna Berg", told, "sv", listed=listed) == called


def test_in_ones_own_language() -> None:
    assert display_name("121212-1212", "en") == "Unknown name"


@pytest.mark.parametrize(
    ("called", "kept"),
    [
        ("Selma Svensson", "Okänt namn"),
        ("svensson, SELMA", "Okänt namn"),
        ("Selma Svensson (dotter)", "dotter"),
        ("Selma Svenssons mamma", "mamma"),
        ("Selma Maria Svensson", "Maria"),
        ("Selma Dal", "Selma Dal"),  # the same only in part: a colleague
        ("Bo Svensson", "Bo Svensson"),
        ("Anna-Lena Ek", "Okänt namn"),
        ("Anna Ek", "Anna Ek"),
        ("Lena Ek", "Lena Ek"),
        ("Tindra", "Okänt namn"),  # protected without a surname
        ("Tindra Ek", "Tindra Ek"),
        ("Lill-Maj", "Okänt namn"),
        ("Lill-Maj Ek", "Lill-Maj Ek"),
        ("A\u030asa Bergstro\u0308m (dotter)", "dotter"),  # as some phones write it
    ],
)
def test_a_protected_name_is_taken_out_where_it_stands_whole(called: str, kept: str) -> None:
    names = ""
    for each in ("Selma Svensson", "Anna-Lena Ek", "Tindra", "Lill-Maj", "Åsa Bergström"):
        names = added(names, sealed(each, KEY)) if names else sealed(each, KEY)
    spans = own_name(called, names, KEY)
    assert (without(called, spans, "sv") if spans else called) == kept


def test_where_nothing_is_protected_nobody_is_looked_at() -> None:
    assert own_name("Selma Svensson", "", KEY) == []
