"""Latencies of what was served become percentiles, each with its standard error."""

import math
from collections.abc import Iterator, Sequence

from plimsoll.ground.start_up import record
from plimsoll.simulation.servers.stream import Outcomes, Stream
from plimsoll.sizing.traffic import QUANTILES

BATCHES = 20
"""Pieces into which the measured requests are cut, in the order of arrival, for the standard error."""


@record
class Statistic:
    """A percentile in seconds, its standard error (what 20 stretches differ by, ÷ √20), of how many.

    Of no value there is no percentile, and of fewer than 20 no error: both are 0 then.
    """

    seconds: float
    error_s: float
    count: int

    @property
    def told_ms(self) -> tuple[float | None, float | None]:
        """The percentile and its error in milliseconds; None where there is none."""
        error = self.error_s * 1000 if self.count >= BATCHES else None
        return (self.seconds * 1000 if self.count else None), error


def values_of(metric: str, stream: Stream, outcomes: Outcomes, since: int = 0) -> list[float]:
    """List a latency of every request from the `since`-th on, in the order of arrival.

    TPOT is (last - first token) ÷ (answer tokens - 1), of answers of more than one token.
    """
    return list(_values(metric, stream, outcomes, since))


def _values(metric: str, stream: Stream, outcomes: Outcomes, since: int) -> Iterator[float]:
    times, done, first = stream.times, outcomes.done, outcomes.first
    served = (i for i in range(since, len(times)) if done[i] >= 0.0)
    if metric == "ttft":
        return (first[i] - times[i] for i in served)
    if metric == "wait":
        return (outcomes.began[i] - times[i] for i in served)
    if metric == "tpot":
        answers = stream.answers
        return ((done[i] - first[i]) / (answers[i] - 1) for i in served if answers[i] > 1)
    return (done[i] - times[i] for i in served)


def percentile(ordered: Sequence[float], share: float) -> float:
    """Take the value that a share of the sorted values stays below; 0 of none."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def statistics_of(metric: str, stream: Stream, outcomes: Outcomes, since: int) -> dict[str, Statistic]:
    """Work out a latency's mean and percentiles by key (`ttft_p95`), from the `since`-th request on."""
    values = values_of(metric, stream, outcomes, since)
    ordered, pieces = sorted(values), _pieces(values)
    count = len(values)
    mean = Statistic(_mean(values), _spread([_mean(piece) for piece in pieces]), count)
    return {f"{metric}_mean": mean} | {
        f"{metric}_{name}": Statistic(
            percentile(ordered, share), _spread([percentile(piece, share) for piece in pieces]), count
        )
        for name, share in QUANTILES.items()
    }


def _pieces(values: Sequence[float]) -> list[list[float]]:
    size = len(values) // BATCHES
    return [sorted(values[piece * size : (piece + 1) * size]) for piece in range(BATCHES if size else 0)]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0


def _spread(found: Sequence[float]) -> float:
    """Take what pieces differ by as the standard error of the whole: their spread ÷ √ their number."""
    if not found:
        return 0.0
    mean = _mean(found)
    squares = math.fsum((value - mean) * (value - mean) for value in found) / (len(found) - 1)
    return math.sqrt(squares / len(found))
