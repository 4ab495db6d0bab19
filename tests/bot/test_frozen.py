"""Our quick `dataclass` beside the standard library's: whatever is made of one is as if made of the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest

from bot import frozen

BOTH = pytest.mark.parametrize("dataclass", [dataclasses.dataclass, frozen.dataclass], ids=["standard", "ours"])


def thing(dataclass: Any) -> Any:
    class Base:
        """As Message is: without fields."""

        __slots__ = ()

    @dataclass(frozen=True, slots=True)
    class Thing(Base):
        """Told of."""

        name: str
        number: int = 3
        found: Mapping[str, int] = dataclasses.field(default_factory=dict, metadata={"free": True})
        low: str = dataclasses.field(default="")

        def __post_init__(self) -> None:
            object.__setattr__(self, "low", self.name.lower())

    return Thing


@BOTH
def test_made_read_and_replaced(dataclass: Any) -> None:
    kind = thing(dataclass)
    first = kind("Ada", found={"a": 1})
    assert (first.name, first.number, first.found, first.low) == ("Ada", 3, {"a": 1}, "ada")
    assert kind("Ada").found is not kind("Ada").found
    other = dataclasses.replace(first, name="Bo")
    assert (other.name, other.found, other.low) == ("Bo", {"a": 1}, "bo")
    assert (frozen.replace(first, name="Bo"), frozen.replace(first)) == (other, first)
    for replace in (dataclasses.replace, frozen.replace):
        with pytest.raises(TypeError):
            replace(first, nothing=1)
    assert [each.name for each in dataclasses.fields(kind)] == ["name", "number", "found", "low"]
    assert dataclasses.fields(kind)[2].metadata == {"free": True}
    assert dataclasses.asdict(first) == {"name": "Ada", "number": 3, "found": {"a": 1}, "low": "ada"}
    assert not hasattr(first, "__dict__")
    assert repr(first).endswith("Thing(name='Ada', number=3, found={'a': 1}, low='ada')")
    match first:
        case kind(name, number):
            assert (name, number) == ("Ada", 3)
    assert dataclasses.is_dataclass(kind)


@BOTH
def test_equal_when_of_one_kind_and_all_is_equal(dataclass: Any) -> None:
    kind, strange = thing(dataclass), thing(dataclass)
    assert kind("a") == kind("a") != kind("b")
    assert kind("a") != strange("a") and kind("a") != "a"

    @dataclass(frozen=True, slots=True)
    class Pair:
        one: str
        two: tuple[int, ...] = ()

    @dataclass(frozen=True, slots=True)
    class Nothing:
        pass

    assert len({Pair("a"), Pair("a"), Pair("a", (1,)), Nothing(), Nothing()}) == 3
    with pytest.raises(TypeError):
        hash(kind("a"))  # it holds a dict


@BOTH
def test_never_changed(dataclass: Any) -> None:
    first = thing(dataclass)("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError):
        del first.name
    assert first.name == "a"


@BOTH
@pytest.mark.parametrize(("given", "named"), [((), {}), (("a", 1, {}, "", "too many"), {}), (("a",), {"name": "b"}), (("a",), {"strange": 1})])
def test_wrong_calls_are_refused_every_time(dataclass: Any, given: tuple[Any, ...], named: dict[str, Any]) -> None:
    kind = thing(dataclass)
    for _ in range(2):
        with pytest.raises(TypeError, match=r"__init__"):
            kind(*given, **named)


@BOTH
def test_its_own_methods_stay(dataclass: Any) -> None:
    @dataclass(frozen=True, slots=True)
    class Ours:
        name: str

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Ours) and self.name.lower() == other.name.lower()

        def __hash__(self) -> int:
            return hash(self.name.lower())

        def __repr__(self) -> str:
            return "ours"

    assert len({Ours("a"), Ours("A"), Ours("b")}) == 2
    assert repr(Ours("a")) == "ours"


@BOTH
def test_one_that_has_the_fields_of_another(dataclass: Any) -> None:
    kind = thing(dataclass)

    @dataclass(frozen=True, slots=True)
    class More(kind):  # type: ignore[valid-type,misc]
        last: str = "x"

    assert kind("A").name == "A"
    assert (More("A", last="z").name, More("A").last, More("A").low) == ("A", "x", "a")
    assert More("A") != kind("A")


def test_only_for_what_it_is_for() -> None:
    with pytest.raises(TypeError):
        frozen.dataclass(frozen=False, slots=True)


@BOTH
def test_replaced_without_anything_done_at_the_making(dataclass: Any) -> None:
    @dataclass(frozen=True, slots=True)
    class Plain:
        name: str
        number: int = 3

    first = Plain("Ada")
    assert frozen.replace(first, number=4) == Plain("Ada", 4) and frozen.replace(first) == first and frozen.replace(first) is not first
    with pytest.raises(TypeError, match="nothing"):
        frozen.replace(first, nothing=1)


def test_one_without_slots_is_replaced_too() -> None:
    @dataclasses.dataclass(frozen=True)
    class Loose:
        name: str
        number: int = 3

    assert frozen.replace(Loose("Ada"), number=4) == Loose("Ada", 4)
