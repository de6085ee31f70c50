"""Workers behind a queue of each kind, planned, and the objects that they become."""

from functools import cache
from typing import Any

from plimsoll.catalog.tables import load
from plimsoll.objects.cluster import ClusterFacts, MetricSource, Object
from plimsoll.objects.tags import CostTags
from plimsoll.objects.workload import of_workload
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed

TYPES = ("sqs", "redis", "redis_streams", "rabbitmq", "kafka")
"""Every kind of queue that a spec may name."""

MEASURED = {
    "accelerator": "T4",
    "task_mean_ms": 3000,
    "task_cv": 1.0,
    "tasks_at_once": 1,
    "cpu": 3,
    "memory_gib": 10,
    "accelerator_memory_gib": 6,
    "image": "ghcr.io/acme/worker:1.0",
    "source": "reference case 1",
}
QUEUE = {"type": "sqs", "tasks_per_s": {"peak": 2, "average": 0.6}, "longest_task_s": 40}


def spec(
    queue: dict[str, Any] | None = None,
    measured: dict[str, Any] | None = None,
    sla: dict[str, Any] | None = None,
    **rest: Any,
) -> dict[str, Any]:
    """The reference case with some keys said otherwise; None takes one away."""
    return {
        "name": "worker",
        "load": {"queue": _without_none(QUEUE | (queue or {}))},
        "measured": _without_none(MEASURED | (measured or {})),
        "sla": _without_none({"wait_p95_ms": 10000} | (sla or {})),
        "owner": {"team": "media", "cost_center": "4711"},
        **rest,
    }


def _without_none(mapping: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if value is not None}


@cache
def _facts() -> Any:
    return load(), load_speed()


def answer(data: dict[str, Any]) -> Plan | Refusal:
    """Size a spec with the newest prices."""
    catalog, speed = _facts()
    loaded = from_data(data, catalog, file="queue.yaml")
    return size(loaded.workload, loaded.architecture, loaded.catalog, speed)


def planned(data: dict[str, Any]) -> Plan:
    """Size a spec that has a plan."""
    found = answer(data)
    assert isinstance(found, Plan), found.message
    return found


def objects(plan: Plan, **queues: str) -> list[Object]:
    """The objects of a plan, on a cluster with KEDA; `queues` say where tasks wait."""
    name = str(plan.workload["name"])
    tags = CostTags("media", "4711", "dev", name)
    facts = ClusterFacts("demo", tags, "demo-node", metrics=MetricSource(), queues=queues)
    return list(of_workload(plan, facts))


def one(made: list[Object], kind: str) -> Object:
    """The only object of a kind."""
    (found,) = [each for each in made if each["kind"] == kind]
    return found
