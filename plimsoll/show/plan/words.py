"""Words and numbers of a plan are written here once: the table and the Markdown report share them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from plimsoll.candidates.nearest import Accelerators, misses
from plimsoll.candidates.row import CandidateRow
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.ground.units import figure
from plimsoll.plan.plan import CacheFigures, Chosen, Plan, Refusal, Routing
from plimsoll.show.money import usd
from plimsoll.sizing.work.base import Queueing, SpeechRate
from plimsoll.sizing.work.setup import Estimate
from plimsoll.spec import defaults

if TYPE_CHECKING:  # start-up: a service has no run
    from plimsoll.plan.runs.plan import RunAnswer


@record
class Miss:
    """A rejected candidate and the limits that it fails, as one line."""

    accelerator: str
    name: str
    failed: str


def asked(answer: Plan | Refusal) -> str:
    """One line: what the spec asks for."""
    return " · ".join(part for part in (answer.traits.model, load_asked(answer)) if part)


def load_asked(answer: Plan | Refusal) -> str:
    """Say what the spec asks of its model: load, limits, budget."""
    spec = answer.workload
    parts = [_load_text(spec), *_limit_texts(spec)]
    budget = spec["budget"]
    if budget:
        parts.append(f"budget {usd(str(budget['usd_per_month']))}/month ({budget['basis']})")
    return " · ".join(parts)


_TOKENS = (("input_tokens", "in"), ("output_tokens", "out"))


def _load_text(spec: Mapping[str, Any]) -> str:
    load: dict[str, Any] = spec["load"]
    if queue := load["queue"]:
        text = f"{figure(queue['tasks_per_s']['peak'])} tasks/s peak from {queue['type']}"
        if queue["backlog"]:
            text += f" · backlog of {figure(queue['backlog'])}"
    elif load["users"]:
        each = figure(load["requests_per_user_per_hour"])
        text = f"{figure(load['users'])} users, {each} requests an hour each"
    elif load["qps"]:
        text = f"{figure(load['qps']['peak'])} req/s peak"
    else:
        text = f"{figure(load['concurrency'])} requests in flight"
    if load["audio_s"]:
        text += f" · {figure(load['audio_s']['mean'])} s of audio"
    if load["image_px"]:
        text += f" · {figure(load['image_px'])} px images"
    tokens = [f"{figure(load[key]['mean'])} {word}" for key, word in _TOKENS if load[key]]
    return f"{text} · {' / '.join(tokens)} tokens" if tokens else text


_NO_LATENCY = ("availability", "confidence")
"""Keys of the sla that limit no time."""


def _limit_texts(spec: Mapping[str, Any]) -> Iterator[str]:
    sla: dict[str, float | None] = spec["sla"]
    for key, value in sla.items():
        if value is not None and key not in _NO_LATENCY:
            yield f"{latency_name(key)} ≤ {figure(value)} {unit_of(key)}"
    if sla["confidence"] != defaults.CONFIDENCE:
        yield f"at confidence {figure(sla['confidence'])}"


_IN_WORDS = ("latency", "wait", "drain")
"""Metrics whose names are words; others are abbreviations."""


def latency_name(key: str) -> str:
    """`ttft_p95_ms` as people say it: TTFT p95; `drain_s` is drain."""
    metric, *statistic, _ = key.split("_")
    return " ".join([metric if metric in _IN_WORDS else metric.upper(), *statistic])


def unit_of(key: str) -> str:
    """Take the unit from the end of a key."""
    return key.rpartition("_")[2]


def latency_text(key: str, estimate: Estimate) -> str:
    """`TTFT p95 412 ms (80 %: 310 to 540)`: the estimate, and where four of five measured values lie."""
    low, high = figure(round(estimate.low, 1)), figure(round(estimate.high, 1))
    value = figure(round(estimate.estimate, 1))
    return f"{latency_name(key)} {value} {unit_of(key)} (80 %: {low} to {high})"


def speech_texts(rate: SpeechRate | None) -> list[str]:
    """`real-time factor 0.009`, `30 s of audio per second and replica`, `4 tokens per second of audio`."""
    if rate is None:
        return []
    return [
        f"real-time factor {figure(rate.real_time_factor)}",
        f"{figure(rate.audio_s_per_s)} s of audio per second and replica",
        f"{figure(rate.tokens_per_audio_s)} tokens per second of audio",
    ]


def queue_texts(queue: Queueing | None) -> list[str]:
    """Say what KEDA, the pods and the broker are told, each in a few words."""
    if queue is None:
        return []
    counted = "in flight counted" if queue.in_flight_counted else "in flight not counted"
    tasks = "task" if queue.target_per_worker == 1 else "tasks"
    return [
        f"{queue.scaled_by} on {queue.type}: {queue.target_per_worker} {tasks} per worker, {counted}",
        f"{queue.grace_s} s to end, given to another worker after {queue.visibility_timeout_s} s",
    ]


def routing_texts(routing: Routing | None) -> list[str]:
    """Say where requests go that share a prefix, in words; nothing where they are spread evenly."""
    if routing is None:
        return []
    picker, shared = f"{routing.endpoint_picker}:{routing.port}", figure(routing.shared_prefix_tokens)
    return [f"prompts that share {shared} tokens go to replicas that hold them, picked by {picker}"]


def cache_texts(cache: CacheFigures | None) -> list[str]:
    """Say what keeps answers, and what it spares: `2 × cache.m7g.large keep answers (18% hits), …`."""
    if cache is None:
        return []
    nodes = f"{cache.shards * cache.nodes_per_shard} × {cache.node_type}"
    spared = f"{cache.spares_replicas} replica{'' if cache.spares_replicas == 1 else 's'}"
    texts = [f"{nodes} keep answers for {usd(cache.usd_per_month)} a month, {cache.hit:.3g} of requests hit"]
    if cache.serverless_usd_per_month is not None:
        texts.append(f"serverless would take {usd(cache.serverless_usd_per_month)} for the data alone")
    if cache.saves_usd_per_month is not None:
        saved = usd(cache.saves_usd_per_month.removeprefix("-"))
        less = "more" if cache.saves_usd_per_month.startswith("-") else "less"
        texts.append(f"a warm cache spares {spared}: {saved} {less} expected than without it")
    return texts


_METRICS = ("ttft", "tpot", "e2e")
"""Latencies in the order in which a request meets them; others come after."""


def latency_texts(plan: Plan) -> list[str]:
    """Write every latency of a plan, in the order in which a request meets them."""

    def place(key: str) -> int:
        metric = key.partition("_")[0]
        return _METRICS.index(metric) if metric in _METRICS else len(_METRICS)

    return [latency_text(key, plan.latency[key]) for key in sorted(plan.latency, key=place)]


def failures(row: CandidateRow) -> str:
    """All limits that a candidate fails, in one line."""
    return "; ".join(reason.message for reason in row.reasons)


def clusters(answers: "Sequence[Plan | Refusal | RunAnswer]") -> str:
    """Say on which clusters plans run: one in each region."""
    chosen = (getattr(answer, "chosen", None) for answer in answers)
    regions = sorted({each.region for each in chosen if each is not None})
    return "on one cluster" if len(regions) == 1 else f"on {len(regions)} clusters ({', '.join(regions)})"


def served_text(chosen: Chosen) -> str:
    """Say what the engine loads and how long a request may be; empty for a service of its owner's."""
    parts = [f"loads {chosen.weights}"] if chosen.weights else []
    if chosen.quantization and chosen.weights:
        parts[0] += f" ({chosen.quantization})"
    if chosen.max_tokens:
        parts.append(f"requests of up to {chosen.max_tokens:,} tokens")
    return ", ".join(parts)


def assumption_text(item: Assumption) -> str:
    """`cold start 125 s`; the name alone where the value cannot be told apart."""
    value = "" if item.value is None else figure(item.value)
    unit = item.unit or ""
    if item.value == 1 and unit.isalpha():
        unit = unit.removesuffix("s")
    return " ".join(part for part in (item.name, value, unit) if part)


def nearest_misses(answer: "Plan | Refusal | RunAnswer", accelerators: Accelerators) -> list[Miss]:
    """For each accelerator without a candidate that holds, the one that fails least, and those alike."""
    nearest = misses(answer.candidates, accelerators, own_image=answer.traits.own_image)
    apart = [Miss(name, _short(row), failures(row)) for name, row in nearest.rows]
    alike = [
        Miss(f"{len(each.names)} others", "", f"{each.limit.alike}: {', '.join(each.names)}")
        for each in nearest.alike
    ]
    return apart + alike


def _short(row: CandidateRow) -> str:
    parts = [
        row.instance_type,
        f"× {row.nodes}" if row.nodes else "",
        f"tp{row.tensor_parallel}" if row.tensor_parallel else "",
        row.variant or "",
        row.precision or "",
    ]
    return " ".join([part for part in parts if part] + [row.capacity])


def counts(rows: Sequence[CandidateRow]) -> str:
    """`412 candidates: 1 chosen, 40 dominated, 371 rejected`."""
    dominated = sum(row.verdict == "dominated" for row in rows)
    rejected = sum(row.verdict == "rejected" for row in rows)
    chosen = len(rows) - dominated - rejected
    return f"{len(rows)} candidates: {chosen} chosen, {dominated} dominated, {rejected} rejected"
