"""The exemption that a report quotes is a file that can be read, and it lets the verdict through."""

from pathlib import Path

import pytest

from plimsoll.catalog.tables import load
from plimsoll.gate import judge
from plimsoll.gate.inputs.exemptions import read_exemptions
from plimsoll.gate.proposal import MOST, proposed
from plimsoll.gate.settings import read_settings
from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.problems import SpecError
from tests.make.graphs import REGION, default_class, pool, resource

DAY = "2026-11-28"
SETTINGS = read_settings({"budget": {"usdPerMonth": 10}, "encrypted-volumes": "mandatory"})


def graph(*resources: Resource) -> Graph:
    return Graph(resources, "dev", "program", REGION)


def test_what_is_quoted_lets_it_through(tmp_path: Path) -> None:
    dear = graph(default_class(), pool(), resource("aws:ebs/volume:Volume", "a b@*", size=100, type="gp3"))
    verdict = judge(dear, load(), SETTINGS, on_date=DAY)
    assert {v.code for v in verdict.violations if v.blocks} == {"over_budget", "not_allowed"}
    path = tmp_path / "exemptions.yaml"
    path.write_text("\n".join(proposed(verdict)))
    exempted = judge(dear, load(), SETTINGS, read_exemptions(path), on_date=DAY)
    assert exempted.verdict == "pass"
    assert len(exempted.exemptions_used) == 2
    assert exempted.exemptions_unused == ()


def test_a_cent_more_is_not_let_through(tmp_path: Path) -> None:
    path = tmp_path / "exemptions.yaml"
    path.write_text("\n".join(proposed(judge(graph(default_class(), pool()), load(), SETTINGS, on_date=DAY))))
    more = graph(default_class(), pool(), resource("aws:route53/zone:Zone", "z"))
    assert judge(more, load(), SETTINGS, read_exemptions(path), on_date=DAY).verdict == "violation"


def test_an_amount_that_nobody_knows_is_left_to_a_person(tmp_path: Path) -> None:
    path = tmp_path / "exemptions.yaml"
    unknown = judge(graph(resource("acme:index:Thing")), load(), on_date=DAY)
    path.write_text("\n".join(proposed(unknown)))
    with pytest.raises(SpecError, match="allow_up_to_usd is missing"):
        read_exemptions(path)


def test_many_are_counted_and_none_is_proposed_where_nothing_blocks() -> None:
    many = graph(*(resource("acme:index:Thing", f"t{index}") for index in range(9)))
    lines = proposed(judge(many, load(), on_date=DAY))
    assert sum("policy:" in line for line in lines) == MOST
    assert "4 more" in lines[-1]
    assert proposed(judge(graph(), load(), on_date=DAY)) == []
