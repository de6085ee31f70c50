"""A patch says which keys of a spec take which measured values; it touches nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from plimsoll.ground.start_up import record
from plimsoll.ground.tree import mapping_at, step
from plimsoll.rightsizing.measured import WEEK_H, MeasuredFleet, MeasuredLength
from plimsoll.sizing.traffic import Traffic, traffic_of
from plimsoll.spec.read import LoadedSpec

CLOSE = 0.05
"""Measured values within a twentieth of the planned ones are the same value."""

CLOSE_P95 = 0.1
"""The same for a 95th percentile, which a histogram knows to a bucket."""

CLOSE_HOUR = 0.15
"""Shares of the peak that an hour may differ by before the profile is another one."""

FLAT = 0.95
"""A mean this near to the peak is a load without hours."""


@record
class MeasuredChange:
    """One change of a spec."""

    change: Annotated[str, "Dotted path into the spec."]
    from_: Annotated[Any, "Value that the lock was planned with; null where the spec leaves it out."]
    to: Annotated[Any, "JSON value to put there; null takes the key away."]


@record
class Arriving:
    """What arrives before the cache of the spec: as planned, and as measured.

    `hit` is the share that the cache answers, which servers never see; 0 without one. `reaching` is the share
    that replicas must carry at the peak: all of it, where the cache may be cold then.
    """

    planned: Traffic
    seen: MeasuredFleet
    hit: float
    reaching: float

    @property
    def planned_qps(self) -> float | None:
        """The peak that servers should see, requests per second; None where the load is no rate."""
        peak = self.planned.peak_qps
        return digits(peak * (1 - self.hit)) if peak is not None and self.hit else peak


def arriving(spec: LoadedSpec, seen: MeasuredFleet) -> Arriving:
    """Read the load of a spec and of a window as it arrives: a spec says what is asked, not what missed."""
    load, cache = spec.workload.load, spec.workload.load.cache
    hit = 0.0 if cache is None else cache.hit
    planned = traffic_of(load.model_copy(update={"cache": None}), spec.architecture)
    reaching = 1 - hit if cache is not None and cache.cold_start_ok else 1.0
    return Arriving(planned, seen.before_cache(hit), hit, reaching)


def changes_of(workload: Mapping[str, Any], asked: Arriving) -> list[MeasuredChange]:
    """Say where the measured load differs from the planned one."""
    load = mapping_at(workload, "load")
    return [*_arrivals(load, asked.planned, asked.seen), *_lengths(load, asked.planned, asked.seen)]


def _arrivals(load: Mapping[str, Any], planned: Traffic, seen: MeasuredFleet) -> Iterator[MeasuredChange]:
    if planned.peak_concurrency is not None:
        if seen.in_flight is not None and _differs(planned.peak_concurrency, seen.in_flight.peak, CLOSE):
            yield MeasuredChange("load.concurrency", step(load, "concurrency"), digits(seen.in_flight.peak))
        return
    peak = seen.rate.peak
    if planned.peak_qps is None or peak <= 0:
        return
    if step(load, "users") is not None:
        yield from _of_users(load, planned, seen)
        return
    if _differs(planned.peak_qps, peak, CLOSE):
        yield MeasuredChange("load.qps.peak", step(load, "qps", "peak"), digits(peak))
    else:
        peak = planned.peak_qps
    average = step(load, "qps", "average")
    shares = [min(rate / peak, 1.0) for rate in seen.hourly]
    if _same_hours(planned.hourly, shares):
        if (
            average is not None
            and step(load, "profile") is None
            and _differs(average, seen.average_qps, CLOSE)
        ):
            yield MeasuredChange("load.qps.average", average, digits(min(seen.average_qps, digits(peak))))
        return
    if average is not None:
        yield MeasuredChange("load.qps.average", average, None)
    yield MeasuredChange("load.profile", step(load, "profile"), [round(share, 3) for share in shares])


def _of_users(load: Mapping[str, Any], planned: Traffic, seen: MeasuredFleet) -> Iterator[MeasuredChange]:
    """Say how many requests one person makes in an hour, where the load is people: nobody counted them anew.

    The peak of people is their mean rate ÷ the mean of the profile (`Load.rate`): that rate is what gives the
    measured peak in the hours that were measured, or in those that were planned, where they are alike.
    """
    was, hours = float(planned.peak_qps or 0.0), planned.hourly
    peak = seen.rate.peak if _differs(was, seen.rate.peak, CLOSE) else was
    shares = [round(min(rate / peak, 1.0), 3) for rate in seen.hourly]
    other = not _same_hours(hours, shares)
    given = step(load, "profile")
    key = "requests_per_user_per_hour"
    mean = sum(shares) / WEEK_H if other else sum(hours) / len(hours)
    wanted = digits(peak * mean * 3600 / float(step(load, "users")))
    if wanted > 0 and (other or peak != was) and wanted != digits(float(step(load, key))):
        yield MeasuredChange(f"load.{key}", step(load, key), wanted)
    if other and sum(shares) > 0:
        yield MeasuredChange("load.profile", given, shares)


def _same_hours(planned: Sequence[float], seen: Sequence[float]) -> bool:
    week = [planned[hour % len(planned)] for hour in range(WEEK_H)]
    mean, was = sum(seen) / WEEK_H, sum(week) / WEEK_H
    if min(was, mean) >= FLAT:
        return True
    apart = max(abs(one - other) for one, other in zip(week, seen, strict=True))
    return abs(mean - was) <= CLOSE and apart <= CLOSE_HOUR


def _lengths(load: Mapping[str, Any], planned: Traffic, seen: MeasuredFleet) -> Iterator[MeasuredChange]:
    pairs = (
        ("input_tokens", planned.input_tok, seen.prompt),
        ("output_tokens", planned.output_tok, seen.answer),
    )
    for key, was, now in pairs:
        if now is not None and was.mean > 0 and _is_other(was.mean, was.quantile(1.6448536269514715), now):
            mean = digits(max(now.mean, 1.0))
            p95 = digits(max(now.p95 if now.p95 is not None else 2 * now.mean, mean))
            yield MeasuredChange(f"load.{key}", step(load, key), {"mean": mean, "p95": p95})
    prompt = seen.prompt.mean if seen.prompt is not None else planned.input_tok.mean
    if (
        seen.shared_prefix is not None
        and abs(seen.shared_prefix - planned.shared_prefix_tok) > CLOSE * prompt
    ):
        # what the cache held of the mean prompt, never more than the prompt that the spec will say
        held = digits(min(seen.shared_prefix, digits(prompt) if seen.prompt is not None else prompt))
        yield MeasuredChange("load.shared_prefix_tokens", step(load, "shared_prefix_tokens"), held)


def _is_other(mean: float, p95: float, now: MeasuredLength) -> bool:
    return _differs(mean, now.mean, CLOSE) or (now.p95 is not None and _differs(p95, now.p95, CLOSE_P95))


def _differs(was: float, now: float, close: float) -> bool:
    return abs(now - was) > close * was


def digits(value: float) -> float:
    """Keep four digits: nobody measures more of a load."""
    found = float(f"{value:.4g}")
    return int(found) if found.is_integer() else found


def patched(workload: Mapping[str, Any], changes: Sequence[MeasuredChange]) -> dict[str, Any]:
    """Put changes into a workload; it is copied."""
    found = dict(workload)
    for each in changes:
        found = _put(found, each.change.split("."), each.to)
    return found


def _put(here: Mapping[str, Any], path: Sequence[str], value: object) -> dict[str, Any]:
    key, *rest = path
    if not rest:
        return {**here, key: value}
    return {**here, key: _put(mapping_at(here, key), rest, value)}
