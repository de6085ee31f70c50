"""Locust writes a histogram of each request (`--json`, `--json-file`) or a table of percentiles (`--csv`).

The percentiles of a histogram are ours to work out; Locust rounds times above 100 ms to two digits. Its users
wait for each answer before they ask again, unless a constant pace is kept: a closed loop, which hides waits.
Source: locust 2.47 `stats.py`.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from plimsoll.ground.tree import Json, is_list, is_object
from plimsoll.loadtest.results.run import PERCENT, AskedLoad, LoadRun, RequestCounts, ResultFile
from plimsoll.loadtest.results.values import Values, day_of_epoch

_TOOL = "locust"
_ASKING = "rerun locust with --json-file, which holds every percentile"
_ALL = "Aggregated"


def is_locust(document: Json) -> bool:
    """Recognise Locust's list of histograms."""
    return is_list(document) and bool(document) and all(is_object(each) for each in document) and (
        {"response_times", "num_requests"} <= set(document[0])
    )  # fmt: skip


def is_locust_csv(text: str) -> bool:
    """Recognise the head of Locust's `_stats.csv`."""
    return text.startswith("Type,Name,Request Count,Failure Count")


def locust_runs(document: Sequence[Json], file: ResultFile) -> Iterator[LoadRun]:
    """Read all requests of a run as one."""
    entries = [Values(each, f"[{at}]", file.name) for at, each in enumerate(document)]
    times = _times(entries)
    sent = sum(each.at("num_requests").needed() for each in entries)
    failed = sum(each.at("num_failures").number() or 0.0 for each in entries)
    start = min(each.at("start_time").needed() for each in entries)
    ends = [end for each in entries if (end := each.at("last_request_timestamp").number()) is not None]
    lasted = max(ends, default=start) - start
    if lasted <= 0:
        raise entries[0].at("last_request_timestamp").fail("not after start_time", "a run takes time")
    total = sum(each.at("total_response_time").number() or 0.0 for each in entries)
    latencies = {f"e2e_{name}_ms": _percentile(times, percent) for name, percent in PERCENT.items()}
    counts = RequestCounts(completed=sent - failed, failed=failed, duration_s=lasted)
    yield _run(file, day_of_epoch(start), counts, (sent - failed) / lasted, latencies | _mean(total, sent))


def locust_csv_runs(text: str, file: ResultFile) -> Iterator[LoadRun]:
    """Read the aggregated row of a table.

    Raises:
        SpecError: it has none, as of a run that was interrupted.
    """
    rows = {row.get("Name") or "": row for row in csv.DictReader(text.splitlines())}
    if _ALL not in rows:
        raise Values(None, _ALL, file.name).fail("no such row", "Locust writes it last", "run it again")
    row = Values({key: _number(value) for key, value in rows[_ALL].items() if key}, _ALL, file.name)
    sent, failed = row.at("Request Count").needed(), row.at("Failure Count").number() or 0.0
    rate = row.at("Requests/s").needed()
    named = {f"e2e_{name}_ms": row.at(f"{percent}%").number() for name, percent in PERCENT.items()}
    named["e2e_mean_ms"] = row.at("Average Response Time").number()
    latencies = {key: value for key, value in named.items() if value is not None}
    counts = RequestCounts(completed=sent - failed, failed=failed, duration_s=sent / rate if rate else None)
    yield _run(file, None, counts, rate * (1 - counts.failed_share), latencies)


def _run(
    file: ResultFile, day: str | None, counts: RequestCounts, qps: float, latencies: Mapping[str, float]
) -> LoadRun:
    return LoadRun(file, _TOOL, day, AskedLoad(), counts, qps, latencies, {}, _ASKING)


def _number(cell: str | None) -> Json:
    try:
        return float(cell or "")
    except ValueError:
        return cell if cell not in ("", "N/A", None) else None


def _times(entries: Sequence[Values]) -> Counter[float]:
    found: Counter[float] = Counter()
    for each in entries:
        histogram = each.at("response_times")
        if not is_object(histogram.value):
            raise histogram.fail("no histogram", "it maps milliseconds to counts")
        for written in histogram.value:
            try:
                found[float(written)] += int(histogram.at(written).needed())
            except ValueError:
                raise histogram.fail(f"{written!r:.40} is no time", "it is milliseconds") from None
    if not found:
        raise Values(None, "response_times", entries[0].file).fail("no request came back", "", "run it again")
    return found


def _percentile(times: Counter[float], percent: int) -> float:
    """Find the time within which so many of a hundred requests were answered."""
    wanted, seen = sum(times.values()) * percent / 100, 0
    for time, count in sorted(times.items()):
        seen += count
        if seen >= wanted:
            return time
    return max(times)


def _mean(total_ms: float, sent: float) -> dict[str, float]:
    return {"e2e_mean_ms": total_ms / sent} if total_ms and sent else {}
