"""Hints say what a mistake in a spec was meant to be: the number behind `800ms`, the key behind `rps`.

A hint is offered, never applied: the spec says what its author wrote, or it is refused.
"""

import re
from decimal import Decimal
from fractions import Fraction

from plimsoll.ground.problems import nearest
from plimsoll.spec.wrong.units import DOLLARS, RUN_DOLLARS, WORTH

_LONGEST_NAME = 64
"""Longer than any key or name; what is longer is not worth a comparison."""

_WRITTEN = re.compile(r"([$€£]?)\s*([-+]?(?:\d[\d,_' ]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([^\d\s].*)?")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}([,_' ]\d{3})+(\.\d*)?")

_MEANT = {
    **dict.fromkeys(("slo", "slos", "slas", "latency", "objectives", "targets"), "sla"),
    **dict.fromkeys(("rps", "rate", "request_rate", "requests_per_second", "peak_qps"), "load.qps"),
    **dict.fromkeys(("rpm", "qpm", "requests_per_minute", "requests_per_min"), "load.qps"),
    **dict.fromkeys(("rph", "rpd", "requests_per_day", "daily_requests"), "load.qps"),
    **dict.fromkeys(("peak_rps", "queries_per_second", "traffic_rps"), "load.qps"),
    **dict.fromkeys(("in_flight", "parallel", "concurrent_requests", "max_concurrency"), "load.concurrency"),
    **dict.fromkeys(("isl", "prompt_tokens", "input_length", "context", "tokens"), "load.input_tokens"),
    **dict.fromkeys(("osl", "completion_tokens", "output_length"), "load.output_tokens"),
    **dict.fromkeys(("max_model_len", "max_seq_len", "max_length", "context_length"), "load.max_tokens"),
    **dict.fromkeys(("audio", "audio_seconds", "duration_s", "audio_length", "clip_s"), "load.audio_s"),
    **dict.fromkeys(("queue_depth", "queue_length", "pending_tasks", "queued"), "load.queue.backlog"),
    **dict.fromkeys(
        ("arrival_rate", "tasks_per_second", "jobs_per_s", "task_rate"), "load.queue.tasks_per_s"
    ),
    **dict.fromkeys(("max_task_s", "task_timeout_s", "longest_s"), "load.queue.longest_task_s"),
    **dict.fromkeys(("task_s", "task_ms", "service_time_ms", "processing_ms"), "measured.task_mean_ms"),
    **dict.fromkeys(("prefetch", "worker_concurrency", "concurrency_per_worker"), "measured.tasks_at_once"),
    **dict.fromkeys(("max_wait_ms", "queue_wait_ms", "wait_ms", "wait_p95"), "sla.wait_p95_ms"),
    **dict.fromkeys(("broker",), "load.queue.type"),
    **dict.fromkeys(("resolution", "image_size", "image_side", "pixels"), "load.image_px"),
    **dict.fromkeys(("gpu", "gpus", "accelerators", "instances", "instance_types"), "capacity.allow"),
    **dict.fromkeys(("gpu_type", "accelerator_type", "family", "families"), "capacity.allow"),
    **dict.fromkeys(
        ("instance", "instance_type", "instancetype", "machine", "machine_type"), "pin.instance_type"
    ),
    **dict.fromkeys(("tp", "tensor_parallel_size", "tensor_parallelism"), "pin.tensor_parallel"),
    **dict.fromkeys(("alternative_usd_per_million_output_tokens", "hosted", "api_price"), "alternative"),
    **dict.fromkeys(("user_count", "customers", "seats"), "load.users"),
    **dict.fromkeys(("requests_per_user", "requests_per_hour"), "load.requests_per_user_per_hour"),
    **dict.fromkeys(("count", "min", "replica_count"), "scale.min_replicas"),
    **dict.fromkeys(("max", "autoscaling"), "scale.max_replicas"),
    **dict.fromkeys(("quantization", "quantisation", "dtype", "weight_dtype"), "precision"),
    **dict.fromkeys(("cost", "max_cost", "price", "monthly_usd", "usd", "monthly"), "budget.usd_per_month"),
    **dict.fromkeys(("monthly_budget", "budget_usd", "max_usd", "limit", "amount"), "budget.usd_per_month"),
    **dict.fromkeys(("usd_month", "per_month", "monthly_cost", "max_monthly_usd"), "budget.usd_per_month"),
    **dict.fromkeys(("use_spot", "preemptible", "capacity_type"), "capacity.spot"),
    **dict.fromkeys(("tags", "labels", "metadata"), "owner"),
    **dict.fromkeys(("costcenter", "cost_centre"), "owner.cost_center"),
    **dict.fromkeys(("env", "stage"), "owner.environment"),
    **dict.fromkeys(("uptime", "slo_availability"), "sla.availability"),
    **dict.fromkeys(("certainty", "quantile", "pessimism"), "sla.confidence"),
    **dict.fromkeys(("backend", "runtime", "server"), "engine"),
    **dict.fromkeys(("gpu_memory_utilization", "memory_fraction"), "engine.memory_share"),
    **dict.fromkeys(("kv_dtype", "kv_precision", "cache_dtype", "kv_cache"), "engine.kv_cache_dtype"),
    **dict.fromkeys(("max_seqs", "max_batch", "max_batch_size", "batch_size"), "engine.max_num_seqs"),
    **dict.fromkeys(("lora", "loras", "lora_adapters", "max_loras"), "adapters"),
    **dict.fromkeys(("where", "location", "locations", "zone", "zones", "aws_region"), "regions"),
    **dict.fromkeys(("id", "model_id", "model_name", "huggingface_id"), "model"),
    **dict.fromkeys(("params", "parameters", "size_b"), "model.params_b"),
    **dict.fromkeys(("traffic", "workload", "requests"), "load"),
    **dict.fromkeys(("scale_to_zero", "zero"), "scale.to_zero"),
    **dict.fromkeys(("gpu_memory_gib", "vram_gib", "gpu_memory"), "measured.accelerator_memory_gib"),
}
"""Names that other tools use for what a key of ours says."""

_MEANT_IN_RUNS = {
    **dict.fromkeys(
        ("seq_len", "max_seq_length", "sequence_length", "block_size"), "training.sequence_tokens"
    ),
    **dict.fromkeys(
        ("batch_size", "global_batch_size", "effective_batch_size"), "training.global_batch_samples"
    ),
    **dict.fromkeys(("lora", "peft", "lora_config"), "training.lora"),
    **dict.fromkeys(("lora_rank", "lora_r", "r"), "training.lora.rank"),
    **dict.fromkeys(("target_modules", "lora_targets"), "training.lora.targets"),
    **dict.fromkeys(("optim", "optimiser"), "training.optimizer"),
    **dict.fromkeys(("gradient_checkpointing", "activation_checkpointing"), "training.recompute"),
    **dict.fromkeys(("num_train_epochs", "num_epochs"), "load.epochs"),
    **dict.fromkeys(("dataset", "dataset_size", "examples", "rows"), "load.samples"),
    **dict.fromkeys(("train_tokens", "total_tokens", "token_budget", "tokens"), "load.tokens_b"),
    **dict.fromkeys(("deadline", "deadline_h", "max_duration", "timeout"), "sla.run_p90_h"),
    **dict.fromkeys(("finetuning_type", "tuning", "peft_method"), "method"),
    **dict.fromkeys(("nodes", "num_nodes", "node_count", "nnodes"), "pin.nodes"),
    **dict.fromkeys(("max_nodes",), "scale.max_nodes"),
    **dict.fromkeys(("micro_batch_size", "per_device_train_batch_size"), "pin.micro_batch_samples"),
    **dict.fromkeys(("save_interval", "save_steps", "checkpoint_interval"), "checkpoint.interval_s"),
    **dict.fromkeys(("every", "every_s", "frequency"), "checkpoint.interval_s"),
    **dict.fromkeys(("budget_usd", "max_usd", "cost", "max_cost", "usd", "amount"), "budget.usd_per_run"),
}
"""The same in a spec of work that ends, where a name means this first."""

_MEANT_WITHIN = {
    **{("measured", name): "accelerator" for name in ("gpu", "gpus", "gpu_type", "accelerator_type")},
    **{("load.queue", name): "tasks_per_s" for name in ("rate", "rps", "qps", "per_s", "peak")},
}
"""The same within one mapping, where a name means less than elsewhere."""

_LATENCY_KEY = re.compile(
    r"(?:max_)?(ttft|tpot|itl|e2e|latency)(?:_?(p50|p90|p95|p99))?(?:_?(ms|s|seconds))?"
)


def number_meant(text: str, unit: str) -> str:
    """Work out the number that `text` means in a unit of the spec; an empty string if it is not clear."""
    match = _WRITTEN.fullmatch(text.strip()) if len(text) <= _LONGEST_NAME else None
    if match is None:
        return ""
    currency, digits, given = match.group(1), match.group(2).strip(), (match.group(3) or "").strip().lower()
    if currency not in ("", "$") or (currency and unit not in (DOLLARS, RUN_DOLLARS)):
        return ""
    worth = _worth(given, unit)
    number = _plain(digits)
    if worth is None or number is None:
        return ""
    value = number * worth.numerator / worth.denominator
    return f"{value.quantize(Decimal('0.000001')).normalize():f}" if abs(value) < Decimal("1e15") else ""


def _worth(given: str, unit: str) -> Fraction | None:
    if not given:
        return Fraction(1)
    table = WORTH.get(unit, {})
    spellings = (given, given.removesuffix("s"), given.removesuffix("onds"), given.removesuffix("ond"))
    return next((table[spelled] for spelled in spellings if spelled in table), None)


def _plain(digits: str) -> Decimal | None:
    if _THOUSANDS.fullmatch(digits):
        digits = re.sub(r"[,_' ]", "", digits)
    elif digits.count(",") == 1:
        digits = digits.replace(",", ".")
    try:
        return Decimal(digits)
    except ArithmeticError:
        return None


def key_meant(key: str, section: str, sections: dict[str, list[str]]) -> str:
    """Say which key was meant by an unknown one, as ready text.

    `sections` maps the dotted name of each mapping of the spec ("" is the top level) to its keys.
    """
    if len(key) > _LONGEST_NAME:
        return f"keys here: {', '.join(sections[section])}"
    low = _plain_key(key)
    latency = _latency_key(low, section)
    if latency:
        return latency
    here = sections[section]
    named = key_named(key, section, sections)
    parent, _, last = named.rpartition(".")
    if last == low and parent != section:
        return f"{low!r} belongs {'under ' + parent if parent else 'at the top level'}"
    if named:
        return f"did you mean {named if _MEANT.get(low) == named else last!r}?"
    return nearest(key, here) or f"keys here: {', '.join(here)}"


def _plain_key(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower().replace("-", "_")


_OF_SEVERAL = ("mean", "p95", "name", "instance_type", "nodes", "source")
"""Keys that several mappings have, so that one alone does not tell where it belongs."""


def key_named(key: str, section: str, sections: dict[str, list[str]]) -> str:
    """Name the key that a foreign, moved or otherwise spelled one stands for, dotted; empty if none does."""
    low, here = _plain_key(key), sections.get(section, [])
    prefix = f"{section}." if section else ""
    if len(key) > _LONGEST_NAME or _latency_key(low, section):
        return ""
    if low in here:
        return prefix + low
    parent, _, last = key.rpartition(".")
    if last in sections.get(parent, ()):
        return key
    for elsewhere, keys in sections.items():
        if low in keys and low not in _OF_SEVERAL:
            return f"{elsewhere}.{low}" if elsewhere else low
    if within := _MEANT_WITHIN.get((section, low), ""):
        return prefix + within
    meanings = (_MEANT.get(low, ""), _MEANT_IN_RUNS.get(low, ""))
    for meant in reversed(meanings) if _of_a_run(sections) else meanings:
        parent, _, last = meant.rpartition(".")
        if meant and meant != section and last in sections.get(parent, ()):
            return meant
    return ""


def _of_a_run(sections: dict[str, list[str]]) -> bool:
    return "run_p90_h" in sections.get("sla", ())


def _latency_key(key: str, section: str) -> str:
    match = _LATENCY_KEY.fullmatch(key)
    if match is None or (key == "latency" and section != "sla"):
        return ""
    metric = {"itl": "tpot"}.get(match.group(1), match.group(1))
    statistic = match.group(2) or "p95"
    scale = "; the value is in milliseconds" if match.group(3) in ("s", "seconds") else ""
    where = "" if section in ("sla", "measured") else " under sla"
    if section == "measured":
        metric = "latency"
    return f"keys carry statistic and unit: write {metric}_{statistic}_ms{where}{scale}"


def name_meant(name: str, known: list[str]) -> str:
    """Offer the nearest known name, or list them if they are few."""
    if len(name) <= _LONGEST_NAME:
        near = nearest(name, known)
        if near:
            return near
    return f"known: {', '.join(known)}" if len(known) <= 12 else ""


def dns_label(text: str) -> str:
    """Make a DNS label (RFC 1123: a-z, 0-9 and '-', at most 63) of any text; empty if nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()[:256]).strip("-")[:63].strip("-")
