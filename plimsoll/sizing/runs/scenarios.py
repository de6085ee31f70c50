"""Scenarios of interruptions: so many runs, spread evenly over what may happen, and no random number.

How long a spot node stays follows a Weibull distribution of shape 0.5 around its mean: real traces have a
heavy tail (SkyPilot's spot traces of 2022-23, AWS V100: up 0.7 to 10.4 hours on average, median 0.3 to 1.4;
the median of this shape is 0.24 of its mean). After an interruption spot is refused for 0.8 to 3.6 hours
(down times of the same traces). Nodes of a gang go together there, so a gang has one clock.
"""

from collections.abc import Iterator
from functools import cache
from math import log

POINTS = 251
"""Scenarios of a run; a prime, so that each dimension below puts the same 251 shares in another order."""

GENERATOR = 44
"""Dimension j gives scenario i the share (i · 44^j mod 251) ÷ 251: a lattice (N. M. Korobov, 1959). Of all
generators of the whole group its shortest vectors in two to five dimensions are the longest."""

SHIFT = 0.6180339887498949
"""Each dimension is turned by this much more than the one before (Cranley and Patterson, 1976), so that no
scenario has only short stays."""

REFUSALS_FROM = 64
"""Dimension from which refusals take their shares; stays take those before."""

REFUSED_FROM_H, REFUSED_TO_H = 0.8, 3.6

GRANT_MOST_H = 0.5
"""Hours until an on-demand node is granted, at most: 0 to 30 minutes."""


def shares(scenario: int, first: int) -> Iterator[float]:
    """Walk the shares, from 0 to below 1, of one scenario, dimension by dimension."""
    at, turn = scenario * pow(GENERATOR, first, POINTS) % POINTS, (first + 1) * SHIFT
    while True:
        yield (at / POINTS + turn) % 1
        at, turn = at * GENERATOR % POINTS, turn + SHIFT


def all_scenarios() -> range:
    """Number the scenarios."""
    return range(POINTS)


@cache
def stays(scenario: int, count: int) -> tuple[float, ...]:
    """How long spot nodes stay in one scenario, one after another, in means."""
    walk = shares(scenario, 0)
    return tuple(0.5 * log(1 / (1 - next(walk))) ** 2 for _ in range(count))


@cache
def refusals_h(scenario: int, count: int) -> tuple[float, ...]:
    """How long spot is refused in one scenario after each interruption, hours."""
    walk = shares(scenario, REFUSALS_FROM)
    return tuple(REFUSED_FROM_H + (REFUSED_TO_H - REFUSED_FROM_H) * next(walk) for _ in range(count))
