"""What a measured service must agree on with itself."""

from collections.abc import Iterator

from plimsoll.text.draft import Draft, Finding, metric_of

NO_ACCELERATOR = "none"
"""`measured.accelerator` of a service that runs on CPUs alone."""

_MODEL_ONLY = (
    ("load", "input_tokens"),
    ("load", "output_tokens"),
    ("load", "shared_prefix_tokens"),
    ("precision",),
    ("pin", "tensor_parallel"),
    ("pin", "precision"),
)


def measured_keys(spec: Draft) -> Iterator[Finding]:
    """Refuse keys that mean nothing beside a measurement, and limits on what was not measured."""
    if not spec.has("measured") or spec.has("model"):
        return
    for path in _MODEL_ONLY:
        if spec.get(*path) not in (None, 0):
            why = "a measured service is sized from its measurement"
            yield Finding(path, f"{path[-1]} has no meaning beside measured", why, "remove it")
    for key in spec.keys("sla"):
        if metric_of(key) in ("ttft", "tpot", "e2e"):
            fix = f"write latency_{key.split('_', 1)[-1]}"
            yield Finding(
                ("sla", key), f"{key} is a limit on text generation", "the service is measured", fix
            )
        elif metric_of(key) == "latency" and not spec.has("measured", key):
            why = f"measured does not say its {key}"
            yield Finding(
                ("sla", key), f"{key} cannot be judged", why, f"add measured.{key}, or limit another"
            )


def measured_order(spec: Draft) -> Iterator[Finding]:
    """Refuse a percentile below a lower one."""
    below: tuple[str, float] | None = None
    for key in ("latency_p50_ms", "latency_p90_ms", "latency_p95_ms", "latency_p99_ms"):
        value = spec.number("measured", key)
        if value is None:
            continue
        if below is not None and value < below[1]:
            why = f"{below[0]} is {below[1]:g}; a higher percentile is never lower"
            yield Finding(("measured", key), f"{key} is {value:g}", why, "check the measurement")
        below = (key, value)


def cpu_only(spec: Draft) -> Iterator[Finding]:
    """Refuse accelerator keys of a service that has none."""
    if spec.text("measured", "accelerator") != NO_ACCELERATOR:
        return
    for key, implied in (("accelerator_memory_gib", None), ("accelerators", 1)):
        if spec.get("measured", key) not in (None, implied):
            yield Finding(("measured", key), f"{key} is given", "accelerator is none", "remove it")
