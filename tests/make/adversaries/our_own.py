"""Our own examples as honest graphs: every workload that has a plan, at budgets from its ceiling upwards."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.catalog.tables import load
from plimsoll.gate.inputs.committed import CommittedPlan, joined
from plimsoll.gate.inputs.plan import plans_of
from plimsoll.graph.resource import Graph
from plimsoll.ground.problems import Problem
from plimsoll.plan.size import size
from plimsoll.plan.write import written
from plimsoll.spec.read import load_workload
from plimsoll.speed.read import load_speed
from tests.make.adversaries.case import Case
from tests.make.places import EXAMPLES

FACTORS = ("1", "1.01", "3")


def our_plans() -> Iterator[CommittedPlan]:
    """The plan of every example that has one, read back from its document."""
    catalog = load()
    for path in EXAMPLES:
        loaded = load_workload(path, catalog)
        document = written(size(loaded.workload, loaded.architecture, loaded.catalog, load_speed()))
        if document["outcome"] == "plan":
            problems: list[Problem] = []
            yield from plans_of(document, str(path), problems)
            assert not problems, problems


def our_examples() -> Iterator[Case]:
    """Each example with a budget of its ceiling, a little more, and three times as much."""
    for plan in our_plans():
        graph = Graph(joined([plan])[0], "dev", "plimsoll", plan.region)
        name = plan.resources[0].name
        for factor in FACTORS:
            config = {"budget": {"usdPerMonth": float(plan.ceiling * Decimal(factor))}}
            yield Case("our-examples", f"{name} at {factor}", "one of our own plans", graph, config)
