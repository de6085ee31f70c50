"""Foreign data: a view raises what its room chose, and the loose readers raise nothing."""

from typing import Any

import pytest

from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.tree import View, at, list_at, mapping_at, objects_at, objects_within, step, walk


class RoomError(Exception):
    pass


def view(value: object) -> View:
    return View(value, "", lambda trouble, message: RoomError(trouble, message))


@pytest.mark.parametrize(
    ("value", "trouble", "message"),
    [
        (UNKNOWN, "unknown", "n is not known before the update"),
        (Secret(3), "secret", "n is secret"),
        (None, "absent", "n is absent, and the price depends on it"),
        ("3", "invalid", "n is the text '3', not a number; write it without quotes"),
        ("$N", "invalid", "n is '$N', not a number; write one"),
        ("many", "invalid", "n is 'many', not a number; write one"),
        (-1, "invalid", "n is -1, less than 0"),
        (10**30, "absurd", "n is beyond any real quantity"),
        (10**7, "absurd", "n is more than 1,000,000"),
    ],
)
def test_a_count_is_refused_in_the_rooms_own_words(value: Any, trouble: str, message: str) -> None:
    with pytest.raises(RoomError) as refused:
        view({"n": value})["n"].count()
    assert refused.value.args[0] == trouble
    assert refused.value.args[1].startswith(message)


def test_views_below_a_view_keep_its_errors() -> None:
    (item,) = view({"a": [{"b": "x"}]})["a"].items()
    with pytest.raises(RoomError, match=r"a\[0\]\.b is 'x', not true or false"):
        item["b"].flag(default=False)


def test_a_step_opens_secrets_and_stops_at_what_is_not_known() -> None:
    data = {"a": Secret({"b": [{"c": 1}]}), "u": UNKNOWN}
    assert step(data, "a", "b", 0, "c") == 1
    assert step(data, "a", "b", 7, "c") is None
    assert step(data, "u", "x") is UNKNOWN
    assert at(data, "a.b") is None
    assert (mapping_at(data, "a", "x"), list_at(data, "a")) == ({}, ())


def test_a_walk_names_every_place_and_ends_where_it_is_told() -> None:
    data = {"a": [{"b": 1}], "s": Secret({"t": 2})}
    places = [(spot.path, spot.key) for spot in walk(data, deepest=9)]
    assert places == [("", ""), ("a", "a"), ("a[0]", "a"), ("a[0].b", "b"), ("s", "s"), ("s.t", "t")]
    assert [path for path, _ in objects_within(data)] == ["", "a[0]", "s"]
    assert list(objects_at(data, "a")) == [("a[0]", {"b": 1})]
    assert len(list(walk(data, deepest=1))) == 3
    with pytest.raises(RoomError):
        list(walk(data, deepest=1, too_deep=RoomError()))
