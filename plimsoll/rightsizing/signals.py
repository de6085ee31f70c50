"""Signals are what a saved window says of a workload over time, however it was asked."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import pairwise

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.rightsizing.queries import (
    ALERTS,
    BLANK,
    FOLDER,
    GPU_BUSY,
    GPU_MEMORY,
    NAMES,
    REPLICAS,
    SUM,
    queries_of,
)
from plimsoll.telemetry.histogram import Histogram, histogram_of
from plimsoll.telemetry.names import CACHE_USE, COUNTERS, GAUGES, HISTOGRAMS, RUNNING
from plimsoll.telemetry.ranges import NAME, RangeAnswer, RangeSeries

Line = dict[float, float]
"""Values by their moment."""

_GAP_STEPS = 3
"""A counter that was not seen for longer says nothing of when it grew."""

_AVERAGED = (GPU_BUSY,)
_GREATEST = (CACHE_USE, GPU_MEMORY)
"""Signals whose series are not added up."""

_LABEL_OF_EDGE = "le"
_ALERT = "ALERTS"
"""The series that Prometheus writes of every alert."""


@dataclass(slots=True)
class Signals:
    """Lines by signal, of histograms by signal and edge; `strange` counts series that say nothing here.

    `averaged` are how many series are in each moment of a mean.
    """

    lines: dict[str, Line] = field(default_factory=dict[str, Line])
    buckets: dict[str, dict[float, Line]] = field(default_factory=dict[str, dict[float, Line]])
    models: set[str] = field(default_factory=set[str])
    names: Counter[str] = field(default_factory=Counter[str])
    strange: int = 0
    averaged: Counter[tuple[str, float]] = field(default_factory=Counter[tuple[str, float]])

    def line(self, name: str) -> Line:
        """Take a line; an empty one where it was not saved."""
        return self.lines.get(name, {})


def signals_of(answers: Sequence[RangeAnswer], workload: str) -> Signals:
    """Put answers together: to our queries by name or text, and raw series by the metric that they are of.

    RangeSeries of several namespaces are those of the workload's own alone, where it is among them.
    """
    by_text = {query.promql: query.name for query in queries_of(workload)}
    found = Signals()
    own = _own_namespace([each for answer in answers for each in answer.series], workload)
    raw: dict[str, list[RangeSeries]] = {}
    for answer in answers:
        name = answer.name if answer.name in NAMES or _is_sum(answer.name) else by_text.get(answer.name, "")
        for series in answer.series:
            if own and series.labels.get("namespace", own) != own and not _is_alert_of(series, workload):
                continue
            if model := series.labels.get("model_name"):
                found.models.add(model)
            metric = series.labels.get(NAME, "")
            if metric == _ALERT and not _may_be_of(series, workload):
                continue
            if name and not metric:
                _add(found, name, series, series.points)
            elif metric:
                raw.setdefault(metric, []).append(series)
            else:
                found.strange += 1
    for metric, every in raw.items():
        _add_raw(found, metric, every)
    _derive(found, raw)
    return found


def told_apart(answers: Sequence[RangeAnswer], workload: str, file: str) -> list[RangeAnswer]:
    """Keep what answers that several workloads share say of one of them: the series of its namespace.

    Raises:
        SpecError: a series names no namespace: it could be of any of them.
    """
    asked = {query.promql for query in queries_of(workload)}
    found: list[RangeAnswer] = []
    for answer in answers:
        kept: list[RangeSeries] = []
        for series in answer.series:
            if "namespace" not in series.labels and answer.name not in asked and _says(answer, series):
                raise SpecError(_whose(answer, series, workload, file))
            if series.labels.get("namespace", workload) == workload or _is_alert_of(series, workload):
                kept.append(series)
        found.append(replace(answer, series=tuple(kept)))
    return found


def _says(answer: RangeAnswer, series: RangeSeries) -> bool:
    """Say whether a series is one that is read."""
    metric = series.labels.get(NAME, "")
    return metric in _KINDS or metric in _LEVELS or answer.name in NAMES or _is_sum(answer.name)


def _whose(answer: RangeAnswer, series: RangeSeries, workload: str, file: str) -> Problem:
    name = series.labels.get(NAME, "") or answer.name
    why = f"a series of {name} names no namespace, and several locks were given: it would count for each"
    fix = f"save each apart, as --queries for all of them does: those of {workload} into {FOLDER}/{workload}/"
    return Problem("the metrics do not say whose they are", why, fix, name, file)


def _is_sum(name: str) -> bool:
    return name.endswith(SUM) and name.removesuffix(SUM) in HISTOGRAMS


def _is_alert_of(series: RangeSeries, workload: str) -> bool:
    return series.labels.get(NAME) == _ALERT and series.labels.get("workload") == workload


def _may_be_of(series: RangeSeries, workload: str) -> bool:
    """Say whether an alert may be a workload's: those of `plimsoll alerts` name theirs, and no namespace."""
    return "namespace" in series.labels or series.labels.get("workload", workload) == workload


def _own_namespace(every: Iterable[RangeSeries], workload: str) -> str:
    spaces = {each.labels["namespace"] for each in every if "namespace" in each.labels}
    return workload if len(spaces) > 1 and workload in spaces else ""


def _add(found: Signals, name: str, series: RangeSeries, points: Iterable[tuple[float, float]]) -> None:
    """Add a series to its signal: sums are added up, shares averaged later, the greatest kept."""
    found.names[name] += 1
    if _LABEL_OF_EDGE in series.labels and name in HISTOGRAMS:
        edge = _edge(series.labels[_LABEL_OF_EDGE])
        if edge is not None:
            _merge(found.buckets.setdefault(name, {}).setdefault(edge, {}), points, name, found.averaged)
        return
    _merge(found.lines.setdefault(name, {}), points, name, found.averaged)


def _merge(
    line: Line, points: Iterable[tuple[float, float]], name: str, averaged: Counter[tuple[str, float]]
) -> None:
    for moment, value in points:
        if name in _GREATEST:
            line[moment] = max(line.get(moment, value), value)
        elif name in _AVERAGED:
            averaged[name, moment] += 1
            was = line.get(moment, 0.0)
            line[moment] = was + (value - was) / averaged[name, moment]
        else:
            line[moment] = line.get(moment, 0.0) + value


def _edge(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


_KINDS: Mapping[str, str] = {
    **{metric: name for name, metrics in COUNTERS.items() for metric in metrics},
    **{f"{metric}{SUM}": f"{name}{SUM}" for name, metrics in HISTOGRAMS.items() for metric in metrics},
    **{f"{metric}_bucket": name for name, metrics in HISTOGRAMS.items() for metric in metrics},
}
"""Counters of the raw metrics, and the signal of each."""

_LEVELS: Mapping[str, str] = {metric: name for name, metrics in GAUGES.items() for metric in metrics} | {
    "DCGM_FI_PROF_GR_ENGINE_ACTIVE": GPU_BUSY
}


def _add_raw(found: Signals, metric: str, every: Sequence[RangeSeries]) -> None:
    if metric in _KINDS:
        step = step_of(moment for each in every for moment, _ in each.points)
        for each in every:
            _add(found, _KINDS[metric], each, list(_rates(each.points, step)))
    elif metric in _LEVELS:
        name = _LEVELS[metric]
        for each in every:
            kept = [(at, value) for at, value in each.points if name != GPU_BUSY or value <= BLANK]
            _add(found, name, each, kept)
    elif metric == _ALERT:
        for each in every:
            if each.labels.get("alertstate") == "firing" and each.labels.get("severity", "page") == "page":
                _add(found, ALERTS, each, each.points)
    elif not metric.endswith(("_count", "_created")):
        found.strange += 1


def _rates(points: Sequence[tuple[float, float]], step: float) -> Iterable[tuple[float, float]]:
    """Divide what a counter grew by the time; one that fell began anew, and gaps are left out."""
    for (before, was), (now, value) in pairwise(points):
        if now - before <= _GAP_STEPS * step:
            yield now, (value - was if value >= was else value) / (now - before)


def _derive(found: Signals, raw: Mapping[str, Sequence[RangeSeries]]) -> None:
    """Count replicas by their own series, and memory by its two gauges, where no query was asked for them."""
    if REPLICAS not in found.lines:
        every = [each for metric in GAUGES[RUNNING] for each in raw.get(metric, ())]
        counted = Counter(moment for each in every for moment, _ in each.points)
        if counted:
            found.lines[REPLICAS] = {moment: float(count) for moment, count in counted.items()}
    used, free = raw.get("DCGM_FI_DEV_FB_USED", ()), raw.get("DCGM_FI_DEV_FB_FREE", ())
    if GPU_MEMORY not in found.lines and used and free:
        left = {_labels(each): dict(each.points) for each in free}
        line: Line = {}
        for one, other in ((dict(each.points), left.get(_labels(each), {})) for each in used):
            for moment in one.keys() & other.keys():
                share = one[moment] / max(one[moment] + other[moment], 1.0)
                line[moment] = max(line.get(moment, 0.0), share)
        found.lines[GPU_MEMORY] = line


def _labels(series: RangeSeries) -> frozenset[tuple[str, str]]:
    """Tell whose a series is: its labels but the name of its metric."""
    return frozenset((key, value) for key, value in series.labels.items() if key != NAME)


def step_of(moments: Iterable[float]) -> float:
    """The commonest distance of moments in seconds; 0 of fewer than two."""
    ordered = sorted(set(moments))
    apart = Counter(round(after - before, 3) for before, after in pairwise(ordered))
    return apart.most_common(1)[0][0] if apart else 0.0


def added_up(edges: Mapping[float, Line], total: Line, moments: Set[float] | None) -> Histogram | None:
    """Add a histogram up over some moments (None: all), of those at which every edge is known."""
    known = set(next(iter(edges.values())))
    for line in edges.values():
        known &= line.keys()
    known = known if moments is None else known & moments
    below = {edge: math.fsum(line[at] for at in known) for edge, line in edges.items()}
    return histogram_of(below, math.fsum(total.get(at, 0.0) for at in known))
