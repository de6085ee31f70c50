"""Services that were measured on a whole H100 and may run on slices of one."""

from typing import Any


def service(name: str, qps: float, memory_gib: float, **keys: Any) -> dict[str, Any]:
    """Write the spec of one that needs so much of the accelerator's memory."""
    measured = {
        "accelerator": "H100-80GB",
        "qps_per_replica": 800,
        "cpu": 2,
        "memory_gib": 8,
        "accelerator_memory_gib": memory_gib,
        "image": "registry.example/own:1",
        "source": "load test",
    }
    return {"name": name, "measured": measured, "load": {"qps": qps}, "capacity": {"share": ["mig"]}, **keys}
