"""What was assumed of the speed of a model that generates, for plans to tell."""

from collections.abc import Iterator

from plimsoll.engines.base import AdapterSlots
from plimsoll.engines.benchmarked import REFERENCE, floods
from plimsoll.ground.assumption import Assumption
from plimsoll.spec.engine import Engine
from plimsoll.speed import StepModel
from plimsoll.speed.facts import SpeedFacts


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
