"""Variants of one measured service, as the reference tells them: two engines on a T4, one on CPUs."""

from typing import Any

from plimsoll.catalog.tables import load
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed

TORCH = {
    "variant": "torch",
    "accelerator": "T4",
    "qps_per_replica": 120,
    "latency_p95_ms": 45,
    "cpu": 3,
    "memory_gib": 10,
    "accelerator_memory_gib": 6,
    "source": "k6 2026-11-02",
}
TENSORRT = TORCH | {
    "variant": "tensorrt",
    "qps_per_replica": 420,
    "latency_p95_ms": 18,
    "accelerator_memory_gib": 4,
    "source": "k6 2026-11-03",
}
ORT = {
    "variant": "ort-int8",
    "accelerator": "none",
    "instance_type": "c7i.2xlarge",
    "qps_per_replica": 35,
    "latency_p95_ms": 60,
    "cpu": 6,
    "memory_gib": 8,
    "source": "k6 2026-11-03",
}


def spec(qps: float, *variants: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """Write the spec of a service with its variants."""
    measured = list(variants) or [TORCH, TENSORRT, ORT]
    return {"name": "scorer", "measured": measured, "load": {"qps": qps}, **keys}


def answer(data: dict[str, Any]) -> Plan | Refusal:
    """Plan a spec."""
    read = from_data(data, load(), file="scorer.yaml")
    return size(read.workload, read.architecture, read.catalog, load_speed())


def planned(data: dict[str, Any]) -> Plan:
    """Plan a spec that has a plan."""
    found = answer(data)
    assert isinstance(found, Plan), found
    return found
