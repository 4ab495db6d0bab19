"""Whatever of ours is written down comes back as it was."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms import Field, Form
from bot.incoming import Incoming, Place, Tap
from bot.messages import Message
from bot.outcome import Answer, Fact, FormErrors, OpenForm, Outcome, Post, Say, Silent
from bot.rules.work_calendar import Working
from storage import codec
from tests.storage.samples import ACTION, ANNA, NOW, THINGS

atoms = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.dates(), st.times(),
    st.datetimes(), st.datetimes(timezones=st.just(UTC)), st.timedeltas(), st.sampled_from(THINGS),
    st.builds(Field, st.text(), required=st.booleans(), options=st.lists(st.tuples(st.text(), st.text())).map(tuple)),
)  # fmt: skip
values = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner).map(tuple), st.lists(inner), st.frozensets(st.one_of(st.text(), st.integers(), st.dates())),
        st.dictionaries(st.one_of(st.text(), st.integers()), inner),
        st.builds(Fact, kind=st.text(), detail=st.dictionaries(st.text(), inner)),
    ),
    max_leaves=12,
)  # fmt: skip


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types all the way down (True is not 1, a list not a tuple)."""
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return len(one) == len(other) and all(same(a, b) and same(one[a], other[b]) for a, b in zip(one, other, strict=True))
    return bool(one == other)


@given(values)
def test_round_trip(value: Any) -> None:
    assert same(codec.decode(codec.encode(value)), value)


ANSWERS: list[Answer | Outcome | Incoming] = [
    Silent(),
    OpenForm(Form("edit", "tall:1", (Field("senast", "date", "2026-11-27", True, (("a", "A"),)),), 3, "ringa")),
    Outcome(Silent(), (ACTION,), (Fact("a", detail={"n": 1}),), (Post("tall", "group:tall", None, NOW),), NOW, "x", "done"),
    Incoming("e1", "anna", Place("slack", "c"), "hej", Tap("done", "tall:1", {"resultat": "bra"}, 2), False, ("Kim",)),
]


@pytest.mark.parametrize("value", ANSWERS, ids=lambda value: type(value).__name__)
def test_answers(value: object) -> None:
    assert codec.decode(codec.encode(value)) == value


def example_of(hint: Any) -> Any:
    """Some value of the type, other than empty."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Union or isinstance(hint, types.UnionType):
        return example_of(next((a for a in arguments if a is not type(None)), arguments[0]))
    if origin in (tuple, frozenset):
        return origin(example_of(a) for a in arguments if a is not Ellipsis)
    if origin in (dict, Mapping):
        return {example_of(arguments[0]): example_of(arguments[1])}
    if hint is Working:
        return ANNA.working
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return hint(**{f.name: example_of(hints[f.name]) for f in dataclasses.fields(hint)})
    if hint is Message or hint in (object, Any):
        return ACTION
    simple: dict[Any, Any] = {
        str: "ö", int: 7, bool: True, float: 1.5, date: date(2026, 11, 27), datetime: NOW, time: time(7, 30),
        timedelta: timedelta(minutes=5),
    }  # fmt: skip
    return simple[hint]


@pytest.mark.parametrize("name", sorted(Message.registry))
def test_every_message(name: str) -> None:
    message = example_of(Message.registry[name])
    for value in (message, Say(message), FormErrors({"senast": message})):
        assert codec.decode(codec.encode(value)) == value


def test_an_instant_elsewhere_stays_the_same_instant() -> None:
    moment = datetime(2026, 11, 27, 7, tzinfo=timezone(timedelta(hours=1)))
    assert codec.decode(codec.encode(moment)) == moment


def test_what_is_not_ours_is_refused_by_name() -> None:
    class Stranger:
        pass

    @dataclasses.dataclass
    class Action:  # a namesake of ours
        id: str = ""

    for stranger in (Stranger(), Action(), b"bytes", {1, 2}):
        with pytest.raises(codec.UnknownClass, match=type(stranger).__name__):
            codec.encode(stranger)
    for text in ('{"is": "Stranger", "has": {}}', '{"is": "message stranger", "has": {}}', '{"what": 1}'):
        with pytest.raises(codec.UnknownClass):
            codec.decode(text)
    with pytest.raises(ValueError, match="Action"):
        codec.register(Action)


def test_what_an_older_or_newer_version_wrote_can_be_read() -> None:
    older = codec.decode('{"is": "Place", "has": {"platform": "slack"}}')
    newer = codec.decode('{"is": "Place", "has": {"platform": "slack", "planet": "Mars"}}')
    assert older == newer == Place("slack")
