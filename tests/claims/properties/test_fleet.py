"""What must be true of the fleet that a plan rents, checked by a verifier written apart from the sizer."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from plimsoll.catalog.facts import Offering
from plimsoll.plan.plan import Plan
from tests.make.verifier import Claim, ceiling_by_hand
from tests.make.worlds import Spec, answer, changed, offerings, real, specs, world

ANY_SPOT = ("never", "allow", "prefer")


def planned(spec: Spec, found: list[Offering]) -> Plan:
    document = answer(spec, world(found))
    assume(isinstance(document, Plan))
    return document


@given(offerings(), specs(spot=ANY_SPOT, base=True))
def test_7_a_second_look_accepts_every_plan(found: list[Offering], spec: Spec) -> None:
    assert Claim(spec, planned(spec, found), world(found)).problems() == []


@given(offerings(), specs(spot=("never",)))
def test_8_one_replica_fewer_is_rejected(found: list[Offering], spec: Spec) -> None:
    """A floor (`min_replicas`, one replica) is a rejection too.

    Precondition: on-demand capacity and no pin of the count. With spot, the replicas that cover
    interruptions come on top of those that cover a zone, so one fewer may survive either loss alone.
    """
    document = planned(spec, found)
    assert Claim(spec, document, world(found)).problems(document.chosen.replicas.peak - 1)


@given(offerings(), specs(spot=ANY_SPOT, base=True), st.integers(1, 12), st.booleans())
def test_replica_bounds_are_ordered_and_kept(
    found: list[Offering], spec: Spec, most: int, to_zero: bool
) -> None:
    least = spec.get("scale", {}).get("min_replicas", 1)
    spec["scale"] = {"min_replicas": least, "max_replicas": max(most, least), "to_zero": to_zero}
    document = planned(spec, found)
    replicas, pools = document.chosen.replicas, document.chosen.pools
    assert replicas.min <= replicas.peak <= replicas.max <= max(most, least)
    assert to_zero or replicas.min >= least
    assert replicas.max == sum(pool.max_replicas for pool in pools)
    assert replicas.min == sum(pool.min_replicas for pool in pools)


@given(offerings(), specs(spot=ANY_SPOT, base=True), st.integers(1, 30))
def test_a_pinned_replica_count_is_that_count(found: list[Offering], spec: Spec, count: int) -> None:
    spec.pop("scale", None)
    document = planned(changed(spec, "pin.replicas", count), found)
    assert document.chosen.replicas.peak == document.chosen.replicas.max == count


@given(offerings(), specs(spot=ANY_SPOT), st.integers(300, 60_000), st.sampled_from(["ceiling", "expected"]))
def test_a_budget_is_kept_on_its_basis(found: list[Offering], spec: Spec, usd: int, basis: str) -> None:
    spec["budget"] = {"usd_per_month": usd, "basis": basis}
    document = planned(spec, found)
    assert Decimal(getattr(document.cost.usd_per_month, basis)) <= usd


@given(offerings(), specs(spot=ANY_SPOT, base=True))
def test_every_latency_limit_holds_for_the_estimate(found: list[Offering], spec: Spec) -> None:
    document = planned(spec, found)
    for key, limit in spec["sla"].items():
        if key.endswith("_ms"):
            assert document.latency[key].estimate <= limit * (1 + 1e-6)
    for item in document.latency.values():
        assert item.low <= item.estimate <= item.high


@given(offerings(zones=2), specs(spot=("never",)), st.sampled_from([0.999, 0.9999]))
def test_any_one_zone_may_fail(found: list[Offering], spec: Spec, availability: float) -> None:
    """By brute force: spread the replicas evenly, take each zone away, and let the rest carry the peak."""
    spec["sla"]["availability"] = availability
    document = planned(spec, found)
    catalog = world(found)
    claim = Claim({**spec, "sla": {**spec["sla"], "availability": 0.99}}, document, catalog)
    zones = min(catalog.offerings[document.chosen.instance_type, document.chosen.region].zones, 3)
    homes = [index % zones for index in range(document.chosen.replicas.peak)]
    for failed in range(zones):
        assert claim.problems(sum(home != failed for home in homes)) == [] or spec.get("scale")


@given(offerings(), specs(spot=("prefer",), base=True))
def test_prefer_takes_spot_if_any_holds(found: list[Offering], spec: Spec) -> None:
    document = planned(spec, found)
    holding = [row for row in document.candidates if row.verdict != "rejected"]
    assert document.chosen.capacity == "spot" or all(row.capacity == "on-demand" for row in holding)


@given(offerings(), specs(spot=("allow", "prefer"), base=True))
def test_the_on_demand_base_is_on_demand(found: list[Offering], spec: Spec) -> None:
    """A share is a share of all replicas at the peak, spares included."""
    document = planned(spec, found)
    assume(document.chosen.capacity == "spot")
    wanted, peak = spec["capacity"]["on_demand_base"], document.chosen.replicas.peak
    fixed = sum(pool.min_replicas for pool in document.chosen.pools if pool.capacity_type == "on-demand")
    assert fixed >= min(wanted * peak if isinstance(wanted, float) else wanted, peak)


@given(offerings(), specs(spot=ANY_SPOT, base=True))
def test_the_ceiling_is_what_the_pools_can_cost(found: list[Offering], spec: Spec) -> None:
    """Worked out by hand from the pools, to a cent for each rounded line."""
    document = planned(spec, found)
    by_hand = ceiling_by_hand(document, world(found))
    assert abs(Decimal(document.ceiling_usd("workload")) - by_hand) <= Decimal("0.03") * len(
        document.chosen.pools
    )


def test_spot_is_never_dearer_than_on_demand_in_the_catalogue() -> None:
    """The precondition of floor ≤ expected ≤ ceiling, to the four decimals that spot is published with."""
    dearer = [
        key
        for key, offer in real().offerings.items()
        if offer.spot and offer.on_demand and offer.spot.usd > offer.on_demand.usd + Decimal("0.00005")
    ]
    assert dearer == []
