"""A simulation as a table for people, with a plot over time, and as its JSON document."""

from collections.abc import Iterator

from plimsoll.ground.units import figure, usd_display
from plimsoll.show import json_text
from plimsoll.show.simulation.plot import Series, plotted
from plimsoll.show.table import Column, Table
from plimsoll.show.text import PIPED, Style, wrap
from plimsoll.simulation.answer.document import ArrivalsTold, LatencyTold, SimulationDocument

_LATENCIES = (
    Column("latency"),
    Column("simulated", right=True),
    Column("± error", right=True),
    Column("plan says", right=True),
    Column("limit", right=True),
    Column(""),
)


def table(answer: SimulationDocument, style: Style = PIPED) -> str:
    """Write what was simulated, its latencies beside the plan's, the sla, the fleet, dollars, a plot."""
    lines = [style.paint(f"SIMULATION  {answer.name}", "bold")]
    lines += wrap(f"{answer.chosen} · {_arrivals(answer.arrivals)} · seed {answer.seed}", style.width)
    rows = [_row(key, latency) for key, latency in answer.latency.items()]
    lines += ["", *Table(_LATENCIES, rows).painted(style, style.width), ""]
    for name, text in _facts(answer):
        lines += wrap(text, style.width, f"  {name:<9} ", " " * 12)
    lines += ["", *plotted(list(_series(answer)), style.width)]
    lines += ["", style.paint("assumed", "bold")]
    for each in answer.assumptions:
        unit = f" {each.unit}" if each.unit else ""
        lines += wrap(f"{each.name}: {figure(each.value)}{unit} ({each.source})", style.width, "  ", "    ")
    return "\n".join(lines) + "\n"


def as_json(answer: SimulationDocument, _: Style = PIPED) -> str:
    """Write the document."""
    return json_text.as_json(answer)


def _arrivals(told: ArrivalsTold) -> str:
    rate = f"{figure(told.mean_qps)} req/s for {_time(told.duration_s)}"
    count = _counted(told.requests)
    if told.trace is not None:
        return f"{count} of {told.trace.file} ({told.trace.form}), {rate}"
    if told.process == "diurnal":
        return f"{count} by the hour from hour {told.from_hour} (UTC) on, {rate}"
    how = "in bursts" if told.process == "bursty" else "by chance (Poisson)"
    return f"{count} {how}, {rate}"


def _counted(requests: int) -> str:
    return "1 request" if requests == 1 else f"{requests:,} requests"


def _row(key: str, latency: LatencyTold) -> list[str]:
    limit, simulated = latency.limit, latency.simulated
    verdict = ""
    if limit is not None and simulated is not None:
        verdict = "holds" if simulated <= limit else "MISSED"
    cells = (simulated, latency.standard_error, latency.estimate, limit)
    return [_name(key), *("-" if cell is None else f"{figure(cell)} ms" for cell in cells), verdict]


def _name(key: str) -> str:
    metric, name, _ = key.split("_")
    return f"{metric.upper() if metric in ('ttft', 'tpot', 'e2e') else metric} {name}"


def _facts(answer: SimulationDocument) -> Iterator[tuple[str, str]]:
    served, fleet, cost, sla = answer.served, answer.fleet, answer.cost, answer.sla
    lost = f", {served.refused:,} too long to be served" if served.refused else ""
    again = f", {served.sent_again:,} sent again" if served.sent_again else ""
    measured = f"{served.measured:,} of them measured"
    yield "served", f"{_counted(served.requests)}, {measured}{lost}{again}"
    if sla.limits:
        each = "; ".join(f"{_name(limit.key)} {limit.minutes_out:,}" for limit in sla.limits)
        yield "sla", f"{sla.minutes_out:,} of {sla.minutes:,} minutes outside it ({each})"
    low, high = fleet.replicas.min, fleet.replicas.max
    count = (
        figure(high)
        if low == high
        else f"{figure(low)} to {figure(high)}, {figure(fleet.replicas.mean)} in the mean"
    )
    starts = f", {fleet.cold_starts:,} started on the way at {figure(fleet.cold_start_s)} s each"
    back = f", {fleet.taken_back:,} taken back by spot" if fleet.taken_back else ""
    yield "replicas", f"{count}{starts if fleet.cold_starts else ''}{back}"
    kept = "" if fleet.kv_use is None else f", KV cache {fleet.kv_use:.0%} full"
    found = "" if fleet.prefix_hits is None else f", {fleet.prefix_hits:.0%} of prompts in prefix caches"
    preempted = f", {_counted(fleet.preemptions)} preempted" if fleet.preemptions else ""
    busy = f"busy {fleet.gpu_use:.0%} of the time, {figure(fleet.in_flight)} requests in flight"
    yield "use", f"{busy}{kept}{found}{preempted}"
    tokens = cost.usd_per_million_output_tokens
    each = "" if tokens is None else f", {usd_display(tokens)} per million output tokens"
    yield "nodes", f"{usd_display(cost.usd_nodes)}, {usd_display(cost.usd_per_hour)} an hour{each}"


def _series(answer: SimulationDocument) -> Iterator[Series]:
    minutes = answer.minutes
    yield Series("requests/s", [minute.requests / 60 for minute in minutes], "")
    limited = [limit.key for limit in answer.sla.limits]
    slow = next((key for key in (*limited, *answer.latency) if "_p95_" in key), None)
    if slow is not None:
        values = [minute.latency_ms.get(slow, 0.0) for minute in minutes]
        yield Series(_name(slow), values, " ms")
    yield Series("replicas", [minute.replicas for minute in minutes], "")
    yield Series("in flight", [minute.in_flight for minute in minutes], "")


def _time(seconds: float) -> str:
    for unit, name in ((86400.0, "days"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * unit:
            return f"{figure(float(f'{seconds / unit:.3g}'))} {name}"
    return f"{figure(float(f'{seconds:.3g}'))} s"
