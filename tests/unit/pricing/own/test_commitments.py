"""Commitments cover what is surely on demand in a graph, and are paid whole whatever is covered."""

from decimal import Decimal
from typing import Any

from plimsoll.catalog.discounts.terms import Commitment, Discounts
from plimsoll.catalog.tables import load
from plimsoll.graph.resource import Graph, Resource
from plimsoll.pricing import Priced, price
from plimsoll.pricing.own.prices import OwnPrices
from tests.make.graphs import REGION, need, node_class, resource

DAY = "2026-08-10"
G6E = load().offering("g6e.xlarge", REGION)
assert G6E is not None
assert G6E.on_demand is not None
LIST = G6E.on_demand.usd


def own(*commitments: Commitment, pct: str = "0", **families: str) -> OwnPrices:
    percent = {name: Decimal(value) for name, value in families.items()}
    return OwnPrices(
        Discounts("d.yaml", "0" * 64, None, Decimal(pct), Decimal(0), percent, {}, commitments), DAY
    )


def savings_plan(usd: Decimal, family: str | None = "g6e") -> Commitment:
    kind = "ec2_instance_sp" if family else "compute_sp"
    region = REGION if family else None
    return Commitment(kind, "commitments[0]", usd, region, family, rate_of_on_demand=Decimal("0.5"))


def pool(
    *types: str, capacity: tuple[str, ...] = ("on-demand",), nodes: int = 2, name: str = "gpu"
) -> Resource:
    spec: dict[str, Any] = {
        "limits": {"nodes": str(nodes)},
        "template": {
            "spec": {
                "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "gpu"},
                "requirements": [
                    need("node.kubernetes.io/instance-type", "In", *types),
                    need("karpenter.sh/capacity-type", "In", *capacity),
                ],
            }
        },
    }
    return resource("kubernetes:karpenter.sh/v1:NodePool", name, metadata={"name": name}, spec=spec)


def priced(terms: OwnPrices | None, *pools: Resource) -> Priced:
    return price(Graph((*pools, node_class())), load(), REGION, terms)


def nodes(found: Priced) -> Decimal:
    lines = (line for line in found.lines if line.of == "ceiling" and line.kind == "nodes")
    return sum((line.usd_per_month for line in lines), Decimal(0))


def test_covered_nodes_cost_nothing_and_the_rest_is_net() -> None:
    found = priced(own(savings_plan(LIST / 2), pct="10"), pool("g6e.xlarge"))
    assert nodes(found) == (730 * LIST * Decimal("0.9")).quantize(Decimal("0.01"))
    paid = [line for line in found.lines if line.kind == "commitment"]
    assert {(line.of, line.list_usd_per_unit) for line in paid} == {("floor", 0), ("ceiling", 0)}
    assert found.ceiling_at_list == priced(None, pool("g6e.xlarge")).ceiling


def test_spot_is_never_covered_and_may_be_charged_at_list() -> None:
    both = pool("g6e.xlarge", capacity=("spot", "on-demand"))
    found = priced(own(savings_plan(LIST * 9), pct="10"), both)
    assert nodes(found) == nodes(priced(None, both))
    assert any(line.kind == "commitment" for line in found.lines), "it is paid all the same"


def test_a_pool_that_may_be_another_family_is_not_covered_by_a_plan_of_one() -> None:
    mixed = pool("g6e.xlarge", "g6.xlarge")
    assert nodes(priced(own(savings_plan(LIST)), mixed)) == nodes(priced(None, mixed))
    assert nodes(priced(own(savings_plan(LIST, None)), mixed)) == 0, "a Compute Savings Plan covers both"
    apart = own(savings_plan(LIST, None), g6="20")
    assert nodes(priced(apart, mixed)) == nodes(priced(None, mixed)), "not if their percentages differ"


def test_what_cannot_apply_is_not_paid() -> None:
    found = priced(own(savings_plan(Decimal(3), "p5")), pool("g6e.xlarge"))
    assert found.ceiling == priced(None, pool("g6e.xlarge")).ceiling


def test_it_covers_in_the_order_of_names_and_once() -> None:
    found = priced(own(savings_plan(LIST)), pool("g6e.xlarge", name="b"), pool("g6e.xlarge", name="a"))
    covered = {line.urn[-1] for line in found.lines if line.of == "ceiling" and not line.usd_per_unit}
    assert covered == {"a"}
    assert sum(line.kind == "commitment" and line.of == "ceiling" for line in found.lines) == 1
