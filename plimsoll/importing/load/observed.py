"""Observed requests become the load of a spec: rate at the peak, hours, lengths, the prefix they share."""

from collections.abc import Iterator
from typing import Any

from plimsoll.ground.start_up import record
from plimsoll.importing.note import SpecPart, not_read


@record
class SeenLengths:
    """Tokens of a request: mean and 95th percentile."""

    mean: float
    p95: float


@record
class Observed:
    """What was seen of requests; None where it was not. `seconds` is the time that it covers.

    `peak_qps` is the rate that 99.5 % of five-minute windows stay below; `hourly` are fractions of it.
    """

    requests: int
    seconds: float | None
    peak_qps: float | None
    average_qps: float | None
    hourly: tuple[float, ...] | None
    prompt: SeenLengths | None
    answer: SeenLengths | None
    shared_prefix: float | None
    model: str | None
    source: str


def part_of(seen: Observed) -> SpecPart:
    """Write what was seen as the load of a spec; what was not is noted."""
    load = dict(_load(seen))
    keys: dict[str, Any] = {"load": load} | ({"model": seen.model} if seen.model else {})
    return SpecPart(keys, dict(_notes(seen)))


def _load(seen: Observed) -> Iterator[tuple[str, Any]]:
    if seen.peak_qps:
        qps: dict[str, Any] = {"peak": _digits(seen.peak_qps)}
        if seen.hourly is None and seen.average_qps and seen.average_qps < seen.peak_qps:
            qps["average"] = _digits(seen.average_qps)
        yield "qps", qps
    if seen.hourly is not None:
        yield "profile", [round(share, 3) for share in seen.hourly]
    for key, lengths in (("input_tokens", seen.prompt), ("output_tokens", seen.answer)):
        if lengths is not None:
            mean = max(_digits(lengths.mean), 1.0)
            yield key, {"mean": mean, "p95": max(_digits(lengths.p95), mean)}
    if seen.shared_prefix is not None and seen.prompt is not None:
        yield "shared_prefix_tokens", min(_digits(seen.shared_prefix), _digits(seen.prompt.mean))


def _digits(value: float) -> float:
    """Keep four digits: nobody measures more of a load."""
    found = float(f"{value:.4g}")
    return int(found) if found.is_integer() else found


def _notes(seen: Observed) -> Iterator[tuple[str, str]]:
    yield "load", f"{seen.requests:,} requests{_span(seen.seconds)}, {seen.source}"
    if not seen.peak_qps:
        yield "load.qps", not_read("one scrape says no rate, 1 a second stands for it: give two (--apart)")
    if seen.hourly is None:
        yield "load.profile", not_read("less than two days of requests say nothing of the hours")
    for key, lengths in (("input_tokens", seen.prompt), ("output_tokens", seen.answer)):
        if lengths is None:
            yield f"load.{key}", not_read("the requests do not say it; default")
    if seen.shared_prefix is None:
        yield "load.shared_prefix_tokens", not_read("the requests do not say what the prefix cache held; 0")


def _span(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f" in {seconds / 3600:,.1f} h" if seconds >= 3600 else f" in {seconds:,.0f} s"
