"""Two baselines must be beaten by any model of speed.

The hard roofline (data-sheet peaks, no overhead, perfect scaling), and the same with one fitted table:
the median efficiency per accelerator and metric, fitted on the very rows it is scored on.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

from plimsoll.speed.accuracy.answer import predict
from plimsoll.speed.accuracy.points import Point, RowError
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.facts import Device, EngineEfficiency, Link, PrecisionEfficiency, SpeedFacts
from plimsoll.speed.training.facts import TrainingFacts

_PERFECT = Device(
    bandwidth=1.0, compute=1.0, host=0.0, crowd=0.0, link=1.0, batch=1.0, vision=1.0, dequant=1.0, points=0
)
_BARE = EngineEfficiency(
    step_s=0.0, layer_s=0.0, sequence_s=0.0, request_s=0.0, token_s=0.0, prefill_layer_s=0.0,
    bandwidth=1.0, compute=1.0, kv=1.0, attention=1.0, mixed=1.0, moe=1.0, reduce=0.0,
    activation=0.0, burst=0.0, flood=1.0, route_s=0.0, overlap=1.0,
)  # fmt: skip
_SHARP = 64.0
"""Exponent at which the rounded roofline is the roofline."""


class _Everything(dict[str, float]):
    """Every task constant is 1."""

    def get(self, key: str, default: float | None = None) -> float:  # type: ignore[override]
        """One, whatever the key."""
        del key, default
        return 1.0

    def __missing__(self, key: str) -> float:
        return 1.0


def roofline(world: World) -> World:
    """The same facts about models and accelerators, with nothing fitted."""
    facts = world.facts
    perfect = SpeedFacts(
        devices={},
        classes={"other": _PERFECT},
        precisions={name: PrecisionEfficiency(1.0, 1.0) for name in facts.precisions},
        links={name: Link(0.0, 1e6) for name in facts.links},
        engines=dict.fromkeys(facts.engines, _BARE),
        blend=_SHARP,
        evidence=facts.evidence,
        tasks=_Everything(),
        fitted=0,
    )
    return World(world.catalog, perfect, _perfect(world.training))


_NOTHING_LOST = {
    "fp8": 2.0, "fp8.tuned": 2.0, "fp4": 2.0, "expanded_per_s": math.inf,
    **dict.fromkeys(("passes.eager", "passes.fused", "launch_tok", "step_bytes", "offload_s"), 0.0),
    **dict.fromkeys(("exposed", "gathers_exposed", "exchange.node", "exchange.rack"), 0.0),
}  # fmt: skip
"""Constants of training where products run at their peak and nothing else takes time."""


def _perfect(training: TrainingFacts) -> TrainingFacts:
    constants = {
        name: replace(constant, value=_NOTHING_LOST.get(name, 1.0))
        for name, constant in training.constants.items()
    }
    return TrainingFacts(constants, dict.fromkeys(training.intervals, (1.0, 1.0)))


def bounds(points: Mapping[str, Point] | list[Point], world: World) -> list[float | None]:
    """The roofline's prediction of every point, None where it has none."""
    ideal = roofline(world)
    found: list[float | None] = []
    for point in points if isinstance(points, list) else points.values():
        try:
            found.append(predict(point.question, ideal) if point.question else None)
        except RowError:
            found.append(None)
    return found
