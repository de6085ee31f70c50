"""Each alert fires on what it is for, and none does in a week that goes as planned, on blanks or gaps."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from plimsoll.catalog.tables import load
from plimsoll.observability.series import COST
from plimsoll.observability.slo import objectives
from plimsoll.observability.watch import Watch, watch_of, watches
from plimsoll.plan.outlook.hours import Hour, hours_of
from plimsoll.plan.plan import Plan
from plimsoll.plan.size import answer_of, search
from plimsoll.spec.overrides import read_overrides
from plimsoll.spec.read import load_workload
from plimsoll.speed.read import load_speed
from tests.make.places import ROOT
from tests.make.watched import BLANK, State, fired, value_of, world

WEEK = 168
SERVICES = ("support-chat", "contract-rag", "nightly-summaries", "fraud-detection", "receipt-ocr")
"""One that never varies, one of a week with its own hours; the others where all is proved."""

DRAWN = SERVICES if os.environ.get("PLIMSOLL_PROOFS") else SERVICES[:2]


@cache
def planned(spec: str) -> tuple[Watch, tuple[Hour, ...]]:
    """What is watched of a service, and the hours of a week as its plan has them."""
    read = load_workload(ROOT / "workloads" / f"{spec}.yaml", load("2026-09-01"))
    tried = search(read.workload, read.architecture, read.catalog, load_speed(), None)
    plan = answer_of(tried, read.assumed)
    assert isinstance(plan, Plan)
    return watch_of(plan), hours_of(tried, tried.holding[0]).week


def watched(spec: str, *said: str) -> Watch:
    path = ROOT / "workloads" / f"{spec}.yaml"
    (found,) = watches([path], read_overrides(said, ()) if said else None, "2026-09-01", None, None, None)
    return found


def as_planned(watch: Watch, hours: tuple[Hour, ...]) -> list[State]:
    """Hours that go as planned."""
    return [
        State(
            nodes=hour.nodes,
            usd_of_node=float(hour.usd) / hour.nodes if hour.nodes else None,
            instance_type=watch.types[0],
            replicas=hour.replicas,
            active=0.6 if hour.nodes else None,
            running=4 if hour.nodes else 0,
        )
        for hour in hours
    ]


@pytest.mark.slow
@pytest.mark.parametrize("spec", DRAWN)
def test_a_week_as_planned_is_silent(spec: str, tmp_path: Path) -> None:
    watch, hours = planned(spec)
    assert fired(watch, world(watch, as_planned(watch, hours)), WEEK, tmp_path) == set()


@pytest.mark.parametrize(
    ("hour", "usd"), [(0.5, 10.2), (1.5, 0.0), (2.5, None)], ids=["awake", "asleep", "not scraped"]
)
def test_a_service_that_sleeps_costs_nothing_and_one_that_is_not_seen_is_not_known(
    hour: float, usd: float | None, tmp_path: Path
) -> None:
    """Hours without a node are none that were missed: a week of them would look as dear as the mean."""
    watch = watched("nightly-summaries")
    awake = State(5, 2.04, watch.types[0], 5)
    asleep = replace(awake, nodes=0, usd_of_node=None, replicas=0, active=None)
    unseen = replace(asleep, replicas=None, scraped=False)
    series = world(watch, [awake, asleep, unseen])
    assert value_of(watch, COST, series, hour, tmp_path) == usd


GAPS: dict[str, Callable[[int, State], State]] = {
    "accelerators say blanks": lambda at, hour: replace(hour, active=BLANK if at % 5 == 0 else hour.active),
    "accelerators are not scraped": lambda _, hour: replace(hour, active=None),
    "nodes have no price for a day": lambda at, hour: (
        replace(hour, usd_of_node=None, scraped=False) if 30 <= at < 54 else hour
    ),
    "nothing says which pods are ready": lambda at, hour: replace(hour, replicas=None if at % 7 else 1),
    "nothing is scraped for six hours": lambda at, hour: (
        replace(hour, nodes=0, replicas=None, active=None, scraped=False) if 60 <= at < 66 else hour
    ),
}


GAPPED = ("code-completion", "fraud-detection", "receipt-ocr", "nightly-summaries")
"""Tokens, a measured classic, a queue, and one that sleeps: all of them where everything is proved."""


@pytest.mark.slow
@pytest.mark.parametrize("spec", GAPPED if os.environ.get("PLIMSOLL_PROOFS") else GAPPED[:1])
def test_a_week_with_gaps_is_silent(spec: str, tmp_path: Path) -> None:
    """Each day has a gap of its own, and one has none."""
    watch, hours = planned(spec)
    gaps = [*GAPS.values(), lambda _, hour: hour]
    states = [gaps[at // 24 % len(gaps)](at, hour) for at, hour in enumerate(as_planned(watch, hours))]
    assert fired(watch, world(watch, states), WEEK, tmp_path) == set()


@pytest.mark.parametrize("spec", ["support-chat", "receipt-ocr", "runs/legal-70b"])
def test_where_nothing_is_scraped_nothing_fires(spec: str, tmp_path: Path) -> None:
    assert fired(watched(spec), [], 8, tmp_path) == set()


MONEY = {"PlimsollCostAboveCeiling", "PlimsollBudgetPace"}
SLOW = {"ttft_p95_ms", "tpot_p95_ms", "e2e_p95_ms"}


def burns(*windows: str) -> set[str]:
    return {f"PlimsollSloBurn {key} {window}" for key in SLOW for window in windows}


def most(watch: Watch) -> int:
    """Replicas that the plan has at most."""
    assert watch.replicas is not None
    return watch.replicas[2]


def nodes_usd(watch: Watch) -> float:
    """What nodes cost in the plan's mean hour."""
    assert watch.money is not None
    return float(watch.money.nodes_per_hour)


FIRES: dict[str, tuple[str, int, Callable[[Watch, State], State], set[str]]] = {
    "other nodes": (
        "support-chat",
        2,
        lambda _, hour: replace(hour, instance_type="g4dn.metal"),
        {"PlimsollInstanceTypeDrift"},
    ),
    "more nodes": (
        "fraud-detection",
        2,
        lambda watch, hour: replace(hour, nodes=watch.max_nodes + 1, usd_of_node=0.01),
        {"PlimsollMoreNodesThanPlanned"},
    ),
    "dear nodes": (
        "support-chat",
        9,
        lambda _, hour: replace(hour, usd_of_node=90.0),
        MONEY | {"PlimsollCostAboveExpected"},
    ),
    "dear hours of a load that varies": (
        "code-completion",
        60,
        lambda watch, hour: replace(hour, nodes=1, usd_of_node=1.9 * nodes_usd(watch)),
        {"PlimsollCostAboveExpected"},
    ),
    "replicas that do nothing": (
        "support-chat",
        3,
        lambda watch, hour: replace(hour, active=0.01, running=0, replicas=3),
        {"PlimsollIdleGpu"},
    ),
    "a fixed fleet that does nothing": (
        "chat-8b",
        26,
        lambda watch, hour: replace(hour, active=0.01, running=0),
        {"PlimsollIdleGpu"},
    ),
    "more replicas": (
        "support-chat",
        2,
        lambda watch, hour: replace(hour, replicas=most(watch) + 1),
        {"PlimsollMoreReplicasThanPlanned"},
    ),
    "all replicas and requests that wait": (
        "support-chat",
        3,
        lambda watch, hour: replace(hour, replicas=most(watch), waiting=(5,)),
        {"PlimsollReplicasAtMax"},
    ),
    "a queue that stands": (
        "receipt-ocr",
        4,
        lambda watch, hour: replace(hour, tasks=10_000),
        {"PlimsollQueueNotDrained"},
    ),
    "nine of ten are slow": (
        "support-chat",
        3,
        lambda watch, hour: replace(hour, slow=0.9),
        burns("1h", "6h", "3d"),
    ),
    "a third is slow": ("support-chat", 8, lambda watch, hour: replace(hour, slow=0.35), burns("6h", "3d")),
    "a few are slow": ("support-chat", 8, lambda watch, hour: replace(hour, slow=0.06), burns("3d")),
}


@pytest.mark.parametrize("case", FIRES)
def test_an_alert_fires_on_what_it_is_for_and_no_other_does(case: str, tmp_path: Path) -> None:
    spec, hours, change, expected = FIRES[case]
    watch, week = planned(spec)
    states = [change(watch, hour) for hour in as_planned(watch, (week * 2)[:hours])]
    assert fired(watch, world(watch, states), hours, tmp_path) == expected


@pytest.mark.parametrize("percent", [50, 90, 99])
def test_the_page_of_any_percentile_can_fire(percent: int, tmp_path: Path) -> None:
    watch, week = planned("support-chat")
    key = f"ttft_p{percent}_ms"
    watch = replace(watch, objectives=objectives({key: 1000.0}, "vllm")[0])
    for slow, pages in ((0.9, True), (0.0, False)):
        states = [replace(hour, slow=slow) for hour in as_planned(watch, week[:3])]
        found = fired(watch, world(watch, states), 3, tmp_path)
        assert (f"PlimsollSloBurn {key} 1h" in found) is pages


def run_of(hours: int, usd: float, **changes: object) -> list[State]:
    """A run that began with the world."""
    state = State(1, usd, "p5.4xlarge", None, began_h=0, spot=True)
    return [replace(state, **changes) for _ in range(hours)]  # pyright: ignore[reportArgumentType] - fields


RUNS: dict[str, tuple[list[State], set[str]]] = {
    "on time": (run_of(11, 2.6295), set()),
    "late, off spot in time": (
        [*run_of(14, 2.6295), *run_of(6, 6.88, spot=False)],
        {"PlimsollRunLate"},
    ),
    "on spot past the switch": (run_of(17, 2.6295), {"PlimsollRunPastSwitch"}),
    "dear nodes": (run_of(8, 60.0), {"PlimsollRunCostPace", "PlimsollRunAboveCeiling"}),
    "on its way above": (run_of(4, 40.0), {"PlimsollRunCostPace"}),
    "it hangs": (run_of(4, 2.6295, active=0.0), {"PlimsollIdleGpu"}),
    "more nodes": (run_of(3, 2.6295, nodes=5), {"PlimsollMoreNodesThanPlanned"}),
    "other nodes": (run_of(3, 2.6295, instance_type="p5.48xlarge"), {"PlimsollInstanceTypeDrift"}),
    "blanks": (run_of(8, 2.6295, active=BLANK), set()),
    "no prices": ([replace(hour, usd_of_node=None, scraped=False) for hour in run_of(8, 1.0)], set()),
    "its nodes alone have no price": ([replace(hour, usd_of_node=None) for hour in run_of(8, 1.0)], set()),
    "a run a day": (
        [
            replace(hour, began_h=24 * (at // 24))
            if at % 24 < 11
            else replace(hour, began_h=None, nodes=0, active=None)
            for at, hour in enumerate(run_of(96, 2.6295))
        ],
        set(),
    ),
}


@pytest.mark.parametrize(("more", "expected"), [(0, set()), (1, {"PlimsollIdleGpu"})])
def test_what_a_schedule_keeps_may_idle(more: int, expected: set[str], tmp_path: Path) -> None:
    kept = "scale={schedule: {days: mon-sun, hours: 08-20, min_replicas: 2}}"
    watch = watched("support-chat", kept, "budget=null", "capacity=null")
    assert watch.replicas is not None
    assert (watch.replicas[0], watch.kept) == (0, 2)
    idle = State(
        nodes=2 + more,
        usd_of_node=1.0,
        instance_type=watch.types[0],
        replicas=2 + more,
        active=0.01,
        running=0,
    )
    found = fired(watch, world(watch, [idle] * 4), 4, tmp_path)
    assert found & {"PlimsollIdleGpu"} == expected


@pytest.mark.parametrize("case", RUNS)
def test_a_run_is_held_to_its_hours_and_its_money(case: str, tmp_path: Path) -> None:
    watch = watched("runs/legal-70b")
    states, expected = RUNS[case]
    assert fired(watch, world(watch, states), len(states), tmp_path) == expected


def test_runs_of_a_month_are_held_to_its_budget(tmp_path: Path) -> None:
    watch = watched("runs/legal-70b", "budget.usd_per_month=1400", "runs_per_month=3")
    states = [
        replace(hour, began_h=24 * (at // 24))
        if at % 24 < 11
        else replace(hour, began_h=None, nodes=0, active=None)
        for at, hour in enumerate(run_of(24 * 6, 28.0))
    ]
    assert "PlimsollBudgetPace" in fired(watch, world(watch, states), len(states), tmp_path)
    assert "PlimsollBudgetPace" not in fired(watch, world(watch, states[:48]), 48, tmp_path)
