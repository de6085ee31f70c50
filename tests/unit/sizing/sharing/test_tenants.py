"""Two services on one T4 wait for each other by processor sharing, and declare what they take."""

import pytest

from plimsoll.sizing.sharing.tenants import Tenant, forbidden, latencies_ms

USABLE_GIB = 15.0


def tenant(name: str, per_s: float, memory_gib: float = 6.0, **limits: float) -> Tenant:
    return Tenant(name, per_s, 120, memory_gib, {"latency_p95_ms": 45}, limits, 0.99)


def codes(*tenants: Tenant) -> list[str]:
    return [reason.code for reason in forbidden(tenants, USABLE_GIB)]


def test_two_services_at_forty_and_thirty_share_one_t4() -> None:
    tenants = (tenant("first", 40), tenant("second", 30))
    assert sum(each.busy for each in tenants) == pytest.approx(0.583, abs=0.001)
    assert codes(*tenants) == []
    found = latencies_ms(tenants)["first"]["latency_p95_ms"]
    assert (round(found.estimate), found.high) == (72, 90)


def test_more_load_than_leaves_room_for_waits_is_refused() -> None:
    assert codes(tenant("first", 60), tenant("second", 40)) == ["throughput"]


def test_memory_that_both_declare_must_fit() -> None:
    assert codes(tenant("first", 40, 8), tenant("second", 30, 9)) == ["memory"]


def test_a_limit_that_the_wait_breaks_is_refused_and_names_whose_it_is() -> None:
    (reason,) = forbidden((tenant("first", 40, latency_p95_ms=70), tenant("second", 30)), USABLE_GIB)
    assert reason.code == "latency"
    assert "first" in reason.message


def test_faults_that_must_be_apart_forbid_it() -> None:
    apart = Tenant("first", 10, 120, 6, {}, {}, 0.999)
    assert codes(apart, tenant("second", 10)) == ["availability"]
