"""What must be true of the cost of a plan when the load, the limits, the choice or the prices change.

`cost` is the expected bill, which sizing minimises; a refusal costs more than any plan.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from plimsoll.catalog.facts import Catalog, Offering
from plimsoll.ground.units import to_cent
from plimsoll.plan.plan import Plan, Refusal
from tests.make.facts import EAST, WEST, price
from tests.make.worlds import LIMITS, Spec, answer, changed, cost, offerings, specs, with_price, world


def scaled_load(spec: Spec, factor: float) -> Spec:
    key = "qps" if "qps" in spec["load"] else "concurrency"
    return changed(spec, f"load.{key}", spec["load"][key] * factor)


@given(offerings(), specs(), st.sampled_from([1.01, 1.5, 4.0]))
def test_1_more_traffic_never_costs_less(found: list[Offering], spec: Spec, factor: float) -> None:
    """Precondition: the profile stays, and no on-demand base is asked for.

    With a base share, a bigger base may fill its node with replicas that had a spot node of their own.
    """
    catalog = world(found)
    assert cost(answer(scaled_load(spec, factor), catalog)) >= cost(answer(spec, catalog))


@given(offerings(), specs(), st.sampled_from(sorted(LIMITS)), st.sampled_from([0.99, 0.7, 0.2]))
def test_2_a_tighter_objective_is_never_cheaper(
    found: list[Offering], spec: Spec, key: str, factor: float
) -> None:
    """For TTFT, TPOT and end-to-end latency each. Precondition: one limit changes, all else stays."""
    assume("model" in spec)
    catalog = world(found)
    loose = changed(spec, f"sla.{key}", LIMITS[key][-1])
    tight = changed(spec, f"sla.{key}", LIMITS[key][-1] * factor)
    without = {**spec, "sla": {name: value for name, value in spec["sla"].items() if name != key}}
    assert cost(answer(tight, catalog)) >= cost(answer(loose, catalog)) >= cost(answer(without, catalog))


@given(offerings(), specs())
def test_2_more_confidence_is_never_cheaper(found: list[Offering], spec: Spec) -> None:
    """Limits are held against the higher quantile; at 0.5 that is the estimate."""
    catalog = world(found)
    costs = [cost(answer(changed(spec, "sla.confidence", c), catalog)) for c in (0.5, 0.6, 0.8, 0.9, 0.95)]
    assert [cost(answer(spec, catalog)), *costs] == sorted([costs[0], *costs])


@given(offerings(), specs(spot=("never", "allow", "prefer"), base=True))
def test_2_a_higher_availability_is_never_cheaper(found: list[Offering], spec: Spec) -> None:
    """Precondition: no on-demand base (see 1) and the capacity rule does not put spot before price."""
    assume(spec["capacity"]["spot"] != "prefer" and not spec["capacity"]["on_demand_base"])
    catalog = world(found)
    costs = [cost(answer(changed(spec, "sla.availability", a), catalog)) for a in (0.99, 0.999, 0.9999)]
    assert costs == sorted(costs)


@given(offerings(), specs(base=True), st.data())
def test_3_more_choice_never_hurts(found: list[Offering], spec: Spec, data: st.DataObject) -> None:
    """Precondition: the objective is the expected bill, so not `spot: prefer`."""
    dropped = data.draw(st.sampled_from(found))
    fewer = [offer for offer in found if offer is not dropped]
    assert cost(answer(spec, world(found))) <= cost(answer(spec, world(fewer)))


@given(offerings(), specs(base=True), st.integers(1, 500), st.data())
def test_4_a_dearer_price_never_makes_it_cheaper(
    found: list[Offering], spec: Spec, rise_cents: int, data: st.DataObject
) -> None:
    """And the bill rises at most by the rise × the hours that the old plan used.

    Precondition: no budget, so that the old choice is still allowed.
    """
    offer = data.draw(st.sampled_from(found))
    before = answer(spec, world(found))
    assert offer.on_demand is not None
    dearer = offer.on_demand.usd + Decimal(rise_cents) / 100
    key = (offer.instance_type, offer.region)
    after = answer(spec, with_price(world(found), key, on_demand=str(dearer)))
    assert cost(before) <= cost(after) <= _repriced(before, offer, dearer)


def _repriced(document: Plan | Refusal, offer: Offering, dearer: Decimal) -> Decimal:
    """The expected bill of the same plan, with its on-demand hours of one offering at another price."""
    if isinstance(document, Refusal) or offer.on_demand is None:
        return Decimal("Infinity")
    total = Decimal(0)
    for line in document.cost.lines:
        if line.of != "expected":
            continue
        ours = (
            f"({offer.instance_type} on-demand" in line.item
            and document.chosen.region == offer.region
            and line.unit == "instance-hour"
        )
        usd = to_cent(Decimal(line.quantity) * dearer) if ours else Decimal(line.usd_per_month)
        total += usd
    return total


@given(offerings(spot=False), specs(spot=("never",)), st.integers(2, 500))
def test_5_prices_times_k_cost_k_times_as_much(found: list[Offering], spec: Spec, k: int) -> None:
    """The same fleet, and k times every number, exactly.

    Precondition: a flat load, so that every line is whole cents before rounding.
    """
    spec["load"].pop("profile", None)
    catalog = world(found)
    before, after = answer(spec, catalog), answer(spec, _times(catalog, k))
    assert type(before) is type(after)
    if isinstance(before, Plan):
        assert before.chosen == after.chosen
        for basis in ("floor", "expected", "ceiling"):
            assert cost(after, basis) == k * cost(before, basis)


def _times(catalog: Catalog, k: int) -> Catalog:
    def scaled(offer: Offering) -> Offering:
        return replace(offer, on_demand=price(str(offer.on_demand.usd * k)) if offer.on_demand else None)

    return replace(
        catalog,
        offerings={key: scaled(offer) for key, offer in catalog.offerings.items()},
        services={
            key: replace(service, price=price(str(service.price.usd * k)))
            for key, service in catalog.services.items()
        },
    )


LONGER: list[tuple[str, Any, Any]] = [
    ("load.input_tokens", 400, 900),
    ("load.input_tokens", 900, 6000),
    ("load.input_tokens", {"mean": 900, "p95": 1000}, {"mean": 900, "p95": 3000}),
    ("load.output_tokens", 60, 61),
    ("load.output_tokens", 100, 800),
    ("load.output_tokens", {"mean": 300, "p95": 400}, {"mean": 300, "p95": 1000}),
]


@given(offerings(), specs(concurrency=False), st.sampled_from(LONGER))
def test_9_longer_is_never_cheaper(found: list[Offering], spec: Spec, longer: tuple[str, Any, Any]) -> None:
    """Longer prompts, answers, or a longer tail of either.

    Precondition: the load is in requests per second. For a given number in flight, longer answers
    mean fewer arrivals, so fewer prompts interrupt decoding and a replica may hold more.
    """
    assume("model" in spec)
    path, short, long = longer
    catalog = world(found)
    assert cost(answer(changed(spec, path, long), catalog)) >= cost(
        answer(changed(spec, path, short), catalog)
    )


FORBIDDING: list[tuple[str, Any, Any]] = [
    ("capacity.spot", "allow", "never"),
    ("regions", [EAST, WEST], [WEST]),
    ("capacity.deny", [], ["g1"]),
    ("capacity.deny", [], ["p1.8xlarge"]),
    ("capacity.allow", [], ["g1.4xlarge", "c1"]),
    ("scale.max_replicas", None, 3),
    ("budget", None, {"usd_per_month": 5000}),
    ("budget", None, {"usd_per_month": 5000, "basis": "expected"}),
    ("pin.instance_type", None, "g1.xlarge"),
    ("pin.replicas", None, 4),
]


@given(offerings(), specs(base=True), st.sampled_from(FORBIDDING))
def test_10_forbidding_is_never_cheaper(
    found: list[Offering], spec: Spec, forbidding: tuple[str, Any, Any]
) -> None:
    """Precondition: not `spot: prefer`, under which forbidding spot may well save money.

    A pinned replica count may not be below `min_replicas`.
    """
    path, free, bound = forbidding
    spec.pop("scale", None)
    catalog = world(found)
    assert cost(answer(changed(spec, path, bound), catalog)) >= cost(
        answer(changed(spec, path, free), catalog)
    )


@given(offerings(), specs(), st.integers(1, 5), st.integers(1, 8))
def test_11_more_headroom_is_never_cheaper(found: list[Offering], spec: Spec, least: int, more: int) -> None:
    """A higher minimum of replicas. Precondition: no on-demand base (see 1)."""
    catalog = world(found)
    low = answer(changed(spec, "scale.min_replicas", least), catalog)
    high = answer(changed(spec, "scale.min_replicas", least + more), catalog)
    assert cost(high) >= cost(low)


@given(offerings(), specs(), st.sampled_from([0.99, 0.5, 0.1]))
def test_11_a_slower_replica_is_never_cheaper(found: list[Offering], spec: Spec, factor: float) -> None:
    """Precondition: the service is measured and its load is in requests per second."""
    assume("measured" in spec and "qps" in spec["load"])
    catalog = world(found)
    slower = changed(spec, "measured.qps_per_replica", spec["measured"]["qps_per_replica"] * factor)
    assert cost(answer(slower, catalog)) >= cost(answer(spec, catalog))


@given(offerings(), specs(spot=("never", "allow", "prefer"), base=True))
def test_12_the_books_balance(found: list[Offering], spec: Spec) -> None:
    """Every number is the sum of its lines, every line quantity × unit price to the cent."""
    document = answer(spec, world(found))
    assume(isinstance(document, Plan))
    for basis in ("floor", "expected", "ceiling"):
        lines = [line for line in document.cost.lines if line.of == basis]
        assert cost(document, basis) == sum(Decimal(line.usd_per_month) for line in lines)
    for line in document.cost.lines:
        exact = Decimal(line.quantity) * Decimal(line.usd_per_unit)
        assert Decimal(line.usd_per_month) == to_cent(exact)


@given(offerings(), specs(spot=("never", "allow", "prefer"), base=True), st.booleans())
def test_floor_expected_and_ceiling_are_in_order(found: list[Offering], spec: Spec, to_zero: bool) -> None:
    """Precondition: no spot price is above its on-demand price."""
    document = answer(changed(spec, "scale.to_zero", to_zero), world(found))
    assume(isinstance(document, Plan))
    assert cost(document, "floor") <= cost(document, "expected") <= cost(document, "ceiling")


@given(offerings(), specs(spot=("never", "allow", "prefer"), base=True))
def test_the_ceiling_counts_every_pool_at_its_limit(found: list[Offering], spec: Spec) -> None:
    """At least all nodes of all pools for 730 hours at the on-demand price, whatever the capacity type."""
    document = answer(spec, world(found))
    assume(isinstance(document, Plan))
    offer = world(found).offerings[document.chosen.instance_type, document.chosen.region]
    assert offer.on_demand is not None
    nodes = sum(pool.max_nodes for pool in document.chosen.pools)
    assert cost(document, "ceiling") >= nodes * 730 * offer.on_demand.usd
