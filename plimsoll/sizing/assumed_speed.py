"""What was assumed of the speed of a model that generates, and how sure that makes its latencies."""

from collections.abc import Iterator

from plimsoll.engines.base import AdapterSlots
from plimsoll.engines.benchmarked import REFERENCE, floods
from plimsoll.ground.assumption import Assumption
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.latency_limits import Interval
from plimsoll.sizing.memory.placement import Placement
from plimsoll.sizing.traffic import Traffic
from plimsoll.spec.engine import Engine
from plimsoll.speed import StepModel
from plimsoll.speed.evidence import Sought
from plimsoll.speed.facts import SpeedFacts
from plimsoll.speed.measured_range import LONGEST_TOK, MOST_SHARDS

_INTERVALS = (("ttft", "ttft_load"), ("tpot", "tpot"), ("e2e", "e2e"))
"""Each latency, and the kind of residuals that its interval comes from."""


def assumed_speed(
    step: StepModel, adapters: AdapterSlots | None, speed: SpeedFacts, engine: Engine
) -> Iterator[Assumption]:
    """Yield what stands in for measurements of adapters, of floods of prompts, of an engine, of a card."""
    if adapters is not None:
        source = "every step reads all of them; what their kernels cost beside was not measured"
        yield Assumption("adapters in use at once", adapters.count, None, source)
    if floods(engine.name, engine.version):
        source = f"reports of {engine.name} {engine.version} and before, from one user only"
        yield Assumption("reading prompts where more wait", step.flood, "times as long", source)
    if not speed.measured(engine.name):
        source = f"{engine.name} was not measured: it is taken for vLLM's like, with a wider interval"
        yield Assumption("speed of the engine", REFERENCE, None, source)
    if step.basis == "extrapolated":
        source = "no measured point on this accelerator: its generation's efficiency"
        yield Assumption("speed basis", "extrapolated", None, source)


def assumed_sureness(
    speed: SpeedFacts, architecture: Architecture, placement: Placement, engine: str, traffic: Traffic
) -> dict[str, Interval]:
    """Say how far each latency may lie from its estimate, by what of it was measured."""
    mixture, part = architecture.experts is not None, placement.accelerator.name
    farther = _farther(architecture, placement, traffic) + speed.strange(placement.accelerator)
    less, more = 1.0, 1.0
    if placement.stages > 1:
        from plimsoll.sizing.pipeline import UNSURE  # start-up: few replicas span nodes

        less, more = UNSURE
    found = {
        metric: speed.evidence.interval(Sought(kind, architecture.name, part, engine, mixture, farther))
        for metric, kind in _INTERVALS
    }
    return {metric: (low * less, high * more) for metric, (low, high) in found.items()}


def _farther(architecture: Architecture, placement: Placement, traffic: Traffic) -> int:
    """Count what else lies outside the points: a shape that was assumed, more ranks, longer requests."""
    longest = max(traffic.input_tok.mean, traffic.output_tok.mean)
    split = placement.tensor_parallel > MOST_SHARDS
    return bool(architecture.assumed) + split + (longest > LONGEST_TOK)
