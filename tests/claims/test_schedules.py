"""A schedule keeps replicas in its hours: what stands still costs those alone, on both roads to a price."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.money.bill import least_node_hours
from plimsoll.plan.plan import Plan
from plimsoll.preview.program import run_program
from plimsoll.pricing import price
from plimsoll.pricing.kubernetes.scheduled import _minutes_inside
from plimsoll.sizing.kept_hours import kept_hours
from plimsoll.spec.schedule.schedule import DAYS, Schedule
from plimsoll.spec.schedule.time_zones import clocks_of
from tests.make.places import ROOT
from tests.make.program import program
from tests.make.time_zones import TABLE, YEAR, hours_by_offset, names
from tests.make.variants import TORCH, answer, planned

OFFICE = {"days": "mon-fri", "hours": "08-20", "min_replicas": 2, "timezone": "Europe/Berlin"}


def spec(schedule: dict[str, Any], load: dict[str, Any] | None = None, **keys: Any) -> dict[str, Any]:
    """A measured service of 300 requests a second at the peak, kept in hours."""
    service = TORCH | {"image": "registry.example/torch:1"}
    del service["variant"]
    scale = {"schedule": schedule, **keys.pop("scale", {})}
    rate = load or {"qps": {"peak": 300, "average": 100}}
    return {"name": "office", "measured": service, "load": rate, "scale": scale, **keys}


def floor_of(plan: Plan) -> Decimal:
    """The floor of the workload's own nodes and volumes."""
    own = (line for line in plan.cost.lines if line.of == "floor" and line.pool)
    return sum((Decimal(line.usd_per_month) for line in own), Decimal(0))


def test_the_floor_counts_the_hours_of_a_year_over_twelve() -> None:
    plan = planned(spec(OFFICE))
    (pool,) = plan.chosen.pools
    assert (plan.chosen.replicas.min, pool.scheduled_replicas, pool.scheduled_nodes) == (0, 2, 2)
    hours = Fraction(5 * 12 * 365, 7 * 12)
    assert least_node_hours(pool) == pytest.approx(
        Decimal(2 * hours.numerator) / hours.denominator, abs=Decimal("0.0001")
    )
    nodes = [line for line in plan.cost.lines if (line.of, line.kind) == ("floor", "nodes") and line.pool]
    assert [(line.quantity, line.usd_per_month) for line in nodes] == [("521.4286", "274.27")]
    assert planned(spec(OFFICE | {"timezone": "Asia/Tokyo"})).cost.usd_per_month.floor == (
        plan.cost.usd_per_month.floor
    ), "where clocks change, a year has as many of these hours"
    always = planned(spec(OFFICE) | {"scale": {"min_replicas": 2}})
    assert floor_of(plan) < floor_of(always)
    assert plan.cost.usd_per_month.ceiling == always.cost.usd_per_month.ceiling


def test_load_outside_is_told_as_a_share_and_lies_outside_the_sla() -> None:
    profile = [0.5] * 8 + [1.0] * 12 + [0.25] * 4
    daily = OFFICE | {"days": "mon-sun", "timezone": "UTC"}
    plan = planned(spec(daily, {"qps": 300, "profile": profile}, sla={"latency_p95_ms": 50}))
    kept = plan.autoscaling.schedule
    assert kept is not None
    assert kept.load_outside == pytest.approx(5 / 17, abs=1e-4)
    (told,) = [each for each in plan.assumptions if each.name == "load outside the schedule"]
    assert told.value == kept.load_outside
    cold_s = plan.serving.cold_start_s
    assert f"outside the sla: the first waits >= {cold_s:g} s" in told.source
    assert f"{cold_s * 1000 / 50:,.0f} times sla.latency_p95_ms" in told.source


COLD_S = 90 * 60
"""A start of an hour and a half: all of the first hour, half of the second."""


@pytest.mark.parametrize(
    ("hourly", "days", "hours", "begins", "early"),
    [
        ([0.0] * 8 + [1.0] * 12 + [0.0] * 4, "mon-sun", "08-20", 7, Fraction(3, 24)),
        ([0.0] * 8 + [1.0] * 12 + [0.0] * 4, "mon-fri", "08-20", 5, Fraction(5 * 3, 7 * 24)),
        ([0.0] * 8 + [0.2] + [1.0] * 11 + [0.0] * 4, "mon-sun", "08-20", 7, Fraction(7, 112)),
        ([1.0] * 24, "mon-fri", "00-24", 1, Fraction(3, 2 * 168)),
        ([1.0] * 24, "mon-sun", "22-23", 7, Fraction(1, 24)),
        ([1.0] * 2 + [0.0] * 18 + [1.0] * 4, "sun", "20-04", 1, Fraction(3, 2 * 7 * 6)),
    ],
)
def test_what_comes_while_replicas_start_is_counted_from_each_beginning(
    hourly: list[float], days: str, hours: str, begins: int, early: Fraction
) -> None:
    kept = kept_hours(Schedule(days=days, hours=hours), hourly)
    assert len(kept.begins) == begins
    assert kept.load_while_starting(COLD_S) == pytest.approx(float(early))
    assert kept.load_while_starting(0) == 0


def test_a_plan_says_how_much_comes_before_its_replicas_are_ready() -> None:
    profile = [0.0] * 8 + [1.0] * 12 + [0.0] * 4
    plan = planned(spec(OFFICE | {"days": "mon-sun", "timezone": "UTC"}, {"qps": 300, "profile": profile}))
    (told,) = [each for each in plan.assumptions if each.name == "the schedule begins cold"]
    early = plan.serving.cold_start_s / (12 * 3600)
    assert f": {early:.2%} of all requests come before, outside the sla" in told.source
    assert not [each for each in plan.warnings if each.code == "load_outside_schedule"]


def test_a_warning_of_load_outside_prices_replicas_at_all_hours() -> None:
    kept = {"days": "mon-fri", "hours": "08-20", "min_replicas": 2}
    plan = planned(spec(kept, {"qps": {"peak": 300, "average": 100}}))
    (told,) = [each.message for each in plan.warnings if each.code == "load_outside_schedule"]
    always = planned(spec(kept, {"qps": {"peak": 300, "average": 100}}) | {"scale": {"min_replicas": 2}})
    now, then = (Decimal(each.cost.usd_per_month.expected) for each in (plan, always))
    assert plan.autoscaling.schedule is not None
    assert f"{plan.autoscaling.schedule.load_outside:.0%} of all requests" in told
    assert f"for ${then - now:,.2f} a month more expected on {always.chosen.instance_type}" in told
    assert "a shape of the day that is assumed: give load.profile" in told


@pytest.mark.parametrize("profile", [None, [0.5] * 20 + [1.0] * 4])
def test_a_peak_that_was_put_into_the_hours_is_said(profile: list[float] | None) -> None:
    load = {"qps": {"peak": 300, "average": 100}} if profile is None else {"qps": 300, "profile": profile}
    plan = planned(spec(OFFICE, load))
    (told,) = [each for each in plan.assumptions if each.name == "load outside the schedule"]
    assert ("assumed with its peak in the schedule's hours" in told.source) == (profile is None)


def test_nodes_follow_the_load_above_what_is_kept() -> None:
    profile = [0.0] * 12 + [1.0] * 12
    schedule = OFFICE | {"days": "mon-sun", "hours": "10-14", "timezone": "UTC", "min_replicas": 3}
    plan = planned(spec(schedule, {"qps": 300, "profile": profile}))
    nodes = [line for line in plan.cost.lines if (line.of, line.kind) == ("expected", "nodes") and line.pool]
    # Two hours of three kept replicas without load, twelve hours of the four that the load takes.
    assert Decimal(nodes[0].quantity) == Decimal((2 * 3 + 12 * 4) * 730) / 24


def test_the_wave_that_nobody_gave_has_its_top_in_the_hours() -> None:
    shares = [
        planned(spec(OFFICE | {"hours": hours, "timezone": zone})).autoscaling.schedule.load_outside
        for hours, zone in (("08-20", "UTC"), ("08-20", "America/New_York"), ("20-08", "Asia/Kolkata"))
    ]
    assert all(share == pytest.approx(shares[0], abs=0.03) for share in shares)
    assert shares[0] < 0.4, "five days of seven, and nearly all of each day's load"


@pytest.mark.parametrize(
    ("days", "hours", "start", "end"),
    [
        ("mon-fri", "08-20", "0 8 * * 1-5", "0 20 * * 1-5"),
        ("mon-fri", "22-06", "0 22 * * 1-5", "0 6 * * 2-6"),
        ("mon-fri", "00-24", "0 0 * * 1-5", "0 0 * * 2-6"),
        ("mon,wed,sat-sun", "7-9", "0 7 * * 0,1,3,6", "0 9 * * 0,1,3,6"),
        ("mon-sun", "06-24", "0 6 * * *", "0 0 * * *"),
        ("fri-mon", "18-02", "0 18 * * 0,1,5,6", "0 2 * * 0-2,6"),
    ],
)
def test_hours_become_the_crons_that_keda_reads(days: str, hours: str, start: str, end: str) -> None:
    plan = planned(spec({"days": days, "hours": hours}))
    kept = plan.autoscaling.schedule
    assert kept is not None
    assert (kept.start, kept.end, kept.timezone, kept.min_replicas) == (start, end, "UTC", 1)
    assert _minutes_inside(start, end) == Schedule(days=days, hours=hours).week_h * 60


def by_the_program(data: dict[str, Any], folder: Path) -> Any:
    """What the graph of a plan costs, by the gate's own road."""
    path = folder / "office.yaml"
    path.write_text(json.dumps(data))
    values = {"region": "us-east-1", "cluster": {"name": "demo"}, "workloads": [str(path)]}
    tags = {"tags": {"team": "platform", "cost-center": "0000"}}
    return price(run_program(program(values | tags)), load(), "us-east-1")


def test_both_roads_agree_on_drawn_schedules(tmp_path: Path) -> None:
    random = Random(15)
    for _ in range(8):
        days = ",".join(sorted(random.sample(DAYS, random.randint(1, 6)), key=DAYS.index))
        first, last = random.sample(range(24), 2)
        kept = {"days": days, "hours": f"{first}-{last}", "min_replicas": random.randint(1, 3)}
        zone = random.choice(["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"])
        capacity = {"spot": random.choice(["never", "prefer"])}
        data = spec(kept | {"timezone": zone}, capacity=capacity)
        plan, priced = planned(data), by_the_program(data, tmp_path)
        assert priced.cannot_price == ()
        assert str(priced.ceiling) == plan.cost.usd_per_month.ceiling
        assert str(priced.floor) == plan.cost.usd_per_month.floor, kept


def test_a_trigger_that_cannot_be_read_keeps_nothing_in_the_floor() -> None:
    assert _minutes_inside("0 8 1 * *", "0 20 1 * *") == 0
    assert _minutes_inside("0 8 * * 1-5", "0 8 * * 1-5") == 0
    assert _minutes_inside("eight", "0 8 * * 1-5") == 0
    assert _minutes_inside("*/30 8 * * *", "0 9 * * *") == 7 * 30, "a start inside begins anew"


@pytest.mark.parametrize(
    ("changes", "keys", "path", "words"),
    [
        ({"days": "weekdays"}, {}, "scale.schedule.days", "write mon-fri"),
        ({"days": "Monday-Friday"}, {}, "scale.schedule.days", "write mon-fri"),
        ({"days": "all"}, {}, "scale.schedule.days", "write mon-sun"),
        ({"days": "foo"}, {}, "scale.schedule.days", "write mon-fri, or days such as mon,wed,fri"),
        ({"hours": "08:00-20:00"}, {}, "scale.schedule.hours", 'write "08-20"'),
        ({"hours": "8-25"}, {}, "scale.schedule.hours", "whole hours of a day"),
        ({"hours": "24-06"}, {}, "scale.schedule.hours", "whole hours of a day"),
        ({"days": "mon-sun", "hours": "00-24"}, {}, "scale.schedule.hours", "covers every hour"),
        ({"hours": "08-08"}, {}, "scale.schedule.hours", "for whole days"),
        ({"timezone": "Berlin"}, {}, "scale.schedule.timezone", "write Europe/Berlin"),
        ({"timezone": "CEST"}, {}, "scale.schedule.timezone", "no time zone 'CEST'"),
        ({"min_replicas": 0}, {}, "scale.schedule.min_replicas", "at least 1"),
        ({"day": "mon"}, {}, "scale.schedule.day", "did you mean 'days'"),
        ({}, {"scale": {"to_zero": True}}, "scale.to_zero", "keep one"),
        ({}, {"scale": {"min_replicas": 3}}, "scale.min_replicas", "schedule.min_replicas alone"),
        ({}, {"scale": {"max_replicas": 1}}, "scale.max_replicas", "keeps 2"),
        ({}, {"pin": {"replicas": 1}}, "pin.replicas", "keeps 2"),
        ({}, {"capacity": {"spot": "allow", "on_demand_base": 1}}, "capacity.on_demand_base", "all hours"),
    ],
)
def test_a_wrong_schedule_is_explained(
    changes: dict[str, Any], keys: dict[str, Any], path: str, words: str
) -> None:
    with pytest.raises(SpecError) as caught:
        answer(spec(OFFICE | changes, **keys))
    said = {problem.where: str(problem) for problem in caught.value.problems}
    assert words in said[path]


def test_a_plan_with_a_schedule_is_a_spec_again() -> None:
    first = planned(spec(OFFICE))
    assert planned(dict(first.workload)).cost == first.cost


def test_the_table_of_time_zones_is_that_of_the_database() -> None:
    rows = [line.split(",") for line in TABLE.read_text().splitlines()[1:]]
    assert [row[0] for row in rows] == names()
    for name in ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"):
        assert [(each.offset_min, each.hours) for each in clocks_of(name)] == hours_by_offset(name)
    assert all(sum(each.hours for each in clocks_of(row[0])) == 8760 for row in rows)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])
def test_the_hours_inside_are_those_of_a_calendar(zone: str) -> None:
    schedule = Schedule(days="mon-fri", hours="08-20", timezone=zone)
    clock, start = ZoneInfo(zone), datetime(YEAR, 1, 4, tzinfo=UTC)
    assert start.weekday() == 0
    inside = 0
    for quarter in range(364 * 96):
        now = (start + timedelta(minutes=15 * quarter)).astimezone(clock)
        inside += now.weekday() < 5 and 8 <= now.hour < 20
    kept = kept_hours(schedule, (1.0,))
    share = sum(kept.inside) / len(kept.inside)
    part = (
        0 if datetime(YEAR, 7, 1, tzinfo=clock).utcoffset() % timedelta(hours=1) == timedelta(0) else 5 / 168
    )
    assert share == pytest.approx(inside / (364 * 96) + part, abs=1e-9), "an hour in part inside counts whole"
    assert Fraction(schedule.week_h, 168) == Fraction(inside, 364 * 96)


def test_the_reference_page_is_there() -> None:
    assert "scale.schedule" in (ROOT / "docs" / "levers.md").read_text()
