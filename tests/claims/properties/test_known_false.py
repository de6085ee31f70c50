"""Two laws that sound true and are not, each with the counter-example that shows where we stand."""

from decimal import Decimal

from plimsoll.plan.plan import Plan
from tests.make.facts import EAST, offering
from tests.make.worlds import Spec, answer, cost, world


def measured(qps: float) -> Spec:
    """A service of which one replica serves 7 requests a second at the target, on one accelerator."""
    return {
        "measured": {
            "accelerator": "Small-24GB",
            "qps_per_replica": 10.0,
            "latency_p95_ms": 40,
            "cpu": 3.0,
            "memory_gib": 10,
            "source": "load test",
        },
        "load": {"qps": qps},
        "region": EAST,
    }


FOUR_ON_A_NODE = world(
    [offering("g1.xlarge", EAST, "6.00", None), offering("g1.4xlarge", EAST, "20.00", None)]
)
"""One replica a node at 6 USD an hour, or four a node at 20."""


def own_cost(spec: Spec) -> Decimal:
    """Expected cost without the cluster's fixed parts, which several workloads share."""
    document = answer(spec, FOUR_ON_A_NODE)
    assert isinstance(document, Plan)
    return sum(
        (
            Decimal(line.usd_per_month)
            for line in document.cost.lines
            if line.of == "expected" and line.scope == "workload"
        ),
        Decimal(0),
    )


def test_14_joining_two_workloads_can_cost_more_than_both() -> None:
    """False for single-shape plans: five replicas on one shape cost more than four on it and one beside.

    Were mixed pools candidates, the joined workload could rent what the two rent apart.
    """
    four, one = own_cost(measured(28)), own_cost(measured(7))
    joined = own_cost(measured(35))
    assert joined > four + one


NODES = ((1, 6), (4, 20), (8, 21))
"""Replicas on a node, and its USD an hour."""


def greedy(replicas: int) -> int:
    """Rent by the lowest price per replica among the nodes that would be full; USD an hour."""
    total = 0
    while replicas:
        size, usd = min((node for node in NODES if node[0] <= replicas), key=lambda node: node[1] / node[0])
        replicas, total = replicas - size, total + usd
    return total


def test_1_is_false_for_greedy_by_price_per_unit() -> None:
    """Greedy pays 38 for seven replicas and 21 for eight.

    The exhaustive minimum over single shapes never pays less for more.
    """
    assert greedy(8) < greedy(7)
    costs = [cost(answer(measured(7.0 * replicas), FOUR_ON_A_NODE)) for replicas in range(1, 13)]
    assert costs == sorted(costs)
