"""Records behave as frozen dataclasses with slots do."""

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from plimsoll.ground.start_up import record


@record
class Ours:
    name: str
    count: int = 0
    note: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Theirs:
    name: str
    count: int = 0
    note: str = field(default="", compare=False, repr=False)


@record
class Empty:
    pass


@pytest.mark.parametrize("kind", [Ours, Theirs])
def test_fields_compare_and_hash_but_those_that_do_not(kind: type) -> None:
    assert kind("a", 1, "x") == kind("a", 1, "y")
    assert hash(kind("a", 1, "x")) == hash(kind("a", 1, "y"))
    assert kind("a", 1) != kind("a", 2)
    assert kind("a") != ("a", 0)
    assert len({kind("a"), kind("a"), kind("b")}) == 2


def test_shown_and_replaced_as_a_dataclass() -> None:
    assert repr(Ours("a", 2)) == repr(Theirs("a", 2)).replace("Theirs", "Ours")
    assert replace(Ours("a"), count=3) == Ours("a", 3)
    assert Empty() == Empty()


def test_frozen_and_without_a_dict() -> None:
    with pytest.raises(FrozenInstanceError):
        Ours("a").name = "b"  # pyright: ignore
    assert not hasattr(Ours("a"), "__dict__")


def test_records_of_different_kinds_differ() -> None:
    assert Ours("a") != Theirs("a")


@record
class Filled:
    items: list[int] = field(default_factory=list)
    name: str = "x"


def test_factories_make_a_new_value_each_and_keywords_work() -> None:
    one, two = Filled(), Filled(name="y")
    assert one.items == []
    assert one.items is not two.items
    assert Filled([1], "z") == Filled(items=[1], name="z")
    with pytest.raises(TypeError):
        Filled(unknown=1)  # pyright: ignore
    with pytest.raises(TypeError):
        Ours()  # pyright: ignore


def test_deleting_is_locked_too() -> None:
    with pytest.raises(FrozenInstanceError):
        del Ours("a").name  # pyright: ignore


def test_the_first_record_of_a_class_is_like_every_other() -> None:
    def fresh() -> type:
        return record(type("Fresh", (), {"__annotations__": {"name": str, "count": int}, "count": 0}))

    kind = fresh()
    first, second, third = (kind("a", count=1) for _ in range(3))
    assert first == second == third
    assert {type(each) for each in (first, second, third)} == {kind}
    assert fresh()("a").count == 0
    with pytest.raises(FrozenInstanceError):
        first.name = "b"
    for wrong in ({"unknown": 1}, {"name": "a", "unknown": 1}, {}):
        with pytest.raises(TypeError):
            fresh()(**wrong)
    with pytest.raises(TypeError):
        fresh()("a", name="b")
    with pytest.raises(TypeError):
        fresh()("a", 1, 2)


def test_records_of_as_many_fields_share_code_and_keep_their_own_names_and_defaults() -> None:
    @record
    class Here:
        first: int
        second: str = "here"

    @record
    class There:
        left: str
        right: int = 3

    for _ in range(3):  # the first record of a class is filled, the second makes the constructor
        here, there = Here(1), There(left="x")
        assert (here.first, here.second) == (1, "here")
        assert (there.left, there.right) == ("x", 3)
        assert not hasattr(there, "first")
    with pytest.raises(TypeError, match="first"):
        Here()  # pyright: ignore
    with pytest.raises(TypeError, match="first"):
        There("x", first=1)  # pyright: ignore


def test_a_field_without_a_default_cannot_follow_one_that_has_one() -> None:
    @record
    class Wrong:
        first: int = 0
        second: int  # pyright: ignore

    Wrong(1, 2)
    with pytest.raises(TypeError, match="follows one that has a default"):
        Wrong(1, 2)
