"""A history of a workload's series, written as OpenMetrics: a value by series and minute."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from plimsoll.observability import metrics
from plimsoll.observability.watch import Watch

END = int(datetime(2026, 10, 15, 11, 58, tzinfo=UTC).timestamp())
MINUTES = 100
"""Within one block of two hours, so that there are few."""

STEP_S = 60
EDGES = (0.01, 0.025, 0.05, 0.1, 0.5, 0.75, 1.0, 2.5, 5.0, 20.0, 40.0, 80.0)
MIDDLE = END - MINUTES * STEP_S // 2
BEGAN = END - 3 * 3600


@dataclass(frozen=True)
class Series:
    """One series: its metric, its labels, where it begins, what a minute adds; it may jump half-way."""

    metric: str
    labels: str
    first: float
    each: float = 0.0
    then: float | None = None

    def lines(self) -> Iterator[str]:
        for minute in range(MINUTES + 1):
            at = END - (MINUTES - minute) * STEP_S
            first = self.first if self.then is None or at < MIDDLE else self.then
            yield f"{self.metric}{{{self.labels}}} {first + minute * self.each:.6f} {at}"


def history(watch: Watch, changed: str = "") -> list[Series]:
    """The series of a workload, one metric of which is other than in the history without a change.

    It has a node, and one that has no price until that changes; a node of nobody's becomes its own where a
    label or a pod changes.
    """
    name = watch.name
    own, free, other = f"{name}-n", f"{name}-free", f"{name}-m"
    pod, kind = f'namespace="{name}",pod="p"', watch.types[0]
    found = [
        *(Series(metrics.NODE_COST, f'node="{node}",instance_type="{kind}"', 2.0) for node in (own, other)),
        *(
            Series(metrics.NODE_LABELS, f'node="{node}",label_plimsoll_dev_workload="{name}"', 1.0)
            for node in (own, free)
        ),
        Series(metrics.POD_INFO, f'{pod},node="{own}"', 1.0),
        Series(metrics.POD_READY, f'{pod},condition="true"', 1.0),
        Series(metrics.GPU_ACTIVE, f'exported_namespace="{name}",gpu="0"', 0.6),
        Series(metrics.GPU_ACTIVE, f'exported_namespace="{name}",gpu="1"', 9223372036854775794.0),
        Series(metrics.RUNNING, pod, 4.0),
        Series(metrics.WAITING, pod, 1.0),
        Series(metrics.CACHE_USE, pod, 0.5),
        *(Series(each, pod, 0.0, 60.0) for each in _COUNTERS),
        Series(metrics.JOB_START, f'namespace="{name}",job_name="j"', BEGAN),
        Series(metrics.JOB_ACTIVE, f'namespace="{name}",job_name="j"', 1.0),
        Series(metrics.QUEUE, f'exported_namespace="{name}",scaledObject="s"', 7.0),
        *(series for each in metrics.LATENCIES.values() for series in _buckets(each.name, pod)),
    ]
    made = [_changed(series) if series.metric == changed else series for series in found]
    if changed == metrics.NODE_COST:
        made.append(Series(changed, f'node="{free}",instance_type="{kind}"', 2.0))
    if changed == metrics.NODE_LABELS:
        made.append(Series(changed, f'node="{other}",label_plimsoll_dev_workload="{name}"', 1.0))
    if changed == metrics.POD_INFO:
        made.append(Series(changed, f'namespace="{name}",pod="q",node="{other}"', 1.0))
    return made


_COUNTERS = (metrics.REQUESTS, metrics.PROMPT_TOKENS, metrics.ANSWER_TOKENS)


def _buckets(histogram: str, pod: str) -> Iterator[Series]:
    """A tenth of the requests in each bucket, and the rest in the last."""
    for at, edge in enumerate(EDGES):
        yield Series(f"{histogram}_bucket", f'{pod},le="{edge:g}"', 0.0, 6.0 * min(at, 10))
    yield Series(f"{histogram}_bucket", f'{pod},le="+Inf"', 0.0, 60.0)
    yield Series(f"{histogram}_count", pod, 0.0, 60.0)


def _changed(series: Series) -> Series:
    """Half as much again; slower requests; a job that is made again, or is no more active."""
    if series.metric == metrics.JOB_ACTIVE:
        return Series(series.metric, series.labels, 0.0)
    if series.metric == metrics.JOB_START:
        return Series(series.metric, series.labels, series.first, then=MIDDLE)
    if series.metric.endswith("_bucket") and "+Inf" not in series.labels:
        return Series(series.metric, series.labels, 0.0, series.each / 2)
    if series.metric in (metrics.NODE_LABELS, metrics.POD_INFO):
        return series
    return Series(series.metric, series.labels, series.first * 1.5, series.each * 1.5)


def openmetrics(series: list[Series]) -> str:
    """Write series as promtool takes them: those of one metric together."""
    lines = (line for each in sorted(series, key=lambda each: each.metric) for line in each.lines())
    return "\n".join([*lines, "# EOF\n"])
