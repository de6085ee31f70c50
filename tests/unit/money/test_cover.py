"""Commitments cover hours of use hour by hour; what is not used in its hour is lost."""

from decimal import Decimal
from fractions import Fraction

from plimsoll.catalog.discounts.terms import Commitment, Discounts
from plimsoll.catalog.facts import Price
from plimsoll.money.cover import cover
from plimsoll.money.line import Line
from plimsoll.money.purchase import Purchase
from plimsoll.money.use import Use

EAST = "us-east-1"
PRICE = Price(Decimal(2), "test", "2026-11-01")
NONE = Discounts("d.yaml", "0" * 64, None, Decimal(0), Decimal(0), {}, {}, ())


def use(workload: str, pool: str, *hourly: int, kind: str = "g6e.xlarge") -> Use:
    hours = Decimal(sum(hourly)) * 730 / len(hourly)
    line = Line("nodes", pool, pool, "expected", hours, "instance-hour", PRICE, kind)
    return Use(workload, EAST, line, PRICE, tuple(map(Fraction, hourly)))


def reserved(count: int, kind: str = "g6e.xlarge") -> Commitment:
    return Commitment("reserved", "commitments[0]", Decimal(1), EAST, instance_type=kind, count=count)


def plan(usd: str, rate: str = "0.5", family: str | None = "g6e") -> Commitment:
    kind = "ec2_instance_sp" if family else "compute_sp"
    region = EAST if family else None
    return Commitment(kind, "commitments[0]", Decimal(usd), region, family, rate_of_on_demand=Decimal(rate))


def test_instances_cover_as_many_at_once_in_each_hour() -> None:
    found = cover([use("a", "base", 0, 1, 4, 2)], [reserved(2)], NONE)
    assert found.hours == (Decimal(730) * 5 / 4,)
    assert found.unused == (Decimal("273.7500"),), "two idle in one hour of four, one of two in another"


def test_a_savings_plan_is_used_up_at_its_rate_of_list() -> None:
    """$3 an hour at half of $2 buys three nodes."""
    assert cover([use("a", "base", 4, 2)], [plan("3")], NONE).hours == (Decimal(730) * 5 / 2,)


def test_hours_are_covered_by_name_of_the_workload_then_pool() -> None:
    uses = [use("b", "base", 2), use("a", "burst", 2), use("a", "base", 2)]
    assert cover(uses, [reserved(3)], NONE).hours == (0, 730, 1460)


def test_profiles_of_a_day_and_of_a_week_are_met_hour_by_hour() -> None:
    found = cover([use("a", "base", 1, 0), use("b", "base", 1)], [reserved(1)], NONE)
    assert found.hours == (365, 365)


def test_other_families_regions_and_rated_types_are_not_covered() -> None:
    rated = Discounts("d", "0", None, Decimal(0), Decimal(0), {}, {("g6e.xlarge", EAST): Decimal(1)}, ())
    assert cover([use("a", "base", 1)], [plan("9", family="g6")], NONE).hours == (0,)
    assert cover([use("a", "base", 1)], [plan("9")], rated).hours == (0,), "an hour has one discount"
    owned = Commitment("owned", "capacity[0]", Decimal(0), EAST, instance_type="g6e.xlarge", count=1)
    assert cover([use("a", "base", 1)], [owned], rated).hours == (730,), "what one owns is not bought"


def test_two_parts_of_a_line_add_up_to_the_whole_at_list() -> None:
    priced = Price(Decimal("1.861"), "test", "2026-11-01")
    for cents in range(1, 60):
        one = use("a", "base", 2)
        line = Line("nodes", "base", "base", "expected", Decimal(1460), "instance-hour", priced, "g6e.xlarge")
        bought = Purchase(
            Discounts("d", "0", None, Decimal(0), Decimal(0), {}, {}, (plan(f"{cents / 100:.2f}"),)),
            "2026-11-01",
            (Use(one.workload, EAST, line, priced, one.hourly),),
        )
        (lines,) = bought.used()
        assert sum(part.quantity for part in lines) == 1460
        assert sum(part.usd_at_list for part in lines) == line.usd


def test_hours_are_alike_by_what_runs_whether_or_not_they_are_one_number() -> None:
    """Every hour has a fraction of its own here, and one for all there: both are covered alike."""
    kinds = (0, 1, 4, 2, 1, 4)
    one = {count: Fraction(count) for count in kinds}
    apart, shared = use("a", "base", *kinds), use("a", "base", *kinds)
    object.__setattr__(shared, "hourly", tuple(one[count] for count in kinds))
    assert cover([apart], [reserved(2)], NONE) == cover([shared], [reserved(2)], NONE)
