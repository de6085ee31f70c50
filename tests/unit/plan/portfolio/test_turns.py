"""Services that allow turns are told with whom they could share an accelerator, and with whom they cannot."""

from typing import Any

from plimsoll.catalog.tables import load
from plimsoll.plan.portfolio.document import Portfolio
from plimsoll.plan.portfolio.file import PortfolioFile
from plimsoll.plan.portfolio.together import plan_together
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed

ALONE_USD = "391.98"
"""A g4dn.xlarge and its volume for a month of 730 hours: 0.526 × 730 + 100 × 0.08."""


def service(name: str, qps: float, **measured: Any) -> dict[str, Any]:
    return {
        "name": name,
        "measured": {
            "accelerator": "T4",
            "qps_per_replica": 120,
            "latency_p95_ms": 45,
            "accelerator_memory_gib": 6,
            "cpu": 1,
            "memory_gib": 4,
            "source": "load test",
            **measured,
        },
        "load": {"qps": qps},
        "capacity": {"share": ["time_slicing"]},
    }


def together(*specs: dict[str, Any]) -> Portfolio:
    loaded = [from_data(each, load("2026-11-27"), file="spec.yaml") for each in specs]
    return plan_together(loaded, PortfolioFile("portfolio.yaml", None, {}, {}), load_speed()).portfolio


def test_two_services_share_one_t4_at_half_the_price() -> None:
    (node,) = together(service("first", 40), service("second", 30)).shared
    assert (node.instance_type, node.tenants) == ("g4dn.xlarge", ("first", "second"))
    assert (node.usd_per_month_expected, node.saves_usd_per_month) == (ALONE_USD, ALONE_USD)
    waits = node.latency_ms["first"]["latency_p95_ms"]
    assert (round(waits.estimate), waits.high) == (72, 90)


def test_what_would_be_too_busy_or_too_large_together_is_kept_apart() -> None:
    for others, code in (
        (service("second", 40), "throughput"),
        (service("second", 5, accelerator_memory_gib=9.5), "memory"),
    ):
        joint = together(service("first", 60), others)
        assert joint.shared == ()
        (pair,) = joint.kept_apart
        assert (pair.tenants, [each.code for each in pair.reasons]) == (("first", "second"), [code])


def test_of_three_the_two_that_fit_are_together_and_nobody_twice() -> None:
    joint = together(service("a", 40), service("b", 30), service("c", 35))
    assert sum(len(node.tenants) for node in joint.shared) == 2
    small = together(service("a", 20), service("b", 20), service("c", 20, accelerator_memory_gib=2))
    assert [node.tenants for node in small.shared] == [("a", "b", "c")]


def test_who_does_not_allow_turns_is_left_alone() -> None:
    closed = service("second", 30) | {"capacity": {}}
    joint = together(service("first", 40), closed)
    assert joint.shared == joint.kept_apart == ()
