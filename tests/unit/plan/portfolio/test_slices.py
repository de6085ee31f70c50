"""Services on slices share nodes that are rented once: whose slice is where, and who pays what."""

from decimal import Decimal
from typing import Any

import pytest

from plimsoll.plan.portfolio.document import SharedNode
from plimsoll.sizing.sharing.profiles import profiles_of
from tests.make.sliced import service
from tests.unit.plan.portfolio.test_turns import together


def shared(*specs: dict[str, Any]) -> SharedNode:
    (node,) = together(*specs).shared
    return node


THREE = (service("a", 60, 9), service("b", 100, 18), service("c", 60, 35))


def test_three_services_have_one_gpu_whose_price_is_split_and_counted_once() -> None:
    node = shared(*THREE)
    assert (node.kind, node.instance_type, node.nodes, node.exact) == ("mig", "p5.4xlarge", 1, True)
    assert node.tenants == ("a", "b", "c")
    assert node.usd_per_month_expected == "5030.40", "6.88 x 730 and the volume, once"
    for of in ("usd_per_month_expected", "usd_per_month_ceiling"):
        assert sum(Decimal(getattr(part, of)) for part in node.parts) == Decimal(getattr(node, of))
    assert [part.resource for part in node.parts] == [
        "nvidia.com/mig-1g.10gb",
        "nvidia.com/mig-1g.20gb",
        "nvidia.com/mig-3g.40gb",
    ]
    saved = sum(Decimal(part.saves_usd_per_month) for part in node.parts)
    assert saved == Decimal(node.saves_usd_per_month) == 2 * Decimal("5030.40")


def test_every_slice_has_a_place_and_memory_of_its_own() -> None:
    node = shared(*THREE)
    known = {each.name: each for each in profiles_of("H100-80GB")}
    needs = {"a": 9, "b": 18, "c": 35}
    (slices,) = node.accelerators
    assert sorted(each.tenant for each in slices) == ["a", "b", "c"]
    assert all(known[each.profile].memory_gib >= needs[each.tenant] for each in slices)
    assert sum(known[each.profile].slots for each in slices) <= 8
    assert {(each.node, each.accelerator) for each in slices} == {(1, 1)}


def test_what_does_not_fit_one_gpu_shares_in_pairs_and_nobody_is_twice() -> None:
    found = together(service("a", 150, 9), service("b", 100, 18), service("c", 60, 35)).shared
    names = [name for node in found for name in node.tenants]
    assert len(names) == len(set(names)) == 2


@pytest.mark.parametrize(
    "closed",
    [
        service("b", 100, 18, capacity={}),
        service("b", 100, 18, sla={"availability": 0.999}),
        service("b", 100, 18, sla={"latency_p95_ms": 50}),
    ],
)
def test_who_does_not_allow_it_or_has_no_speed_there_is_left_alone(closed: dict[str, Any]) -> None:
    if "sla" in closed:
        closed["measured"] |= {"latency_p95_ms": 40}
    for node in together(service("a", 60, 9), closed).shared:
        assert "b" not in node.tenants
