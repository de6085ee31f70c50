"""Changes of a run's spec that may mend its refusal, the gentlest value of each key first."""

from collections.abc import Iterator
from math import ceil
from typing import Any, cast

from plimsoll.candidates.change import Change
from plimsoll.candidates.runs.candidate import RunCandidate, RunSearch
from plimsoll.candidates.runs.nearest_hours import nearest_hours
from plimsoll.candidates.runs.sooner import sooner
from plimsoll.sizing.limits import BUDGET, DEADLINE, Limit

RESULT = frozenset({"method", "load.epochs", "training.sequence_tokens", "training.lora.rank"})
"""Keys that change what comes out of the training, not only what it costs: they are never told first."""

GENTLER = {"pretrain": (), "full": ("lora", "qlora"), "lora": ("qlora",), "qlora": ()}
"""Methods that take less memory and time than one, the nearest first."""

CODES_OF_HOURS = {"run_p50_h": "sla.run_p50_h", "run_p90_h": "sla.run_p90_h"}

SHORTEST_TOKENS = 512
"""Sequences that are not halved any more."""


def run_changes(search: RunSearch) -> Iterator[list[Change]]:
    """Yield for each key the values to try, in the order in which they are tried."""
    data = search.space.spec.model_dump(mode="json")
    said = search.space.spec.model_dump(mode="json", exclude_unset=True)
    for path, values in _values(search, data):
        old = _at(data, path)
        if isinstance(old, dict):  # of a section, what was said and not its defaults
            old = _at(said, path)
        changes = [Change(path, old, value) for value in values if value != old]
        if changes:
            yield changes


def _values(search: RunSearch, data: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    yield from _money(search, data)
    yield from _hours(search, data)
    yield from sooner(search, data)
    yield "capacity.spot", ["allow"] if data["capacity"]["spot"] == "never" else []
    yield "capacity.allow", [[]] if data["capacity"]["allow"] else []
    yield "capacity.deny", [[]] if data["capacity"]["deny"] else []
    yield "pin.instance_type", [None] if data["pin"]["instance_type"] else []
    yield from _nodes(data)
    if data.get("training") is not None and data.get("measured") is None:
        yield from _of_training(data)
    if data.get("checkpoint") is not None:
        yield from _to_a_bucket(search, data["checkpoint"])
        if data["checkpoint"]["to"] == "fsx":
            yield from _of_lustre(data["checkpoint"])
        yield "checkpoint.interval_s", ["auto"] if data["checkpoint"]["interval_s"] != "auto" else []
    if data["kind"] == "batch":
        yield from _of_batch(data)
    epochs = data["load"].get("epochs")
    if epochs and epochs > 1:
        yield "load.epochs", list(range(epochs - 1, 0, -1))[:4]


_OF_LUSTRE = ("fsx_gb", "fsx_mb_per_s_per_tib")


def _to_a_bucket(search: RunSearch, asked: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Save to a bucket: the whole section where it says what a bucket has not."""
    if asked["to"] == "s3":
        return
    said = search.space.spec.model_dump(mode="json", exclude_unset=True)["checkpoint"]
    if any(key in said for key in _OF_LUSTRE):
        rest = {key: value for key, value in said.items() if key not in _OF_LUSTRE}
        yield "checkpoint", [rest | {"to": "s3"}]
    else:
        yield "checkpoint.to", ["s3"]


LUSTRE_GB = (2_400, 4_800, 9_600, 19_200, 38_400)
LUSTRE_MB_PER_S = (250, 500, 1000)
"""Sizes of file systems and their throughput by the TiB that are tried."""


def _of_lustre(asked: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Take a larger file system, or a faster one."""
    yield "checkpoint.fsx_gb", [size for size in LUSTRE_GB if size > asked["fsx_gb"]]
    faster = [each for each in LUSTRE_MB_PER_S if each > asked["fsx_mb_per_s_per_tib"]]
    yield "checkpoint.fsx_mb_per_s_per_tib", faster


def _nodes(data: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    pinned, most = data["pin"]["nodes"], data["scale"]["max_nodes"]
    yield "pin.nodes", [None] if pinned else []
    yield "scale.max_nodes", [None] if most else []


def _of_batch(data: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Serve in a smaller precision, cut shards anew, or do without the window."""
    accepted: list[str] = data["precision"] or []
    yield "precision", [[*accepted, name] for name in ("fp8", "int8", "int4") if name not in accepted]
    yield "pin.tensor_parallel", [None] if data["pin"]["tensor_parallel"] else []
    yield "pin.precision", [None] if data["pin"]["precision"] else []
    yield "shard_requests", ["auto"] if data["shard_requests"] != "auto" else []
    yield "window", [None] if data["window"] else []


_SPLIT_PINS = ("tensor_parallel", "pipeline_parallel", "zero", "micro_batch_samples")
"""Pins of how a step is split."""


def _of_training(data: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    keys = data["training"]
    for pin in _SPLIT_PINS:
        yield f"pin.{pin}", [None] if data["pin"][pin] is not None else []
    yield "stack", ["standard", "tuned"] if data["stack"] == "plain" else ["tuned"]
    yield "precision", [["fp8"]] if data["precision"] in (None, ["bf16"]) else [["bf16"]]
    yield "training.optimizer", ["adamw_8bit"] if keys["optimizer"] == "adamw" else []
    yield "training.recompute", ["auto"] if keys["recompute"] == "none" else []
    yield "training.fused_loss", [True]
    sequence = keys["sequence_tokens"]
    if sequence is not None and sequence >= 2 * SHORTEST_TOKENS:
        yield "training.sequence_tokens", [sequence // 2]
    yield "method", list(GENTLER[data["method"] or "full"])


def _money(search: RunSearch, data: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """The least budget under which something holds, a whole dollar."""
    budget: dict[str, Any] = data["budget"] or {}
    for key, of in (("usd_per_run", "USD/run"), ("usd_per_month", "USD/month")):
        if budget.get(key) is not None:
            values = _missed(search, BUDGET, of)
            yield f"budget.{key}", [ceil(min(values))] if values else []


def _hours(search: RunSearch, data: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """The least hours in which something holds, a whole tenth, and those in which it costs least."""
    for key, path in CODES_OF_HOURS.items():
        if data["sla"].get(key) is not None:
            near = nearest_hours(search, key)
            values = _missed(search, DEADLINE, "h")
            tenths = sorted({ceil(value * 10 + 1e-6) / 10 for value in values} | set(near))
            yield path, tenths[:2]
            yield path, [hours for hours in near[1:] if hours not in tenths[:1]]


def _missed(search: RunSearch, limit: Limit, unit: str) -> list[float]:
    """What candidates reach that break one limit alone."""
    near: list[RunCandidate] = [each for each in search.candidates if each.breaks_only(limit)]
    reasons = (reason for each in near for reason in each.reasons if reason.unit == unit)
    return [float(reason.value) for reason in reasons if isinstance(reason.value, int | float)]


def _at(data: dict[str, Any], path: str) -> object:
    here: Any = data
    for key in path.split("."):
        here = cast("dict[str, Any]", here).get(key) if isinstance(here, dict) else None
    return here
