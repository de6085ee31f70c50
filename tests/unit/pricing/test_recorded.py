"""Of what was asked for and what was recorded the dearer counts; other words for the same change nothing."""

from dataclasses import replace
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.pricing import price
from plimsoll.pricing.recorded import recorded
from tests.make.graphs import REGION, resource

ONE, TWO = {"name": "a", "gib": 1}, {"name": "b", "gib": 2}
VOLUME = "aws:ebs/volume:Volume"


def volume(asked: Any, **outputs: Any) -> Resource:
    return replace(resource(VOLUME, "v", size=asked, type="gp3"), outputs=outputs)


def graph(*resources: Resource) -> Graph:
    return Graph(resources, "dev", "program", REGION)


@pytest.mark.parametrize(("asked", "reported", "usd"), [(10, 1000, 80), (1000, 10, 80), (10, 10, 0.8)])
def test_the_dearer_counts(asked: int, reported: int, usd: float) -> None:
    assert float(price(graph(volume(asked, size=reported)), load()).ceiling or 0) == usd


def test_what_is_recorded_and_cannot_be_read_is_refused() -> None:
    priced = price(graph(volume(10, type="gp9")), load())
    assert [problem.code for problem in priced.cannot_price] == ["invalid_value"]


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ({"size": 10}, {"size": 10.0}),
        ({"size": 10}, {"size": "10"}),
        ({"encrypted": True}, {"encrypted": "true"}),
        ({"names": ["b", "a"]}, {"names": ["a", "b"]}),
        ({"names": ["b", "a"]}, {"names": ["a"]}),
        ({"size": 10}, {"size": None}),
        ({"size": 10}, {"kmsKeyId": "k"}),
        ({"disks": [ONE, TWO]}, {"disks": [TWO, ONE]}),
        ({"size": UNKNOWN}, {"size": 4}),
        ({"size": Secret(5)}, {"size": 6}),
    ],
)
def test_other_words_for_the_same_are_no_change(inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
    assert recorded(graph(replace(resource(VOLUME, "v", **inputs), outputs=outputs))) is None


def test_objects_of_a_list_are_compared_by_their_names() -> None:
    inputs, outputs = {"disks": [ONE, TWO]}, {"disks": [TWO | {"gib": 9}, ONE]}
    laid = recorded(graph(replace(resource(VOLUME, "v", **inputs), outputs=outputs)))
    assert laid is not None
    assert laid.resources[0].inputs["disks"] == [ONE, TWO | {"gib": 9}]
