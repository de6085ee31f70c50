"""The half-widths of intervals by distance from evidence, from residuals of groups that were left out.

No residual of the fit is used. Every group weighs the same: a configuration's rows count for its model, and
a model or an accelerator that was left out counts once for each distance that it then has.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from plimsoll.speed.evidence import DISTANCES, Distance, Evidence
from speed_fit.left_out import Seen, Unseen

INSIDE = 0.8
CROWDED = 1.2
"""Wider for mixtures and queued first tokens. Chosen among 1, 1.2, 1.35 and 1.5 so that the subset with
the least coverage has the most."""

ALONE = 0.7
"""Narrower for the tokens of a request that is alone. Chosen among 0.5, 0.6, 0.7 and 1 so that no subset
holds more than 95 % and no distance more than 90, and the subset with the least coverage the most."""

Spread = Mapping[Distance, float]


def evidence(left: Sequence[Unseen], known: Seen) -> dict[str, Any]:
    """Everything that a plan needs to know about evidence, as the data file holds it."""
    return {"seen": known, "spread": spread(left), "crowded": CROWDED, "alone": ALONE}


def spread(left: Sequence[Unseen]) -> dict[Distance, float]:
    """The half-width of each distance, three digits; a farther one is never narrower."""
    found = [_width([each for each in left if each.distance == distance]) for distance in DISTANCES]
    return dict(zip(DISTANCES, accumulate(map(_figure, found), max), strict=True))


def factor(each: Unseen) -> float:
    """How much wider than its distance's the interval of a row is."""
    return _RULE.factor(each.sought)


_RULE = Evidence(seen={}, spread=dict.fromkeys(DISTANCES, 0.0), crowded=CROWDED, alone=ALONE)


def quantile(values: Sequence[float], groups: Sequence[object]) -> float:
    """The value below which four of five lie, every group weighing the same."""
    order, rows = np.argsort(values, kind="stable"), Counter(groups)
    reached = np.cumsum([1 / rows[groups[int(place)]] for place in order]) / len(rows)
    return float(values[int(order[min(int(np.searchsorted(reached, INSIDE)), len(order) - 1)])])


def _width(own: Sequence[Unseen]) -> float:
    if not own:
        return 0.0
    return quantile([abs(each.off) / factor(each) for each in own], [(each.out, each.group) for each in own])


def _figure(value: float) -> float:
    return float(f"{value:.3g}")
