"""A histogram of Prometheus is counts below edges; its percentile lies in one bucket, between two edges."""

import math
from collections.abc import Mapping
from itertools import pairwise
from statistics import NormalDist

from plimsoll.ground.start_up import record


@record
class Histogram:
    """Observations at or below each edge, their number and their sum.

    `edges` ends with infinity. The sum is exact, whatever the edges are.
    """

    edges: tuple[float, ...]
    counts: tuple[float, ...]
    total: float

    @property
    def count(self) -> float:
        """All observations."""
        return self.counts[-1] if self.counts else 0.0

    @property
    def mean(self) -> float | None:
        """Sum ÷ number; None of none."""
        return self.total / self.count if self.count > 0 else None

    def quantile(self, share: float) -> float | None:
        """The value below which a share lies, in its bucket on a straight line of normal probability paper.

        The paper has the logarithm of the value on one side and the normal score of the share on the other: a
        lognormal law is a line there, and buckets widen as the law thins out. Beyond the last edge it is that
        edge: what a histogram knows. None of no observation.
        """
        if self.count <= 0:
            return None
        wanted = share * self.count
        at = next(index for index, count in enumerate(self.counts) if count >= wanted)
        if math.isinf(self.edges[at]):
            return self.edges[at - 1] if at else None
        high, low = self.edges[at], self.edges[at - 1] if at else 0.0
        low = low if low > 0 else high / 2
        below = self.counts[at - 1] if at else 0.0
        first, last = self._score(below), self._score(self.counts[at])
        within = (self._score(wanted) - first) / (last - first) if last > first else 1.0
        return low * (high / low) ** min(max(within, 0.0), 1.0)

    def _score(self, below: float) -> float:
        """The normal score of a share; none and all are taken for half an observation less or more."""
        half = min(0.5 / self.count, 0.25)
        return NormalDist().inv_cdf(min(max(below / self.count, half), 1 - half))

    def share_below(self, limit: float) -> tuple[float, float] | None:
        """The share at or below the last edge that does not exceed a limit, and that edge; None of none."""
        held = [index for index, edge in enumerate(self.edges) if edge <= limit]
        if not held or self.count <= 0:
            return None
        return self.counts[held[-1]] / self.count, self.edges[held[-1]]


def histogram_of(below: Mapping[float, float], total: float) -> Histogram | None:
    """Put counts below edges in order; None where there is none, or one falls as its edge rises."""
    edges = tuple(sorted(below))
    counts = tuple(below[edge] for edge in edges)
    if not edges or any(after < before - 1e-6 * max(before, 1.0) for before, after in pairwise(counts)):
        return None
    if not math.isinf(edges[-1]):
        edges, counts = (*edges, math.inf), (*counts, counts[-1])
    return Histogram(edges, counts, total)
