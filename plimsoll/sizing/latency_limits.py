"""Latency limits of a spec are held at a quantile of what would be measured: the estimate, or worse."""

import math
from collections.abc import Mapping

from plimsoll.ground.start_up import record
from plimsoll.sizing.traffic import Z
from plimsoll.spec import defaults
from plimsoll.spec.workload import Workload

_HOLDS = ("tpot", "latency")
"""Metrics of how long a request holds its place in a batch; work has an interval of one of the two."""

Interval = tuple[float, float]
"""The 10th and 90th percentile of measured ÷ estimated."""

HIGH = 0.9
"""The quantile at which an interval ends."""

AS_ESTIMATED: Interval = (1.0, 1.0)
"""The interval of what has none."""


@record
class LatencyLimits:
    """Limits in seconds by key without unit (`ttft_p95`), and the quantile at which they are held."""

    seconds: Mapping[str, float]
    confidence: float = defaults.CONFIDENCE

    def at_estimates(self, intervals: Mapping[str, Interval]) -> Mapping[str, float]:
        """Say what the estimates may reach, so that the quantile holds each limit; by key, seconds."""
        if self.confidence == defaults.CONFIDENCE:
            return self.seconds
        return {key: limit / margin(intervals, key, self.confidence) for key, limit in self.seconds.items()}

    def slower(self, intervals: Mapping[str, Interval]) -> float:
        """Say how many times as long as estimated a request holds its place at the quantile.

        By Little's law so many times more requests are then in flight at one rate: a replica that may run no
        more of them at once carries a rate as much lower. Without limits nothing is held: 1.
        """
        if not self.seconds:
            return 1.0
        return max(margin(intervals, metric, self.confidence) for metric in _HOLDS)


def latency_limits(workload: Workload) -> LatencyLimits:
    """Read the limits and the confidence of a spec."""
    limits_ms, sla = workload.sla.latency_limits(), workload.sla
    seconds = {key.removesuffix("_ms"): value / 1000 for key, value in limits_ms.items()}
    return LatencyLimits(seconds, sla.confidence)


def margin(intervals: Mapping[str, Interval], key: str, confidence: float) -> float:
    """Divide a quantile of what would be measured by the estimate, of a latency by its key (`ttft_p95`).

    Measured ÷ estimated is lognormal about one, so its quantile is high^(z ÷ z(0.9)), and `high` at 0.9.
    """
    if confidence == defaults.CONFIDENCE:
        return 1.0
    _, high = intervals.get(key.partition("_")[0], AS_ESTIMATED)
    return math.exp(math.log(high) * _score(confidence) / _score(HIGH))


def _score(quantile: float) -> float:
    """Standard normal score of a quantile."""
    if quantile == HIGH:
        return Z["p90"]
    from statistics import NormalDist  # start-up: few specs ask for another quantile

    return NormalDist().inv_cdf(quantile)
