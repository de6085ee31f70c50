"""KEDA's own operator keeps the replicas of a schedule in its hours, and none outside them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plimsoll.objects.cluster import ClusterFacts, MetricSource
from plimsoll.objects.tags import CostTags
from plimsoll.objects.workload import of_workload
from plimsoll.plan.plan import Plan
from plimsoll.spec.schedule.schedule import DAYS
from tests.make.queues import one
from tests.make.variants import TORCH, planned
from tests.world.runs.keda import Keda

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

KINDS = ("Namespace", "Deployment", "ScaledObject")


def _hours(inside: bool) -> dict[str, str]:
    """Four hours of one day around now, or the same hours of another day."""
    begin = datetime.now(UTC) - timedelta(hours=1)
    day = begin.weekday() if inside else (begin.weekday() + 3) % len(DAYS)
    return {"days": DAYS[day], "hours": f"{begin.hour}-{(begin.hour + 4) % 24}", "timezone": "UTC"}


def _place(keda: Keda, name: str, *, inside: bool) -> tuple[Plan, dict[str, Any], dict[str, Any]]:
    """Apply a service of a schedule; there is no Prometheus, as on a cluster where nothing was asked yet."""
    service = {key: value for key, value in TORCH.items() if key != "variant"}
    data = {"name": name, "measured": service | {"image": "registry.example/torch:1"}, "load": {"qps": 300}}
    plan = planned(data | {"scale": {"schedule": _hours(inside) | {"min_replicas": 2}}})
    tags = CostTags("media", "4711", "dev", name)
    dead = MetricSource(prometheus_url="http://127.0.0.1:9")
    made = list(of_workload(plan, ClusterFacts("demo", tags, "demo-node", metrics=dead)))
    deployment, scaled = one(made, "Deployment"), one(made, "ScaledObject")
    for each in (one(made, "Namespace"), deployment, _by_the_clock_alone(scaled)):
        keda.server.apply(each)
    return plan, deployment, scaled


def _by_the_clock_alone(scaled: dict[str, Any]) -> dict[str, Any]:
    """The same object without its metric, which only a Prometheus answers."""
    spec = scaled["spec"]
    triggers = [each for each in spec["triggers"] if each["type"] == "cron"]
    assert len(spec["triggers"]) == 2
    assert len(triggers) == 1
    left = {key: value for key, value in spec.items() if key != "fallback"}
    return scaled | {"spec": left | {"triggers": triggers}}


def _replicas(keda: Keda, deployment: dict[str, Any]) -> int:
    return keda.server.call("GET", keda.server.path(deployment))["spec"].get("replicas", 1)


def _is(keda: Keda, manifest: dict[str, Any], condition: str) -> bool:
    status = keda.server.call("GET", keda.server.path(manifest)).get("status", {})
    return any(
        each["type"] == condition and each["status"] == "True" for each in status.get("conditions", ())
    )


def test_replicas_are_kept_in_the_hours(keda: Keda) -> None:
    plan, deployment, scaled = _place(keda, "awake", inside=True)
    keda.until(lambda: _is(keda, scaled, "Ready") and _is(keda, scaled, "Active"))
    keda.until(lambda: _replicas(keda, deployment) > 0)
    path = f"/apis/autoscaling/v2/namespaces/awake/horizontalpodautoscalers/{deployment['metadata']['name']}"
    hpa = keda.server.call("GET", path)["spec"]
    assert hpa["maxReplicas"] == plan.chosen.replicas.max
    (metric,) = hpa["metrics"]
    assert metric["external"]["target"] == {"type": "AverageValue", "averageValue": "1"}


def test_none_is_kept_outside_them(keda: Keda) -> None:
    _, deployment, scaled = _place(keda, "asleep", inside=False)
    keda.until(lambda: _is(keda, scaled, "Ready"))
    keda.until(lambda: _replicas(keda, deployment) == 0)
    assert not _is(keda, scaled, "Active")


def test_both_triggers_are_accepted_together(keda: Keda) -> None:
    _, _, scaled = _place(keda, "both", inside=True)
    keda.server.apply(scaled)
    keda.until(lambda: len(keda.server.call("GET", keda.server.path(scaled))["spec"]["triggers"]) == 2)
