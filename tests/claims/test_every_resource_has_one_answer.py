"""Each resource is exactly one of priced, free, by use, covered by pools, or without a price: they add up."""

from collections import Counter
from decimal import Decimal

import pytest

from plimsoll.catalog.resource_types import resource_types
from plimsoll.catalog.tables import load
from plimsoll.gate import judge
from plimsoll.gate.settings import read_settings
from plimsoll.gate.verdict import Verdict
from plimsoll.graph.resource import Graph
from plimsoll.show.check.text import tally
from tests.make.adversaries.case import Case, adversaries, honest
from tests.make.adversaries.our_own import our_examples
from tests.make.graphs import resource

CASES = [*adversaries(), *honest(), *our_examples()]


def answers(verdict: Verdict) -> dict[str, set[str]]:
    """The URNs of each answer."""
    refused = {problem.urn for problem in verdict.cannot_price}
    return {
        "priced": {line.urn for line in verdict.lines} - refused,
        "free": {each.urn for each in verdict.free},
        "by_use": {each.urn for each in verdict.by_use},
        "covered_by_pools": {each.urn for each in verdict.covered_by_pools},
        "cannot_price": refused,
    }


def added_up(graph: Graph, verdict: Verdict) -> None:
    found = answers(verdict)
    assert sum(map(len, found.values())) == len(set().union(*found.values())), "an answer given twice"
    created = {each.urn for each in graph.resources if not each.external}
    assert set().union(*found.values()) == created
    assert [int(word) for word in tally(verdict).split() if word.isdigit()] == [
        *map(len, found.values()),
        len(verdict.external),
    ]


def known(verdict: Verdict, of: str) -> Decimal:
    return sum((line.usd_per_month for line in verdict.lines if line.of == of), Decimal(0))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.family}/{case.name}")
def test_the_answers_of_every_case_add_up(case: Case) -> None:
    verdict = judge(case.graph, load(), read_settings(case.config))
    added_up(case.graph, verdict)
    assert (verdict.at_least.floor, verdict.at_least.ceiling) == (
        known(verdict, "floor"),
        known(verdict, "ceiling"),
    )
    if not verdict.cannot_price:
        assert verdict.at_least.ceiling == verdict.usd_per_month.ceiling


def test_the_answers_of_every_type_of_the_provider_add_up() -> None:
    graph = Graph(tuple(resource(token) for token in resource_types()))
    verdict = judge(graph, load(), read_settings({"unpriced-cost": {"usageAllowance": {"aws:s3*": 10}}}))
    added_up(graph, verdict)
    assert verdict.at_least.ceiling > 0
    assert Counter(len(urns) > 0 for urns in answers(verdict).values()) == {True: 4, False: 1}
