"""The data-protection sheet is true: every table and every field of people's own words is in it, with the times that the code keeps to."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.county import County
from config import counties
from storage import keystore, tables
from storage.store import Store
from tests.docs.make_pages import ROOT

PAGE = (ROOT / "docs" / "dataskydd.md").read_text(encoding="utf-8")
ROWS = {
    row[1]: row
    for row in re.finditer(r"^\| `(\w+)`(?: \(i nyckelförrådet\))? \| ([^|]+) \|([^|]*)\|([^|]*)\|$", PAGE, re.MULTILINE)
}  # the table's name -> name, what, people's own words, how long
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_every_table_is_there_and_no_other() -> None:
    kept = set(tables.metadata.tables) | set(keystore._metadata.tables)
    assert set(ROWS) == kept


@pytest.mark.parametrize("kind", tables.KINDS.values(), ids=lambda kind: kind.name)
def test_every_field_of_people_s_own_words_is_there(kind: tables.Kind) -> None:
    assert tuple(re.findall(r"\*(\w+)\*", ROWS[kind.table.name][3])) == kind.free


def test_no_column_holds_words_but_those() -> None:
    """What is free has no column of its own; what looks like words elsewhere is a name, a state or an id."""
    for kind in tables.KINDS.values():
        assert not {name for name in kind.free if name in kind.table.c}


def test_closed_groups_are_kept_as_long_as_it_says() -> None:
    months = int(re.search(r"(\d+) månader", ROWS["groups"][4])[1])  # type: ignore[index]
    assert County().closed_groups_months == months == counties.county("vastra-varmland")["retention"]["closed_groups_months"]


@pytest.mark.parametrize(
    ("table", "key"),
    [("actions", "actions_months"), ("escalations", "actions_months"), ("meetings", "minutes_months"), ("decisions", "minutes_months"), ("points", "minutes_months"), ("lessons", "minutes_months"),
     ("questions", "questions_months"), ("inquiries", "questions_months"), ("times_spent", "time_study_months"), ("people", "people_months")],
)  # fmt: skip
def test_what_is_over_is_kept_as_long_as_it_says(table: str, key: str) -> None:
    months = int(re.search(r"(\d+) månader", ROWS[table][4])[1])  # type: ignore[index]
    assert getattr(County(), key) == months == counties.county("vastra-varmland")["retention"][key]
    assert re.search(rf"^\| `{key}` \| {months} \|", (ROOT / "docs" / "install.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_who_has_seen_what_is_kept_as_long_as_it_says() -> None:
    months = int(re.search(r"(\d+) månader", ROWS["access_log"][4])[1])  # type: ignore[index]
    assert County().access_log_months == months == counties.county("vastra-varmland")["retention"]["access_log_months"]


@pytest.mark.parametrize(("table", "days"), [("events", 3), ("outbox", 7), ("changes", 35)])
def test_what_serves_for_a_while_is_forgotten_when_it_says(store: Store, table: str, days: int) -> None:
    said = {"events": "tre dagar", "outbox": "sju dagar", "changes": "fem veckor"}[table]
    assert said in ROWS[table][4]
    made = tables.metadata.tables[table]
    column = {"events": "at", "outbox": "settled_at", "changes": "until"}[table]

    def row(number: int, at: datetime) -> dict[str, object]:
        values = {
            each.name: at if isinstance(each.type, type(made.c[column].type)) else number if isinstance(each.type, sa.Integer)
            else b"" if isinstance(each.type, sa.LargeBinary) else () if each.name in ("before", "after") else None if each.name == "seen" else str(number)
            for each in made.c if each is not made.autoincrement_column and each.name != "card"
        }  # fmt: skip
        return values | ({"state": "sent"} if table == "outbox" else {})

    with store.writing() as connection:
        connection.execute(sa.insert(made), [row(1, NOW - timedelta(days=days, minutes=1)), row(2, NOW - timedelta(days=days - 1))])
    store.prune(NOW)
    with store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(made)) == 1


def test_what_it_refers_to_exists() -> None:
    for page, mark in re.findall(r"\]\((\w+\.md)(?:#([\w-]+))?\)", PAGE):
        words = (ROOT / "docs" / page).read_text(encoding="utf-8")
        titles = {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", words, re.MULTILINE)}
        assert not mark or mark in titles, (page, mark)


RISKS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.partition("| Risk för den registrerade")[2].partition("**Samråd.**")[0].splitlines()[2:] if line.startswith("|")
]


def test_each_risk_is_judged_and_a_test_that_is_there_shows_what_is_done_about_it() -> None:
    assert len(RISKS) > 9
    for risk in RISKS:
        assert len(risk) == 6 and all(risk), risk
        assert risk[1] in ("osannolik", "möjlig", "sannolik") and risk[2] in ("begränsad", "betydande", "allvarlig"), risk
        file, _, test = risk[5].strip("`").partition("::")
        assert test and f"def {test}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), risk[5]


def test_every_service_that_it_speaks_to_is_among_the_transfers() -> None:
    transfers = PAGE.partition("## Överföring till tredjeland")[2].partition("\n## ")[0]
    speakers = {file.parent.name if file.name == "speak.py" else file.stem for file in (ROOT / "handlers").rglob("*.py") if file.name in ("speak.py", "mail.py")} | {"graph"}
    named = {"slack": "| Slack |", "teams": "| Teams, Outlook", "mail": "| e-post |", "graph": "Outlook, To Do"}
    assert speakers == set(named) and all(words in transfers for words in named.values())
