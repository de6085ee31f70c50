"""Evidence says how far an estimate lies from what was measured, and so how wide its interval is.

One rule holds for all work but training, six numbers: a half-width by distance, in logarithms, wider by one
factor for mixtures of experts and for first tokens under load, narrower by one for the tokens of a request
that is alone, which are bytes over bandwidth. Values and what is seen come from
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

WHOLE = ("forward", "forward_rate", "forward_server")
"""Metrics of whole requests: the reference engine stands for no engine of theirs."""


def batches(engine: str) -> str:
    """Name an engine of whole requests where the time of a batch was measured.

    Rates at full load say nothing of launches, so they are no evidence of it.
    """
    return f"{engine}: batches"


@record
class Sought:
    """An estimate is sought for a model on an accelerator under an engine.

    `metric` is a kind of `plimsoll.speed.accuracy.answer.interval_kind`. `farther` counts what else
    was assumed: each step takes the next wider distance. `alone`: the tokens of one request at a time.
    """

    metric: str
    model: str
    accelerator: str
    engine: str
    mixture: bool = False
    farther: int = 0
    alone: bool = False


@record
class Evidence:
    """`seen` lists what was measured: models by accelerator and engine. `spread` is ln(high / estimate).

    `crowded` widens it for mixtures of experts and for first tokens under load, `alone` narrows it.
    """

    seen: Mapping[str, Mapping[str, tuple[str, ...]]]
    spread: Mapping[str, float]
    crowded: float
    alone: float

    def distance(self, sought: Sought) -> Distance:
        """How far what is sought lies from what was measured."""
        known = any(sought.engine in engines for engines in self.seen.values())
        if not known and sought.metric in WHOLE:
            return DISTANCES[-1]
        near = self._nearest(sought, sought.engine if known else REFERENCE)
        away = DISTANCES.index(near) + sought.farther + (not known)
        return DISTANCES[min(away, len(DISTANCES) - 1)]

    def interval(self, sought: Sought) -> tuple[float, float]:
        """Measured ÷ estimated at 10 and 90 %."""
        half = self.spread[self.distance(sought)]
        half *= self.factor(sought)
        return math.exp(-half), math.exp(half)

    def factor(self, sought: Sought) -> float:
        """How much wider than its distance's the interval of what is sought is."""
        crowd = self.crowded if sought.mixture or sought.metric in QUEUED else 1.0
        return crowd * (self.alone if sought.alone else 1.0)

    def _nearest(self, sought: Sought, engine: str) -> Distance:
        models = self.seen.get(sought.accelerator, {}).get(engine)
        if models is None:
            return "engine" if any(engine in engines for engines in self.seen.values()) else "sheet"
        return "seen" if sought.model in models else "accelerator"


def evidence_from(document: Mapping[str, Any]) -> Evidence:
    """Read the evidence from its part of the data file."""
    return Evidence(
        seen=document["seen"], spread=document["spread"], crowded=document["crowded"], alone=document["alone"]
    )
