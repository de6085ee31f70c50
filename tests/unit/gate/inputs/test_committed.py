"""Plans of one region share a cluster: it counts once, whatever the order of the files that tell of it."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

from plimsoll.gate.inputs.committed import CommittedPlan, joined, planned_ceiling
from plimsoll.pricing import Charge

PLANE = Charge(
    "", "control plane", "ceiling", Decimal(730), "hour", Decimal("0.10"), Decimal(73), "a", "2026-07-20"
)
EXTENDED = replace(PLANE, usd_per_unit=Decimal("0.60"), usd_per_month=Decimal(438), as_of="2026-01-01")
GATEWAY = replace(PLANE, item="NAT gateway", usd_per_unit=Decimal("0.045"), usd_per_month=Decimal("32.85"))


def plan(*shared: Charge, region: str = "us-east-1") -> CommittedPlan:
    return CommittedPlan((), (), shared, Decimal(0), region)


def test_of_two_amounts_of_one_part_the_dearest_counts_in_any_order() -> None:
    plans = [plan(PLANE, GATEWAY), plan(EXTENDED, GATEWAY), plan(PLANE)]
    totals = {planned_ceiling(order, cluster=True) for order in permutations(plans)}
    assert totals == {Decimal("470.85")}
    for order in permutations(plans):
        assert {line.item: line.usd_per_month for line in joined(order)[1]} == {
            "control plane": Decimal(438),
            "NAT gateway": Decimal("32.85"),
        }


def test_each_region_has_its_own() -> None:
    plans = [plan(EXTENDED), plan(PLANE, region="eu-west-1")]
    assert planned_ceiling(plans, cluster=True) == Decimal(511)
