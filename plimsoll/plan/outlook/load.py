"""The load of a spec at another size: the same shape of day, more requests or fewer, longer or shorter."""

from typing import Any

from plimsoll.candidates.levers import plain
from plimsoll.candidates.search import Search
from plimsoll.plan.outlook.setting import SpecSetting
from plimsoll.sizing.traffic import lengths_of
from plimsoll.spec.lengths import Length
from plimsoll.spec.load import Load

DIGITS = 4
"""Significant digits of a number that is put into a spec: the number that is read is the number solved."""


def rounded(value: float) -> float | int:
    """Round a number of the spec so that it is written as short as it is meant."""
    return plain(float(f"{value:.{DIGITS}g}"))


def peak_of(load: Load) -> float:
    """The peak: requests or tasks per second, or requests in flight where the spec counts those."""
    rate = load.rate or (load.queue.tasks_per_s if load.queue is not None else None)
    return rate.peak if rate is not None else load.concurrency or 0.0


def unit_of(load: Load) -> str:
    """Name what the peak counts."""
    if load.queue is not None:
        return "tasks/s"
    return "req/s" if load.rate is not None else "requests in flight"


def at_peak_of(load: Load, peak: float) -> tuple[SpecSetting, ...]:
    """Put another peak into the spec; the mean keeps its share of it, so that the day keeps its shape."""
    rate, path = load.qps, "load.qps"
    if load.queue is not None:
        rate, path = load.queue.tasks_per_s, "load.queue.tasks_per_s"
    if load.users is not None and load.rate is not None:
        return (SpecSetting("load.users", rounded(load.users * peak / load.rate.peak)),)
    if rate is None:
        return (SpecSetting("load.concurrency", plain(peak)),)
    if rate.average is None:
        return (SpecSetting(path, plain(peak)),)
    average = rounded(min(rate.average * peak / rate.peak, peak))
    return (SpecSetting(path, {"peak": plain(peak), "average": min(average, plain(peak))}),)


def with_tokens(search: Search, share: float) -> tuple[SpecSetting, ...]:
    """Put longer or shorter requests into the spec, means and 95th percentiles alike; none without tokens."""
    load, architecture = search.workload.load, search.architecture
    if architecture is None or architecture.task not in ("llm", "encoder"):
        return ()
    lengths = lengths_of(load, architecture)
    settings = [SpecSetting("load.input_tokens", _length(lengths.prompt, share))]
    if lengths.answer.mean:
        settings.append(SpecSetting("load.output_tokens", _length(lengths.answer, share)))
    return tuple(settings)


def _length(length: Length, share: float) -> dict[str, Any]:
    mean = max(round(length.mean * share), 1)
    return {"mean": mean, "p95": max(round(length.p95 * share), mean)}
