"""Rates of requests follow from their moments: five-minute windows, and the hours of a day or a week."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from plimsoll.ground.start_up import record

WINDOW_S = 300
PEAK_SHARE = 0.995
"""The rate to size for is what 99.5 % of windows stay below: one window of 200 may be a burst."""

HOUR_S, DAY_S = 3600, 86_400
_DAYS_FOR_A_DAY, _DAYS_FOR_A_WEEK = 2, 14
"""Days from which the 24 hours of a day, the 168 of a week, are seen twice each."""

_EPOCH_WEEKDAY_H = 3 * 24
"""1970-01-01 was a Thursday: hours from Monday 00:00 UTC, where a profile of 168 hours begins."""

_SINCE_1970_S = 1e9
"""Moments below this count from the start of a trace: they have hours, and no weekday."""


@record
class RequestRates:
    """Requests per second; `hourly` are fractions of the peak, None where too few days were seen."""

    seconds: float
    peak_qps: float
    average_qps: float
    hourly: tuple[float, ...] | None


def rates_of(times: Sequence[float]) -> RequestRates:
    """Work out rates of requests by their moments in seconds; the windows that the span cuts are left out."""
    start, end = min(times), max(times)
    seconds = max(end - start, 1.0)
    first, last = math.ceil(start / WINDOW_S), math.floor(end / WINDOW_S)
    counted = Counter(math.floor(moment / WINDOW_S) for moment in times)
    windows = sorted(counted[at] for at in range(first, last))
    average = len(times) / seconds
    peak = percentile(windows, PEAK_SHARE) / WINDOW_S if len(windows) > 1 else average
    peak = max(peak, average)
    return RequestRates(seconds, peak, average, _hourly(counted, (first, last), peak, start))


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that a share of ordered values does not exceed."""
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def _hourly(
    counted: Mapping[int, int], span: tuple[int, int], peak_qps: float, start: float
) -> tuple[float, ...] | None:
    days = (span[1] - span[0]) * WINDOW_S / DAY_S
    weekly = days >= _DAYS_FOR_A_WEEK and start >= _SINCE_1970_S
    if days < _DAYS_FOR_A_DAY:
        return None
    hours = 168 if weekly else 24
    shift = _EPOCH_WEEKDAY_H if weekly else 0
    sums, seen = [0.0] * hours, [0] * hours
    for at in range(*span):
        hour = (at * WINDOW_S // HOUR_S + shift) % hours
        sums[hour] += counted.get(at, 0)
        seen[hour] += 1
    shares = (total / (windows * WINDOW_S) / peak_qps for total, windows in zip(sums, seen, strict=True))
    return tuple(min(share, 1.0) for share in shares)
