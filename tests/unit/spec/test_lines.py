"""A line carries the value that somebody gave, or it is not written."""

import pytest

from plimsoll.spec.lines import alone, line
from plimsoll.spec.sections import INFERENCE, KEYS


@pytest.mark.parametrize(
    ("target", "value", "section", "spec", "says"),
    [
        ("budget.usd_per_month", 5000, "", {}, "write budget: {usd_per_month: 5000}"),
        ("budget.usd_per_month", 5000, "budget", {}, "write usd_per_month: 5000"),
        ("budget.usd_per_month", "$5k", "", {}, "write budget: {usd_per_month: 5000}"),
        ("budget.usd_per_month", 5000, "", {"budget": {}}, "write usd_per_month: 5000 under budget"),
        ("budget.usd_per_month", 5000, "load", {}, "write usd_per_month: 5000 under budget"),
        ("load.qps", 0.5, "load", {}, "write qps: 0.5"),
        ("capacity.allow", "g6e", "", {}, "write capacity: {allow: [g6e]}"),
        ("capacity.allow", ["g6e", "p5"], "", {}, "write capacity: {allow: [g6e, p5]}"),
        ("capacity.spot", True, "", {}, "write capacity: {spot: allow}"),
        ("precision", "awq", "", {}, "write precision: int4"),
        ("precision", ["float8", "half"], "", {}, "write precision: [fp8, fp16]"),
        ("owner.team", "4711", "", {}, 'write owner: {team: "4711"}'),
        ("model", "a/b", "load", {}, "write model: a/b at the top level"),
        ("budget.usd_per_month", "a lot", "", {}, ""),
        ("budget.usd_per_month", True, "", {}, ""),
        ("budget.usd_per_month", None, "", {}, ""),
        ("load.qps", [1, 2], "", {}, ""),
        ("precision", "unheard-of", "", {}, ""),
        ("owner", {"team": "a"}, "", {}, ""),
        ("model", {"params_b": 3}, "", {}, ""),
    ],
)
def test_a_value_is_carried_over_or_nothing_is_said(
    target: str, value: object, section: str, spec: dict[str, object], says: str
):
    assert line(target, value, section, spec) == says


@pytest.mark.parametrize(
    ("section", "value", "says"),
    [
        ("budget", 5000, "write budget: {usd_per_month: 5000}"),
        ("load", "20/s", "write load: {qps: 20}"),
        ("pin", "g6.xlarge", "write pin: {instance_type: g6.xlarge}"),
        ("sla", 800, ""),
        ("load", "high", ""),
    ],
)
def test_a_value_in_place_of_a_section_stands_for_one_key_of_it(section: str, value: object, says: str):
    assert alone(section, value) == says


def test_every_line_that_can_be_written_is_of_a_key():
    from plimsoll.spec.lines import ALONE

    assert all(key in KEYS[section] and (section,) in INFERENCE.sections for section, key in ALONE.items())
