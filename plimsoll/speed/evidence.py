"""Evidence says how far an estimate lies from what was measured, and so how wide its interval is.

One rule holds for all work but training: a half-width by distance, in logarithms, wider by one factor for
mixtures of experts and for first tokens under load. Values and what is seen come from
`plimsoll/catalog/data/speed/constants.json`; `speed_fit/distances.py` calibrates them on groups left out.
"""

import math
from collections.abc import Mapping
from typing import Any, Literal

from plimsoll.engines.benchmarked import REFERENCE
from plimsoll.ground.start_up import record

Distance = Literal["seen", "accelerator", "engine", "sheet"]

DISTANCES: tuple[Distance, ...] = ("seen", "accelerator", "engine", "sheet")
"""From near to far: model, accelerator and engine were measured together; the accelerator with this
engine, and another model; the engine elsewhere only; nothing but the data sheet."""

QUEUED = ("ttft_load",)
"""Metrics that are mostly queueing."""


@record
class Sought:
    """An estimate is sought for a model on an accelerator under an engine.

    `metric` is a kind of `plimsoll.speed.accuracy.answer.interval_kind`. `farther` counts what else
    was assumed: each step takes the next wider distance.
    """

    metric: str
    model: str
    accelerator: str
    engine: str
    mixture: bool = False
    farther: int = 0


@record
class Evidence:
    """`seen` lists what was measured: models by accelerator and engine. `spread` is ln(high / estimate).

    `crowded` widens it for mixtures of experts and for first tokens under load.
    """

    seen: Mapping[str, Mapping[str, tuple[str, ...]]]
    spread: Mapping[str, float]
    crowded: float

    def distance(self, sought: Sought) -> Distance:
        """How far what is sought lies from what was measured."""
        known = any(sought.engine in engines for engines in self.seen.values())
        near = self._nearest(sought, sought.engine if known else REFERENCE)
        away = DISTANCES.index(near) + sought.farther + (not known)
        return DISTANCES[min(away, len(DISTANCES) - 1)]

    def interval(self, sought: Sought) -> tuple[float, float]:
        """Measured ÷ estimated at 10 and 90 %."""
        half = self.spread[self.distance(sought)]
        half *= self.crowded if sought.mixture or sought.metric in QUEUED else 1.0
        return math.exp(-half), math.exp(half)

    def _nearest(self, sought: Sought, engine: str) -> Distance:
        models = self.seen.get(sought.accelerator, {}).get(engine)
        if models is None:
            return "engine" if any(engine in engines for engines in self.seen.values()) else "sheet"
        return "seen" if sought.model in models else "accelerator"


def evidence_from(document: Mapping[str, Any]) -> Evidence:
    """Read the evidence from its part of the data file."""
    return Evidence(seen=document["seen"], spread=document["spread"], crowded=document["crowded"])
