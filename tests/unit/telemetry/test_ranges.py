"""Answers of Prometheus are read as they were saved; what is none is named with the query it answers."""

import json

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.telemetry.ranges import ranges_of


def _document(values):
    result = [{"metric": {"pod": "a"}, "values": values}]
    return {"status": "success", "data": {"resultType": "matrix", "result": result}}


def test_points_are_finite_and_in_order():
    text = json.dumps(_document([[20, "2"], [10, "1"], [30, "NaN"], [40, "+Inf"]]))
    (answer,) = ranges_of(text, "f")
    assert answer.series[0].points == ((10.0, 1.0), (20.0, 2.0))
    assert (answer.name, answer.series[0].labels) == ("", {"pod": "a"})


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"requests": _document([[1, "2"]])}),
        json.dumps([{"query": "requests", **_document([[1, "2"]])}]),
        json.dumps({"name": "requests", **_document([[1, "2"]])}),
    ],
)
def test_answers_have_the_names_that_the_file_gives_them(text):
    assert [each.name for each in ranges_of(text, "f")] == ["requests"]


def test_a_line_that_is_cut_is_named():
    line = json.dumps(_document([[1, "2"]]))
    with pytest.raises(SpecError, match=r"f:2:"):
        ranges_of(f"{line}\n{line[:-3]}}}\n", "f")


@pytest.mark.parametrize("values", [[[1]], [["x", "1"]], [[1, "many"]], [[-5, "1"]], [[1e12, "1"]], ["1"]])
def test_a_point_that_is_none_is_named(values):
    with pytest.raises(SpecError, match=r"requests: .*is no point"):
        ranges_of(json.dumps({"requests": _document(values)}), "f")
