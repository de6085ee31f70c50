"""Idle hours: the shortest schedule that holds all load of a profile."""

import json
from pathlib import Path

import pytest

from plimsoll.savings.idle import ready_hours
from tests.make.applied import applied, saved

NIGHT, DAY = [0.0], [0.5]


@pytest.mark.parametrize(
    ("hourly", "found"),
    [
        (NIGHT * 8 + DAY * 12 + NIGHT * 4, ("mon-sun", "08-20")),
        (DAY * 6 + NIGHT * 16 + DAY * 2, ("mon-sun", "22-06")),
        (NIGHT * 8 + DAY * 16, ("mon-sun", "08-24")),
        ((NIGHT * 8 + DAY * 12 + NIGHT * 4) * 5 + NIGHT * 48, ("mon-fri", "08-20")),
        ((DAY * 6 + NIGHT * 16 + DAY * 2) * 5 + NIGHT * 48, ("sun-fri", "22-06")),
        (DAY * 120 + NIGHT * 48, ("mon-fri", "00-24")),
        (NIGHT * 24 + DAY * 24 + NIGHT * 72 + DAY * 24 + NIGHT * 24, ("tue,sat", "00-24")),
        (DAY * 8 + NIGHT * 152 + DAY * 8, ("sun", "16-08")),
        (NIGHT * 8 + DAY * 120 + NIGHT * 40, ("mon-sat", "00-24")),
    ],
)
def test_it_is_the_shortest_that_holds_all_load(hourly: list[float], found: tuple[str, str]):
    hours = ready_hours(hourly)
    assert hours is not None
    assert (hours["days"], hours["hours"].replace("-6", "-06")) == found


@pytest.mark.parametrize("hourly", [DAY * 24, NIGHT * 24, DAY * 168])
def test_a_day_without_a_free_hour_has_none(hourly: list[float]):
    assert ready_hours(hourly) is None


def test_the_schedule_of_a_quiet_night_gives_its_numbers(tmp_path: Path):
    load = {"qps": 5, "profile": NIGHT * 8 + [1.0] * 12 + NIGHT * 4}
    spec = tmp_path / "spec.yaml"
    spec.write_text(json.dumps({"model": "meta-llama/Llama-3.1-8B-Instruct", "load": load}))
    (found,) = [each for each in saved(spec).savings if each.strategy == "schedule"]
    assert found.to == {"days": "mon-sun", "hours": "08-20"}
    cold_s = applied(spec, found).serving.cold_start_s
    assert cold_s == 267
    assert "the hours begin cold, 7 times a week: replicas are ready 267 s later" in found.trade_off
    # 12 hours of one load: 267 s of 43,200 s.
    assert "the first 4.5 minutes, 0.62 % of all requests, are outside the sla" in found.trade_off
    assert applied(spec, found).cost.usd_per_month.expected == found.usd_per_month_expected


def test_a_cache_that_spares_nothing_is_dropped(tmp_path: Path):
    """One replica either way: the two nodes of the cache are paid for nothing."""
    measured = {"accelerator": "T4", "qps_per_replica": 120, "latency_p95_ms": 45, "cpu": 3, "memory_gib": 10}
    cache = {"exact_hit": 0.18, "entries": 1_000_000, "entry_kib": 4.2, "source": "gateway log 2026-10"}
    spec = tmp_path / "spec.yaml"
    data = {"measured": measured | {"source": "x"}, "load": {"qps": 40, "cache": cache}}
    spec.write_text(json.dumps(data))
    (found,) = [each for each in saved(spec).savings if each.strategy == "cache"]
    assert (found.change, found.to) == ("load.cache", None)
    assert applied(spec, found).cost.usd_per_month.expected == found.usd_per_month_expected


@pytest.mark.parametrize(
    ("scale", "strategy", "why"),
    [
        (
            {"schedule": {"days": "mon-fri", "hours": "08-20"}},
            "scale_to_zero",
            "outside the hours of scale.schedule",
        ),
        ({"to_zero": True}, "schedule", "it scales to zero whenever nothing arrives"),
    ],
)
def test_who_sleeps_already_is_told_why_the_other_lever_does_nothing(
    tmp_path: Path, scale: dict[str, object], strategy: str, why: str
):
    load = {"qps": 5, "profile": NIGHT * 8 + [1.0] * 12 + NIGHT * 4}
    spec = tmp_path / "spec.yaml"
    spec.write_text(json.dumps({"model": "Qwen/Qwen3-8B", "load": load, "scale": scale}))
    (found,) = [each for each in saved(spec).savings_not if each.strategy == strategy]
    assert why in found.message
    assert "the sla forbids it" not in found.message
