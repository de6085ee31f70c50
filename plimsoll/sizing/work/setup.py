"""A setup is one way to run work on an accelerator, whatever the instance around it: memory, speed, limits.

A setup is tensor parallelism × precision on one accelerator and interconnect. It knows the most load one
replica carries within every latency limit, or every limit that even an idle replica breaks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Annotated

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.base import EngineSettings, ServingEngine
from plimsoll.engines.precision import precision_problem
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.sizing.latency_limits import AS_ESTIMATED, Interval, LatencyLimits, margin
from plimsoll.sizing.limits import HOST, LATENCIES, NO_SPEED, PRECISION, Reason
from plimsoll.sizing.memory.fit import MemoryGib
from plimsoll.sizing.memory.weights import weight_bytes
from plimsoll.sizing.nodes import PodShape
from plimsoll.sizing.replica import Replica, greatest_batch
from plimsoll.sizing.served_weights import ServedWeights
from plimsoll.spec.workload import Workload

if TYPE_CHECKING:  # start-up: only a plan with a calibration file has one
    from plimsoll.calibration.calibration import OwnSpeed

LEAST_IN_FLIGHT = 1e-9
"""Stands in for no requests in flight, by which a load given in requests in flight is divided."""


@record
class Estimate:
    """An estimate with the 10th and 90th percentile of what would be measured."""

    estimate: Annotated[float, "Expected value; limits are judged on it, or at sla.confidence above it."]
    low: Annotated[float, "10th percentile of what would be measured."]
    high: Annotated[float, "90th percentile of what would be measured."]


@record
class LoadedReplica:
    """One replica at the most load that it may carry: `batch` running, `qps` requests per second.

    Where latencies are held at a confidence, `qps` is what it serves when work takes as long as that says.
    """

    replica: Replica
    batch: float
    qps: float

    @classmethod
    def at(cls, replica: Replica, batch: float, slower: float = 1.0) -> "LoadedReplica":
        """Load a replica with a batch; work may take `slower` times as long as estimated."""
        return cls(replica, batch, replica.qps_of(batch) / slower)

    @property
    def in_flight(self) -> float:
        """Requests in flight, waiting ones included."""
        return max(self.replica.in_flight(self.batch), LEAST_IN_FLIGHT)


@record
class Setup:
    """One setup. `loaded` is None where no replica runs, or where even an idle one breaks a limit.

    `interval` is that of each latency metric (`tpot`), `least_s` what the data sheet allows it at best.
    `own_image` marks work whose owner brings the image; `settings` is what the engine is told, for engines
    that are told anything; `weights` is what it loads, and `weights_bytes` the size of that as it is stored.
    `max_tokens` is the longest request that is accepted; `stages` are the nodes of one replica, and
    `stage_layers` the layers of each. `own` is what its owner measured of it. `variant` names the measurement
    that it runs, `place` is that one's place in the spec, `start_s` how long a started container takes, if
    told.
    """

    __eq__, __hash__ = object.__eq__, object.__hash__

    accelerator: str | None
    accelerators: int
    tensor_parallel: int | None
    precision: str | None
    pod: PodShape
    reasons: tuple[Reason, ...]
    loaded: LoadedReplica | None
    interval: Mapping[str, Interval]
    least_s: Mapping[str, float] = field(default_factory=dict[str, float])
    weights_bytes: int = 0
    weights: ServedWeights | None = None
    own_image: bool = False
    memory: MemoryGib | None = None
    kv_bytes_per_token: int | None = None
    settings: EngineSettings | None = None
    max_tokens: int | None = None
    stages: int = 1
    stage_layers: tuple[int, ...] | None = None
    assumptions: tuple[Assumption, ...] = ()
    own: "OwnSpeed | None" = None
    variant: str | None = None
    place: int = 0
    start_s: float | None = None


def most_load(
    replica: Replica,
    limits: LatencyLimits,
    intervals: Mapping[str, Interval],
    *,
    runs: bool = True,
) -> tuple[LoadedReplica | None, tuple[Reason, ...]]:
    """Load a replica as far as the limits allow, or say every limit that even an idle one breaks.

    One that does not run (`runs`) carries nothing, and its limits are judged all the same.
    """
    batch = greatest_batch(replica, limits.at_estimates(intervals)) if runs else None
    if batch is not None:
        return LoadedReplica.at(replica, batch, limits.slower(intervals)), ()
    return None, tuple(_broken(replica, limits, intervals))


def _broken(replica: Replica, limits: LatencyLimits, intervals: Mapping[str, Interval]) -> Iterator[Reason]:
    keys = list(limits.seconds)
    for key, estimate in zip(keys, replica.latencies_s(0.0, keys), strict=True):
        limit_ms, estimate_ms = limits.seconds[key] * 1000, estimate * 1000
        value_ms = estimate_ms * margin(intervals, key, limits.confidence)
        if value_ms <= limit_ms:
            continue
        metric, _, statistic = key.partition("_")
        held = f" at sla.confidence {limits.confidence:g}, estimated {_ms(estimate_ms)},"
        yield LATENCIES[metric].broken(
            f"{metric.upper() if metric != 'latency' else 'latency'} {statistic} is {_ms(value_ms)}"
            f"{held if value_ms != estimate_ms else ''} even with one request at a time; the limit is "
            f"{_ms(limit_ms)}",
            limit_ms,
            value_ms,
        )


def _ms(value: float) -> str:
    """Write milliseconds for a message: four significant digits, whole from a thousand up."""
    return f"{value:,.0f} ms" if value >= 1000 else f"{value:.4g} ms"


def wanted_precisions(workload: Workload, otherwise: str) -> tuple[str, ...]:
    """List the precisions to try, in the order of preference: the spec's, the pinned one, or `otherwise`."""
    if workload.precision is not None:
        return workload.precision
    return (workload.pin.precision or otherwise,)


def weights_reasons(weights: ServedWeights, precision: str) -> Iterator[Reason]:
    """Yield that there is nothing to load in a precision."""
    if weights.problem:
        yield PRECISION.broken(weights.problem, None, precision)


def stored_bytes(weights: ServedWeights, precision: str) -> int:
    """Size what is downloaded: plain weights where the engine quantises them itself."""
    held = weights.architecture.native_precision if weights.made_at_load else precision
    return weight_bytes(weights.architecture, held)


def platform_reasons(accelerator: Accelerator, precision: str) -> Iterator[Reason]:
    """Yield why the serving image, or its kernels for a precision, do not run on an accelerator."""
    if not accelerator.cuda:
        message = f"the serving image runs on CUDA; {accelerator.name} is not a CUDA device"
        yield HOST.broken(message, "CUDA", accelerator.name)
    elif problem := precision_problem(accelerator, precision):
        yield PRECISION.broken(problem, None, precision)


def engine_reasons(
    engine: ServingEngine, accelerator: Accelerator, arch: str, precision: str
) -> Iterator[Reason]:
    """Yield that an engine does not serve a precision, or that nobody publishes its image for the host."""
    if precision not in engine.precisions:
        served = ", ".join(engine.precisions)
        yield PRECISION.broken(f"{engine.title} serves {served}, not {precision}", None, precision)
    if accelerator.cuda and (problem := engine.image_problem(accelerator, arch)):
        yield HOST.broken(problem, None, arch)


def has_rates(accelerator: Accelerator) -> bool:
    """Say whether the speed model can answer: an accelerator that runs CUDA, with rates on its data sheet."""
    return accelerator.cuda and bool(accelerator.flops) and bool(accelerator.bandwidth)


def speed_reasons(accelerator: Accelerator) -> Iterator[Reason]:
    """Yield that a CUDA accelerator has no speed, where its data sheet gives no rates."""
    if accelerator.cuda and not has_rates(accelerator):
        yield NO_SPEED.broken(f"no data-sheet rates for {accelerator.name}: no speed known")


def estimates(setup: Setup, batch: float, keys: Sequence[str]) -> dict[str, Estimate]:
    """Estimate latencies in milliseconds with their intervals, by spec key (`ttft_p95_ms`)."""
    if setup.loaded is None:
        return {}
    seconds = setup.loaded.replica.latencies_s(batch, keys)
    return {f"{key}_ms": _estimate(setup, key, each) for key, each in zip(keys, seconds, strict=True)}


def _estimate(setup: Setup, key: str, seconds: float) -> Estimate:
    low, high = setup.interval.get(key.partition("_")[0], AS_ESTIMATED)
    value, least = seconds * 1000, setup.least_s.get(key.partition("_")[0], 0.0) * 1000
    return Estimate(value, max(value * low, min(least, value)), value * high)
