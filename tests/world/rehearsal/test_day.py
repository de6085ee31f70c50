"""A day of three examples, rehearsed with real Karpenter, takes the node-hours that their plans say.

The day is compressed: an hour takes `HOUR_S` seconds, and the durations of the emitted objects shrink alike.
What Karpenter waits by its own constants (10 s between looks, 15 s before it believes a node is empty) does
not shrink, so that a node lingers longer here, as a share of its day, than it would.
"""

import json
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml

from plimsoll.catalog.tables import load
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.objects.workload import of_workload
from plimsoll.plan.of_spec import planned_one
from plimsoll.plan.plan import Plan
from plimsoll.sizing.traffic import traffic_of
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed
from tests.claims.test_written_is_what_runs import facts
from tests.make.places import ROOT
from tests.world.rehearsal.cluster import REGION, Object, Rehearsed

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

HOUR_S = 50
HOURS = 24
WITHIN = 0.10
EXAMPLES = {"search-ranking": 96, "image-moderation": 0, "fraud-detection": 0}
"""Services whose autoscaler asks for requests a second, and the hour of the profile with which the day
begins: where the profile is a week, its busiest day, the Friday. All are planned for one region."""

UNITS = {"s": 1, "m": 60, "h": 3600}


@dataclass
class Day:
    """One example: what is emitted for it, its load hour by hour, and what was seen of it."""

    plan: Plan
    objects: list[Object]
    rates: list[float]
    node_hours: float = 0.0
    short: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.plan.workload["name"])

    @property
    def planned(self) -> float:
        """Node-hours of the day that the plan expects."""
        lines = [each for each in self.plan.cost.lines if each.kind == "nodes" and each.of == "expected"]
        return sum(float(each.quantity) for each in lines if each.pool) * HOURS / float(HOURS_PER_MONTH)

    @property
    def pools(self) -> list[str]:
        return [each["metadata"]["name"] for each in self.objects if each["kind"] == "NodePool"]


def day_of(name: str) -> Day:
    data = yaml.safe_load((ROOT / "workloads" / f"{name}.yaml").read_text(encoding="utf-8"))
    if "profile" in data["load"]:
        first = EXAMPLES[name]
        data["load"]["profile"] = data["load"]["profile"][first : first + HOURS]
    data["region"] = REGION
    data.pop("regions", None)
    workload = from_data(data, load(), file=f"{name}.yaml")
    plan = planned_one(workload, load_speed())
    assert isinstance(plan, Plan)
    found = traffic_of(workload.workload.load)
    assert found.peak_qps is not None
    assert len(found.hourly) == HOURS
    objects = [_compressed(each) for each in of_workload(plan, facts(plan, "karpenter", keda=True))]
    return Day(plan, objects, [found.peak_qps * share for share in found.hourly])


def _compressed(manifest: Object) -> Object:
    copy = json.loads(json.dumps(manifest))
    if copy["kind"] == "NodePool":
        copy["spec"]["disruption"]["consolidateAfter"] = _shorter(
            copy["spec"]["disruption"]["consolidateAfter"]
        )
    if copy["kind"] == "Deployment":
        notes = copy["spec"]["template"]["metadata"].get("annotations", {})
        notes |= {
            key: _shorter(value) for key, value in notes.items() if key == "karpenter.sh/do-not-disrupt"
        }
    return copy


def _shorter(duration: str) -> str:
    seconds = int(duration[:-1]) * UNITS[duration[-1]] * HOUR_S / 3600
    return f"{max(round(seconds), 1)}s"


class Scaler:
    """What KEDA and its HPA make of one ScaledObject: as many replicas as the metric asks for, in its bounds.

    Up at once; down when nothing in the window of the emitted behaviour asked for more.
    """

    def __init__(self, day: Day, scaled: dict[str, Any]) -> None:
        spec = scaled["spec"]
        (trigger,) = spec["triggers"]
        less = re.search(r"- (\d+) \* ([\d.]+)", trigger["metadata"]["query"])
        self._carried = int(less[1]) * float(less[2]) if less else 0.0
        self._threshold = float(trigger["metadata"]["threshold"])
        self._bounds = spec["minReplicaCount"], spec["maxReplicaCount"]
        behavior = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
        self._window_s = behavior["scaleDown"]["stabilizationWindowSeconds"] * HOUR_S / 3600
        self._asked: list[tuple[float, int]] = []
        self.deployment = f"/apis/apps/v1/namespaces/{day.name}/deployments/{spec['scaleTargetRef']['name']}"
        self.replicas = -1

    def wants(self, rate: float) -> int:
        low, high = self._bounds
        # HPA tolerates a tenth; a load that is met exactly must not ask for one more by rounding.
        asked = math.ceil(max(rate - self._carried, 0.0) / self._threshold - 1e-9)
        return min(max(asked, low), high)

    def scale(self, rehearsed: Rehearsed, rate: float) -> None:
        now = time.monotonic()
        self._asked = [each for each in self._asked if each[0] > now - self._window_s]
        self._asked.append((now, self.wants(rate)))
        most = max(wanted for _, wanted in self._asked)
        if most != self.replicas:
            body = {"spec": {"replicas": most}}
            rehearsed.server.call(
                "PATCH",
                f"{self.deployment}/scale",
                body,
                "application/merge-patch+json",
                fieldManager="scaler",
            )
            self.replicas = most


def test_a_day_takes_the_node_hours_of_its_plan(
    rehearsed: Rehearsed, record_property: Callable[[str, object], None]
) -> None:
    days = {name: day_of(name) for name in EXAMPLES}
    scalers = {
        name: [Scaler(day, each) for each in day.objects if each["kind"] == "ScaledObject"]
        for name, day in days.items()
    }
    for day in days.values():
        rehearsed.place(day.objects)
    for name, day in days.items():
        for scaler in scalers[name]:
            scaler.scale(rehearsed, day.rates[0])
    rehearsed.until(lambda: all(not _waiting(rehearsed, day) for day in days.values()))
    for hour in range(HOURS):
        _hour(rehearsed, days, scalers, hour)
    figures = {name: (round(day.node_hours, 1), round(day.planned, 1)) for name, day in days.items()}
    record_property("node-hours", figures)
    assert {name: day.short for name, day in days.items() if day.short} == {}, "every replica found its node"
    for day in days.values():
        assert day.node_hours == pytest.approx(day.planned, rel=WITHIN), figures


def _hour(rehearsed: Rehearsed, days: dict[str, Day], scalers: dict[str, list[Scaler]], hour: int) -> None:
    begin = before = time.monotonic()
    while time.monotonic() < begin + HOUR_S:
        for name, day in days.items():
            for scaler in scalers[name]:
                scaler.scale(rehearsed, day.rates[hour])
        time.sleep(1)
        now = time.monotonic()
        claims = [each["metadata"]["labels"]["karpenter.sh/nodepool"] for each in rehearsed.claims()]
        for day in days.values():
            count = sum(pool in day.pools for pool in claims)
            day.node_hours += count * (min(now, begin + HOUR_S) - before) / HOUR_S
        before = now
    for day in days.values():
        if waiting := _waiting(rehearsed, day):
            day.short.append(f"hour {hour}: {waiting} wait for a node")


def _waiting(rehearsed: Rehearsed, day: Day) -> int:
    """Replicas that the Deployments ask for and that do not run."""
    path = f"/apis/apps/v1/namespaces/{day.name}/deployments"
    asked = sum(each["spec"].get("replicas", 1) for each in rehearsed.server.call("GET", path)["items"])
    running = [pod for pod in rehearsed.pods(day.name) if pod["status"].get("phase") == "Running"]
    return max(asked - len(running), 0)
