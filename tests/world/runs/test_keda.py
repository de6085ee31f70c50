"""KEDA's own operator takes our objects: it finds the queue, wakes workers, makes the HPA of the plan."""

from base64 import b64encode
from typing import Any

import pytest

from plimsoll.plan.plan import Plan
from tests.make.queues import TYPES, objects, one, planned, spec
from tests.world.runs.keda import Keda

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

KEDA_API = "/apis/keda.sh/v1alpha1/namespaces"
KINDS = ("Namespace", "TriggerAuthentication", "Deployment", "ScaledObject", "ScaledJob")
ASKED = tuple(kind for kind in TYPES if kind != "kafka")
"""Kafka speaks a protocol of its own, for which there is no stand-in here: its objects are only accepted."""


def _asleep(kind: str) -> Plan:
    """Workers that may all be gone, so that something has to wake them."""
    name = f"asleep-{kind.replace('_', '-')}"
    return planned(spec({"type": kind, "partitions": None}, scale={"to_zero": True}, name=name))


def _place(keda: Keda, plan: Plan) -> list[dict[str, Any]]:
    """Apply what KEDA has to do with; the broker is where the stand-ins are."""
    name = str(plan.workload["name"])
    redis = f"127.0.0.1:{keda.brokers.redis}/{name}"
    queue = plan.queue
    assert queue is not None
    where = {} if queue.type in ("sqs", "rabbitmq") else {name: redis}
    made = [each for each in objects(plan, **where) if each["kind"] in KINDS]
    for kind in KINDS:
        for each in made:
            if each["kind"] == kind:
                keda.server.apply(each)
            if kind == "Namespace" and each["kind"] == kind and queue.type == "rabbitmq":
                host = b64encode(f"http://guest:guest@127.0.0.1:{keda.brokers.http}".encode()).decode()
                secret = {"metadata": {"name": "queue"}, "data": {"host": host}}
                keda.server.call("POST", f"/api/v1/namespaces/{name}/secrets", secret)
    return made


def _replicas(keda: Keda, deployment: dict[str, Any]) -> int:
    return keda.server.call("GET", keda.server.path(deployment))["spec"].get("replicas", 1)


def _is(keda: Keda, manifest: dict[str, Any], condition: str) -> bool:
    status = keda.server.call("GET", keda.server.path(manifest)).get("status", {})
    return any(
        each["type"] == condition and each["status"] == "True" for each in status.get("conditions", ())
    )


@pytest.fixture(scope="module")
def woken(keda: Keda) -> dict[str, tuple[Plan, list[dict[str, Any]]]]:
    """Workers of every kind, first without a task, then with seven each: KEDA looks every 15 seconds."""
    plans = {kind: _asleep(kind) for kind in ASKED}
    placed = {kind: (plan, _place(keda, plan)) for kind, plan in plans.items()}
    for _, made in placed.values():
        scaled, deployment = one(made, "ScaledObject"), one(made, "Deployment")
        keda.until(lambda scaled=scaled: _is(keda, scaled, "Ready"))
        keda.until(lambda deployment=deployment: _replicas(keda, deployment) == 0)
        assert not _is(keda, scaled, "Active"), "an empty queue wakes nobody"
    for plan in plans.values():
        keda.brokers.tasks[str(plan.workload["name"])] = 7
    return placed


@pytest.mark.parametrize("kind", ASKED)
def test_our_scaled_objects_become_ready_wake_workers_and_make_the_planned_hpa(
    keda: Keda, woken: dict[str, tuple[Plan, list[dict[str, Any]]]], kind: str
) -> None:
    plan, made = woken[kind]
    name = str(plan.workload["name"])
    scaled, deployment = one(made, "ScaledObject"), one(made, "Deployment")
    keda.until(lambda: _is(keda, scaled, "Active"))
    keda.until(lambda: _replicas(keda, deployment) > 0)

    path = f"/apis/autoscaling/v2/namespaces/{name}/horizontalpodautoscalers/{deployment['metadata']['name']}"
    hpa = keda.server.call("GET", path)["spec"]
    queue = plan.queue
    assert queue is not None
    assert hpa["maxReplicas"] == plan.autoscaling.max_replicas == plan.chosen.replicas.max
    (metric,) = hpa["metrics"]
    assert metric["external"]["target"] == {
        "type": "AverageValue",
        "averageValue": str(queue.target_per_worker),
    }
    assert hpa["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == plan.serving.scale_down_window_s
    assert hpa["scaleTargetRef"]["name"] == deployment["metadata"]["name"]


@pytest.mark.usefixtures("woken")
def test_the_scaler_counts_in_flight_tasks_as_the_plan_says(keda: Keda) -> None:
    asked = {each for each in keda.brokers.asked if each.startswith("sqs asleep-sqs")}
    counted = "['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible']"
    assert asked == {f"sqs asleep-sqs {counted}"}


def test_workers_that_are_kept_stand_at_their_number(keda: Keda) -> None:
    plan = planned(spec(name="kept"))
    made = _place(keda, plan)
    deployment = one(made, "Deployment")
    assert plan.chosen.replicas.min == plan.chosen.replicas.max == 7
    keda.until(lambda: _replicas(keda, deployment) == 7)


def test_workers_beside_a_fixed_base_are_left_what_the_base_does_not_take(keda: Keda) -> None:
    part = {"spot": "prefer", "on_demand_base": 3}
    plan = planned(spec(sla={"wait_p95_ms": 200000}, capacity=part, scale={"to_zero": True}, name="beside"))
    assert [pool.name for pool in plan.chosen.pools] == ["base", "burst"]
    scaled = one(_place(keda, plan), "ScaledObject")
    keda.until(lambda: _is(keda, scaled, "Ready"))
    queue = plan.queue
    assert queue is not None
    keda.brokers.tasks["beside"] = 3 * queue.target_per_worker
    assert not _is(keda, scaled, "Active"), "the base takes them all"
    keda.brokers.tasks["beside"] += 1
    keda.until(lambda: _is(keda, scaled, "Active"))


def test_long_tasks_get_a_job_each(keda: Keda) -> None:
    queue = {"tasks_per_s": {"peak": 0.01, "average": 0.001}, "longest_task_s": 1800}
    data = spec(
        queue, {"task_mean_ms": 900000}, {"wait_p95_ms": 3600000}, scale={"to_zero": True}, name="long"
    )
    plan = planned(data)
    made = _place(keda, plan)
    scaled = one(made, "ScaledJob")
    keda.until(lambda: _is(keda, scaled, "Ready"))
    keda.brokers.tasks["long"] = 3

    def jobs() -> list[dict[str, Any]]:
        return keda.server.call("GET", "/apis/batch/v1/namespaces/long/jobs")["items"]

    keda.until(lambda: len(jobs()) == 3)
    grace = jobs()[0]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace == plan.serving.grace_s >= 1800
