"""A histogram of Prometheus is counts below edges; its percentile lies in one bucket, between two edges."""

import math
from collections.abc import Mapping, Sequence
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

    def smooth_quantiles(self, shares: Sequence[float]) -> list[float]:
        """The values below which rising shares lie, by the smoothest rising curve through the edges.

        Where two kinds of requests mix, no law holds from one bucket to the next: a bucket beside a fuller
        one leans towards it. Shares are a monotone cubic of the value's logarithm (Fritsch, Carlson 1980).
        """
        knots = [(math.log(edge), below / self.count) for edge, below in self._knots()]
        slopes = _slopes(knots)
        found, at = list[float](), 0
        for share in shares:
            while at < len(knots) - 2 and knots[at + 1][1] < share:
                at += 1
            found.append(math.exp(_at_height(knots[at : at + 2], slopes[at : at + 2], share)))
        return found

    def _knots(self) -> list[tuple[float, float]]:
        """Edges and what lies below them, from the last edge with nothing to the first with all."""
        finite = [
            (edge, count) for edge, count in zip(self.edges, self.counts, strict=True) if edge < math.inf
        ]
        first = next((at for at, (_, count) in enumerate(finite) if count > 0), 0)
        low = finite[first - 1] if first else (finite[0][0] / 2, 0.0)
        last = next((at for at, (_, count) in enumerate(finite) if count >= self.count), len(finite) - 1)
        beyond = [] if finite[last][1] >= self.count else [(finite[last][0] * 2, self.count)]
        return [low, *finite[first : last + 1], *beyond]

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


def _slopes(knots: Sequence[tuple[float, float]]) -> list[float]:
    """Slopes at knots of a curve that never falls: harmonic means of both sides, weighted by their widths."""
    widths = [after[0] - before[0] for before, after in pairwise(knots)]
    rises = [
        (after[1] - before[1]) / width for (before, after), width in zip(pairwise(knots), widths, strict=True)
    ]
    found = [rises[0]]
    for (wide, wider), (one, other) in zip(pairwise(widths), pairwise(rises), strict=True):
        left, right = 2 * wider + wide, wider + 2 * wide
        found.append((left + right) / (left / one + right / other) if one > 0 and other > 0 else 0.0)
    return [*found, 0.0]


def _at_height(knots: Sequence[tuple[float, float]], slopes: Sequence[float], share: float) -> float:
    """Find where a cubic between two knots reaches a height."""
    (left, low), (right, high) = knots
    width, one, other = right - left, slopes[0] * (right - left), slopes[1] * (right - left)
    near, far = 0.0, 1.0
    for _ in range(30):
        at = (near + far) / 2
        rest = 1 - at
        height = (
            low * rest**2 * (1 + 2 * at)
            + one * at * rest**2
            + high * at**2 * (3 - 2 * at)
            - other * at**2 * rest
        )
        near, far = (at, far) if height < share else (near, at)
    return left + width * (near + far) / 2
