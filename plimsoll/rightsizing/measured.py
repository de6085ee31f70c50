"""What a window measured of a workload: how long, how completely, its load, lengths, latencies, hardware."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from plimsoll.ground.problems import MissingFactError, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.rightsizing.queries import ALERTS, GPU_BUSY, GPU_MEMORY, REPLICAS, SUM
from plimsoll.rightsizing.signals import Line, Signals, added_up, step_of
from plimsoll.rightsizing.witness import Witness, witnesses
from plimsoll.telemetry.histogram import Histogram
from plimsoll.telemetry.names import (
    ANSWER_LENGTH,
    ANSWER_TOKENS,
    CACHE_USE,
    E2E,
    PREFIX_HITS,
    PREFIX_QUERIES,
    PROMPT_LENGTH,
    PROMPT_TOKENS,
    REQUESTS,
    RUNNING,
    TPOT,
    TTFT,
    WAITING,
)

DAY_S, HOUR_S, WEEK_H = 86_400, 3600, 168
PEAK_SHARE = 0.995
"""The peak is the rate that 99.5 % of five-minute windows stay below (as `plimsoll import` reads a log)."""

_MONDAY_H = 72
"""1970-01-01 was a Thursday: hours from a Monday, where a week begins."""


@record
class MeasuredWindow:
    """The window: its days, the share of its points that are there, and seconds between points."""

    start: str
    end: str
    days: float
    coverage_pct: float
    points: int
    step_s: float


@record
class Points:
    """One measured quantity over the window: its median, 95th and 99.5th percentile, and greatest point."""

    p50: float
    p95: float
    peak: float
    most: float

    def times(self, factor: float) -> "Points":
        """Take each point so many times."""
        return Points(self.p50 * factor, self.p95 * factor, self.peak * factor, self.most * factor)


@record
class MeasuredLength:
    """Tokens of a request."""

    mean: float
    p95: float | None
    histogram: Histogram | None


@record
class MeasuredFleet:
    """Everything that was measured; None where the window does not say it."""

    window: MeasuredWindow
    rate: Points
    average_qps: float
    hourly: tuple[float, ...]
    idle_share: float
    prompt: MeasuredLength | None
    answer: MeasuredLength | None
    shared_prefix: float | None
    latencies: Mapping[str, Histogram]
    replicas: Points | None
    in_flight: Points | None
    cache_use: Points | None
    gpu_busy: Points | None
    gpu_memory: Points | None
    firing: bool
    witnesses: tuple[Witness, ...]

    def before_cache(self, hit: float) -> "MeasuredFleet":
        """Take what was asked where servers saw only what a cache left: each rate ÷ (1 - its hits)."""
        if not hit:
            return self
        factor = 1 / (1 - hit)
        return replace(
            self,
            rate=self.rate.times(factor),
            average_qps=self.average_qps * factor,
            hourly=tuple(rate * factor for rate in self.hourly),
            in_flight=None if self.in_flight is None else self.in_flight.times(factor),
        )


def measure(signals: Signals, file: str) -> MeasuredFleet:
    """Work out what a window says.

    Raises:
        MissingFactError: no request rate is in it: another job, other labels, or nothing at all.
    """
    requests = signals.line(REQUESTS)
    if not requests:
        raise MissingFactError(_nothing(signals, file))
    window = _window(requests)
    rates = sorted(_five_minutes(requests, window.step_s).values())
    average = math.fsum(rates) / len(rates)
    return MeasuredFleet(
        window=window,
        rate=_figures(rates),
        average_qps=average,
        hourly=_hourly(requests, average),
        idle_share=_idle_hours(requests),
        prompt=_length(signals, PROMPT_TOKENS, PROMPT_LENGTH, requests),
        answer=_length(signals, ANSWER_TOKENS, ANSWER_LENGTH, requests),
        shared_prefix=_prefix(signals, requests),
        latencies=_latencies(signals),
        replicas=_of(signals.line(REPLICAS)),
        in_flight=_of(_sum(signals.line(RUNNING), signals.line(WAITING))),
        cache_use=_of(signals.line(CACHE_USE)),
        gpu_busy=_of(signals.line(GPU_BUSY)),
        gpu_memory=_of(signals.line(GPU_MEMORY)),
        firing=_fires(signals.line(ALERTS), max(requests)),
        witnesses=witnesses(signals),
    )


def _nothing(signals: Signals, file: str) -> Problem:
    names = sorted(signals.names)
    if names:
        why = f"it has {', '.join(names[:6])}, and no rate of requests"
    elif signals.strange:
        why = f"none of its {signals.strange} series is of vLLM, or of the queries of this command"
    else:
        why = "every answer is empty: no series has the labels that were asked for"
    fix = "check job and labels; 'plimsoll rightsize --lock LOCK --queries' writes what to ask"
    return Problem("the metrics do not say how many requests came", why, fix, "requests", file)


def _window(requests: Line) -> MeasuredWindow:
    first, last = min(requests), max(requests)
    step = step_of(requests) or 300.0
    expected = round((last - first) / step) + 1
    covered = min(len(requests) / expected, 1.0) * 100
    days = (last - first + step) / DAY_S
    return MeasuredWindow(
        _moment(first), _moment(last), round(days, 2), round(covered, 2), len(requests), step
    )


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%MZ")


def _five_minutes(requests: Line, step: float) -> Line:
    """Average points that lie closer than five minutes; those that lie farther stand for themselves."""
    if step >= 300:
        return requests
    sums: dict[float, list[float]] = {}
    for moment, value in requests.items():
        sums.setdefault(moment // 300, []).append(value)
    return {at: math.fsum(values) / len(values) for at, values in sums.items()}


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that a share of ordered values does not exceed."""
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def _figures(ordered: Sequence[float]) -> Points:
    return Points(
        percentile(ordered, 0.5), percentile(ordered, 0.95), percentile(ordered, PEAK_SHARE), ordered[-1]
    )


def _of(line: Line) -> Points | None:
    return _figures(sorted(line.values())) if line else None


def _sum(one: Line, other: Line) -> Line:
    return {moment: value + other.get(moment, 0.0) for moment, value in one.items()}


def _hourly(requests: Line, average: float) -> tuple[float, ...]:
    """Average the rate of each hour of the week, from Monday 00:00 UTC; an hour without points is average."""
    sums: dict[int, list[float]] = {}
    for moment, value in requests.items():
        sums.setdefault((int(moment // HOUR_S) + _MONDAY_H) % WEEK_H, []).append(value)
    means = {hour: math.fsum(values) / len(values) for hour, values in sums.items()}
    return tuple(means.get(hour, average) for hour in range(WEEK_H))


def _idle_hours(requests: Line) -> float:
    busy: dict[int, float] = {}
    for moment, value in requests.items():
        hour = int(moment // HOUR_S)
        busy[hour] = max(busy.get(hour, 0.0), value)
    return sum(value <= 0 for value in busy.values()) / len(busy)


def _length(signals: Signals, tokens: str, histogram: str, requests: Line) -> MeasuredLength | None:
    seen = _whole(signals, histogram)
    said = signals.line(tokens)
    both = said.keys() & requests.keys()
    asked = math.fsum(requests[moment] for moment in both)
    mean = math.fsum(said[moment] for moment in both) / asked if asked > 0 else None
    mean = mean or (seen.mean if seen is not None else None)
    if not mean:
        return None
    p95 = seen.quantile(0.95) if seen is not None else None
    return MeasuredLength(mean, max(p95, mean) if p95 is not None else None, seen)


def _prefix(signals: Signals, requests: Line) -> float | None:
    """Tokens of the mean prompt that the cache held: by its hits of all tokens that were looked up."""
    asked = math.fsum(signals.line(PREFIX_QUERIES).values())
    prompt = _length(signals, PROMPT_TOKENS, PROMPT_LENGTH, requests)
    if asked <= 0 or prompt is None:
        return None
    return prompt.mean * min(math.fsum(signals.line(PREFIX_HITS).values()) / asked, 1.0)


def _latencies(signals: Signals) -> dict[str, Histogram]:
    found = ((name, _whole(signals, name)) for name in (TTFT, TPOT, E2E))
    return {name: each for name, each in found if each is not None and each.count > 0}


def _whole(signals: Signals, name: str) -> Histogram | None:
    """Add a histogram up over the window."""
    edges = signals.buckets.get(name)
    if not edges:
        return None
    return added_up(edges, signals.line(f"{name}{SUM}"), None)


def _fires(alerts: Line, end: float) -> bool:
    """Say whether a page was firing in the last day."""
    return any(value > 0 and moment > end - DAY_S for moment, value in alerts.items())


def must_be_of(signals: Signals, model: str | None, names: Sequence[str], file: str) -> None:
    """Refuse metrics of another model than the lock's; `names` are those that its server may go by.

    Raises:
        SpecError: none of the models that series name is it.
    """
    if model is None or not signals.models:
        return
    known = {name.lower() for name in names} | {name.rpartition("/")[2].lower() for name in names}
    if any(each.lower() in known or each.rpartition("/")[2].lower() in known for each in signals.models):
        return
    if len(signals.models) == 1 and "/" not in next(iter(signals.models)):
        return  # --served-model-name gave it a name of its own
    why = f"the metrics are of {', '.join(sorted(signals.models)[:4])}"
    raise SpecError(
        Problem(f"the lock is of {model}", why, "give the metrics of its pods", "model_name", file)
    )
