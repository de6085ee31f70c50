"""A measurement must agree with itself, and with the limits that are judged by it."""

from collections.abc import Iterator

from plimsoll.ground.problems import Problem
from plimsoll.spec.draft import Draft, metric_of
from plimsoll.spec.engine_rules import TOLD, UNTOLD

NO_ACCELERATOR = "none"
"""`measured.accelerator` of a service that runs on CPUs alone."""

_MODEL_ONLY = (
    ("load", "input_tokens"),
    ("load", "output_tokens"),
    ("load", "shared_prefix_tokens"),
    ("load", "audio_s"),
    ("load", "image_px"),
    ("load", "max_tokens"),
    ("config",),
    ("weights",),
    ("precision",),
    ("pin", "tensor_parallel"),
    ("pin", "precision"),
    *TOLD,
)


def measured_contradictions(spec: Draft) -> Iterator[Problem]:
    """Find what a measurement contradicts: keys of a model, percentiles out of order, keys of no CPU."""
    yield from _measured_keys(spec)
    yield from _measured_order(spec)
    yield from _cpu_only(spec)


def _measured_keys(spec: Draft) -> Iterator[Problem]:
    """Refuse keys that mean nothing beside a measurement, and limits on what was not measured."""
    if not spec.has("measured") or spec.has("model"):
        return
    for path in _MODEL_ONLY:
        if spec.get(*path) not in (None, 0, UNTOLD):
            why = "a measured service is sized from its measurement"
            yield Problem(f"{path[-1]} has no meaning beside measured", why, "remove it", path)
    spans = spec.number("capacity", "nodes_per_replica")
    if spans is not None and spans > 1:
        why = "one replica is what was measured, and it lies on one node"
        path = ("capacity", "nodes_per_replica")
        yield Problem("nodes_per_replica has no meaning beside measured", why, "remove it", path)
    for key in spec.keys("sla"):
        if metric_of(key) in ("ttft", "tpot", "e2e"):
            fix = f"write latency_{key.split('_', 1)[-1]}"
            yield Problem(
                f"{key} is a limit on text generation", "the service is measured", fix, ("sla", key)
            )
        elif metric_of(key) == "latency" and not (spec.has("measured", key) or spec.has("load", "queue")):
            variant = spec.text("measured", "variant")
            why = f"{f'variant {variant}' if variant else 'measured'} does not say its {key}"
            yield Problem(
                f"{key} cannot be judged", why, f"add measured.{key}, or limit another", ("sla", key)
            )


def _measured_order(spec: Draft) -> Iterator[Problem]:
    """Refuse a percentile below a lower one."""
    below: tuple[str, float] | None = None
    for key in ("latency_p50_ms", "latency_p90_ms", "latency_p95_ms", "latency_p99_ms"):
        value = spec.number("measured", key)
        if value is None:
            continue
        if below is not None and value < below[1]:
            why = f"{below[0]} is {below[1]:g}; a higher percentile is never lower"
            yield Problem(f"{key} is {value:g}", why, "check the measurement", ("measured", key))
        below = (key, value)


def _cpu_only(spec: Draft) -> Iterator[Problem]:
    """Refuse accelerator keys of a service that has none."""
    if spec.text("measured", "accelerator") != NO_ACCELERATOR:
        return
    for key, implied in (("accelerator_memory_gib", None), ("accelerators", 1)):
        if spec.get("measured", key) not in (None, implied):
            yield Problem(f"{key} is given", "accelerator is none", "remove it", ("measured", key))
