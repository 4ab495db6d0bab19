"""What every speaker promises the postman, whichever its platform: the same tests for all, against real (fake) servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from bot.incoming import Place
from bot.model import Group, Member
from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.speaker import GiveUp, LockedOut, Parcel, To, TryAgain
from storage.keystore import KeyStore
from storage.store import Store
from templates.card import Button, Buttons, Card, Divider, Heading, Item, Note, Quote, Span, Text
from templates.plain import notice
from templates.words import Words
from tests.contract.ways import CALENDARS, MONDAY, WAYS, Way, people_of, span
from tests.handlers import world
from tests.patience import until

NASTY = (
    "<!channel> @everyone <@U0FOO> <https://evil.example|klicka>",
    "*fet* _kursiv_ ~struken~ `kod` &lt;b&gt; &amp;",
    "<script>alert('x')</script> {{7*7}} %s \\n [länk](https://evil.example)",
    "Åsa Öberg – 14.30 😀 \u202edlot \u200b",
)
TALLE = "tall:1"


@pytest.fixture
def one_store(tmp_path: Path, migrated_sqlite: bytes, keys: KeyStore) -> Iterator[Store]:
    """On SQLite alone: databases are not what is tried here."""
    (tmp_path / "nvg.db").write_bytes(migrated_sqlite)
    with closing(Store(f"sqlite:///{tmp_path / 'nvg.db'}", keys)) as store:
        yield store


@pytest.fixture(params=list(WAYS))
def way(request: pytest.FixtureRequest, one_store: Store) -> Iterator[Way]:
    way = {**WAYS, **CALENDARS}[request.param](one_store)
    yield way
    way.close()


def on_days(*days: str, channels: bool = False) -> pytest.MarkDecorator:
    """The test is run for each of these days on each way that can have it, by `way` and `day`. `channels`: and has channels."""
    fitting = [(name, day) for day in days for name, way in {**WAYS, **CALENDARS}.items() if day in way.bad_days and (way.channels or not channels)]
    return pytest.mark.parametrize(("way", "day"), fitting, indirect=["way"])


def parcel(way: Way, *blocks: object, ref: str = "turn-1") -> Parcel:
    card = Card(blocks)  # type: ignore[arg-type]
    return Parcel("action", card, notice(card), ref, mentions=way.mentions)


def simple(way: Way, text: str = "ringa kommunen", ref: str = "turn-1") -> Parcel:
    return parcel(way, Text(span(text)), *way.also(text), ref=ref)


def full(way: Way) -> Parcel:
    """One of each kind of block."""
    return parcel(
        way, Heading(span("Tisdagens möte")), Text((Span("Anna Berg", person="anna"), Span(" leder."))),
        Item(span("ringa kommunen"), (Button("Klart", "done", TALLE), Button("Kommer inte vidare", "blocked", TALLE))),
        Item(span("boka rum")), Quote(span("så sa hon")), Divider(), Note(span("Sparat 08:00")),
        Buttons((Button("Ångra", "undo", "e1", "danger"),)),
    )  # fmt: skip


WORDS = ("Tisdagens möte", "Anna Berg leder.", "ringa kommunen", "boka rum", "så sa hon", "Sparat 08:00")
LABELS = ["Klart", "Kommer inte vidare", "Ångra"]


# -- what arrives


def test_a_post_arrives_whole(way: Way) -> None:
    id = way.speaker.send(way.here, full(way))
    (arrived,) = way.arrived(way.here)
    assert arrived.id == id
    assert _in_order(WORDS, arrived.text)
    assert list(arrived.labels) == (LABELS if way.taps else [])
    assert way.arrived(way.there) == []


def test_a_person_is_written_to_alone(way: Way) -> None:
    way.speaker.send(way.anna, simple(way))
    assert [each.text for each in way.arrived(way.anna)] == ["ringa kommunen"]
    assert way.arrived(way.here) == []


def test_an_update_redraws_the_same_message(way: Way) -> None:
    for n, to in enumerate((way.here, way.anna)):
        way.speaker.send(to, simple(way, "annat", ref=f"before-{n}"))
        id = way.speaker.send(to, simple(way, ref=f"after-{n}"))
        way.speaker.update(to, id, parcel(way, Text(span("ringa regionen")), Buttons((Button("Klart", "done", TALLE),)), ref="turn-2"))
        before, after = sorted(way.arrived(to), key=lambda each: each.id == id)
        assert before.text == "annat"
        redrawn = "ringa regionen" if way.redraws else "ringa kommunen"  # a mail that has been sent stays as it was
        assert (after.id, after.text, list(after.labels)) == (id, redrawn, ["Klart"] if way.taps else [])


def test_the_plain_line_says_what_it_is_about(way: Way) -> None:
    """For the telephone's screen and for a screen reader."""
    way.speaker.send(way.here, full(way))
    (arrived,) = way.arrived(way.here)
    if way.notifies:
        assert unescape(arrived.plain).startswith("Tisdagens möte Anna Berg leder. ringa kommunen")


@pytest.mark.parametrize("text", NASTY)
def test_what_people_write_stays_words(way: Way, text: str) -> None:
    """Nothing that somebody has written becomes mark-up, a mention or a link."""
    blocks = (
        Heading(span(text)), Text(span(text)), Item(span(text), (Button("Klart", "done", TALLE),)), Item(span(text)), Quote(span(text)), Note(span(text)),
    )  # fmt: skip
    way.speaker.send(way.here, parcel(way, *blocks))
    (arrived,) = way.arrived(way.here)
    shown = " ".join(arrived.text.split())
    assert shown.count(" ".join(text.split())) == len(blocks)
    if way.kind == "slack":  # elsewhere the plain line knows no mark-up
        assert "<!channel>" not in arrived.plain and "<@" not in arrived.plain


def test_a_long_list_breaks_only_between_its_rows(way: Way) -> None:
    rows = [f"rad {n}: " + "ett ganska långt åtagande " * 6 for n in range(120)]
    way.speaker.send(way.here, parcel(way, Heading(span("Allt")), *(Item(span(row), (Button("Klart", "done", f"tall:{n}"),)) for n, row in enumerate(rows))))
    text = " ".join(" ".join(each.text for each in way.arrived(way.here)).split())
    shown = [row for row in rows if " ".join(row.split()) in text]
    assert shown and shown == rows[: len(shown)]
    assert text.count("rad ") == len(shown)  # no row is there in part
    labels = [label for each in way.arrived(way.here) for label in each.labels]
    assert len(shown) == len(rows) or len(labels) > len(shown)  # the rest is behind a button


def test_who_reads_a_channel(way: Way) -> None:
    if not way.reads:
        assert way.speaker.readers(way.here) is None
        return
    assert sorted((way.speaker.readers(way.here) or {}).values()) == ["Anna Berg", "Bo Ek"]


# -- what does not


GIVEN_UP = ("no such channel", "archived", "not in channel", "left")
LATER = ("down", "slow down", "broken", "cut off", "silent", "unreachable")


def test_every_way_can_fail_for_now_and_for_good() -> None:
    for name, each in WAYS.items():
        assert set(each.bad_days) & set(GIVEN_UP) and set(each.bad_days) & set(LATER), name
        assert set(each.bad_days) <= {*GIVEN_UP, *LATER, "locked out"}, name


@on_days(*GIVEN_UP)
def test_what_can_never_get_there_is_given_up_with_a_code(way: Way, day: str) -> None:
    to = way.anna if day == "left" else way.here
    way.bad_day(day, to)
    with pytest.raises(GiveUp) as error:
        way.speaker.send(to, simple(way))
    assert error.value.why == way.bad_days[day]


@on_days(*LATER)
def test_what_cannot_get_there_now_is_tried_again(way: Way, day: str) -> None:
    way.bad_day(day, way.here)
    with pytest.raises(TryAgain) as error:
        way.speaker.send(way.here, simple(way))
    if day == "slow down":
        assert error.value.after and timedelta(seconds=7) <= error.value.after < timedelta(seconds=9)
    if way.redraws:
        with pytest.raises(TryAgain):
            way.speaker.update(way.here, "1.000001", simple(way))
    way.good_day()
    way.speaker.send(way.here, simple(way, "nu går det", ref="turn-9"))
    assert way.arrived(way.here)[-1].text == "nu går det"


@on_days("locked out")
def test_a_workspace_that_shuts_us_out_is_waited_for(way: Way, day: str) -> None:
    way.bad_day(day, way.here)
    with pytest.raises(LockedOut) as error:
        way.speaker.send(way.here, simple(way))
    assert error.value.why and (error.value.place or way.kind == "calendar")  # all calendars are one place
    assert error.value.after and error.value.after >= timedelta(minutes=1)


@on_days("no such channel", "archived", "not in channel", "slow down", "broken", "cut off", channels=True)
def test_one_channel_that_fails_never_stops_the_others(way: Way, day: str, one_store: Store) -> None:
    """The whole way from the outbox: the other channel has its post, the facilitator is told of what never got there."""
    way.bad_day(day, way.here)
    engine = _engine(way, one_store)
    engine.start()
    engine.handle(world.said("spara ringa kommunen", place=_place(way.there)))
    until(lambda: _posts(way, way.there) == 1)
    for_good = bool(way.bad_days[day])
    until(lambda: bool(way.arrived(way.anna)) == for_good)
    engine.stop()
    if not for_good:
        way.good_day()
        engine.drain(timedelta(hours=1))
        assert [_posts(way, to) for to in (way.here, way.there)] == [1, 1]


def _posts(way: Way, to: To) -> int:
    return sum("ringa kommunen" in each.text for each in way.arrived(to))


def _engine(way: Way, store: Store) -> Engine:
    """The small bot of tests/handlers/world.py, whose group lives in both channels; Anna is its facilitator."""
    group = Group("tall", "tall", state="active", channels=(way.here.address, way.there.address), contact_person="anna")
    members = (Member("tall:@anna", "tall", "anna", "facilitator"), Member("tall:@bo", "tall", "bo"))
    with store.turn() as work:
        work.save([*people_of(way), group, *members], MONDAY)
    speakers = {way.kind: way.speaker}
    return Engine(store, Words(), speakers, SimulatedClock(MONDAY, ticking=True), decide=world.decide, due=world.due, draw=world.draw)


def _place(to: To) -> Place:
    return Place(to.platform, to.channel)


def _in_order(parts: tuple[str, ...], text: str) -> bool:
    at = 0
    for part in parts:
        at = text.find(part, at) + 1
        if not at:
            return False
    return True
