"""Ways to serve a workload on an accelerator, whatever the instance around it: memory, speed, limits.

A way is tensor parallelism × precision on one accelerator and interconnect. It knows the most load
one replica carries within every latency limit, or every limit that even an idle replica breaks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from plimsoll.catalog.facts import Accelerator, InstanceType
from plimsoll.engines.precision import precision_problem
from plimsoll.ground.assumption import Assumption
from plimsoll.sizing.estimates import Estimate, MemoryGib
from plimsoll.sizing.limits import HOST, LATENCIES, NO_SPEED, PRECISION, Reason
from plimsoll.sizing.nodes import PodShape
from plimsoll.sizing.replica import Replica, greatest_batch
from plimsoll.spec.workload import Workload


@dataclass(frozen=True, eq=False, slots=True)
class Way:
    """One way. `batch`, `qps` and `in_flight` are the most one replica carries; None / 0 if none.

    `in_flight` is worked out only for a load that is given in requests in flight.

    `interval` holds the 10th and 90th percentile of measured ÷ estimated per metric (`tpot`).
    """

    accelerator: str | None
    accelerators: int
    tensor_parallel: int | None
    precision: str | None
    pod: PodShape
    reasons: tuple[Reason, ...]
    replica: Replica | None = None
    batch: float | None = None
    qps: float = 0.0
    in_flight: float = 0.0
    weights_bytes: int = 0
    measured: bool = False
    memory: MemoryGib | None = None
    kv_bytes_per_token: int | None = None
    max_model_len_tok: int | None = None
    max_num_seqs: int | None = None
    gpu_memory_utilization: float | None = None
    interval: Mapping[str, tuple[float, float]] | None = None
    assumptions: tuple[Assumption, ...] = ()


class Ways(Protocol):
    """All ways of one workload, by instance type."""

    def concerns(self, instance: InstanceType) -> bool:
        """Whether the instance type is a candidate at all."""
        ...

    def on(self, instance: InstanceType) -> Sequence[Way]:
        """The ways to try on an instance type; the same objects for the same hardware."""
        ...

    def adapted(self, workload: Workload) -> "Ways":
        """The ways of the same model and load under a changed spec, reusing what does not change."""
        ...


def latency_limits_s(workload: Workload) -> dict[str, float]:
    """The spec's latency limits in seconds, by key without unit (`ttft_p95`)."""
    return {key.removesuffix("_ms"): value / 1000 for key, value in workload.sla.latency_limits().items()}


def most_load(replica: Replica, limits_s: Mapping[str, float]) -> tuple[float | None, tuple[Reason, ...]]:
    """The largest batch within the limits, or a reason for every limit that an idle replica breaks."""
    batch = greatest_batch(replica, limits_s)
    if batch is not None:
        return batch, ()
    return None, tuple(_broken(replica, limits_s))


def _broken(replica: Replica, limits_s: Mapping[str, float]) -> Iterator[Reason]:
    keys = list(limits_s)
    for key, value in zip(keys, replica.latencies_s(0.0, keys), strict=True):
        if value <= limits_s[key]:
            continue
        limit_ms, value_ms = limits_s[key] * 1000, value * 1000
        metric, _, statistic = key.partition("_")
        yield LATENCIES[metric].broken(
            f"{metric.upper() if metric != 'latency' else 'latency'} {statistic} is {_ms(value_ms)} even "
            f"with one request at a time; the limit is {_ms(limit_ms)}",
            limit_ms,
            value_ms,
        )


def wanted_precisions(workload: Workload, otherwise: str) -> tuple[str, ...]:
    """The precisions to try, in the order of preference: the spec's, the pinned one, or the model's own."""
    if workload.precision is not None:
        return workload.precision
    return (workload.pin.precision or otherwise,)


def platform_reasons(accelerator: Accelerator, precision: str) -> Iterator[Reason]:
    """Why the serving image, or its kernels for a precision, do not run on an accelerator."""
    if not accelerator.cuda:
        message = f"the serving image runs on CUDA; {accelerator.name} is not a CUDA device"
        yield HOST.broken(message, "CUDA", accelerator.name)
    elif problem := precision_problem(accelerator, precision):
        yield PRECISION.broken(problem, None, precision)


def speed_unknown(accelerator: Accelerator) -> Reason:
    """The reason of an accelerator whose data sheet gives no rates."""
    message = f"no data-sheet rates for {accelerator.name}: no speed known"
    return NO_SPEED.broken(message)


def _ms(value: float) -> str:
    """Milliseconds for a message: four significant digits, whole from a thousand up."""
    return f"{value:,.0f} ms" if value >= 1000 else f"{value:.4g} ms"


def estimates(way: Way, batch: float, keys: Sequence[str]) -> dict[str, Estimate]:
    """Latency in milliseconds with its interval, by spec key (`ttft_p95_ms`)."""
    if way.replica is None:
        return {}
    found: dict[str, Estimate] = {}
    for key, seconds in zip(keys, way.replica.latencies_s(batch, keys), strict=True):
        value = seconds * 1000
        low, high = (way.interval or {}).get(key.partition("_")[0], (1.0, 1.0))
        found[f"{key}_ms"] = Estimate(value, value * low, value * high)
    return found
