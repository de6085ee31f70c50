"""Sentences about plan and bill, the same in a table and on a page."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from decimal import Decimal

from plimsoll.actuals.allocated import METHODS
from plimsoll.actuals.document import (
    ActualDocument,
    ActualRow,
    ActualWindow,
    Anomaly,
    Commitments,
    ExpiredSpec,
    RunDay,
    RunProgress,
    SharedNodesRow,
    Variance,
)
from plimsoll.show.money import usd
from plimsoll.show.text import visible

BASES = {"list": "list prices", "effective": "what is paid, commitments spread over their use"}


def signed(amount: str) -> str:
    """Write a difference with its sign."""
    value = Decimal(amount)
    return ("+" if value > 0 else "") + plain(amount)


def plain(amount: str) -> str:
    """Write an amount, its sign before the dollar."""
    value = Decimal(amount)
    return ("-" if value < 0 else "") + usd(abs(value))


def difference(row: ActualRow | SharedNodesRow) -> str:
    """Write actual - plan."""
    return f"{Decimal(row.actual) - Decimal(row.plan):.2f}"


def share(percent: float | None) -> str:
    """Write a percentage."""
    return "–" if percent is None else f"{percent:g} %"


def causes(variance: Variance) -> tuple[str, ...]:
    """Write the four causes."""
    return tuple(signed(getattr(variance, name)) for name in ("quantity", "rate", "unplanned", "missing"))


def headline(found: ActualDocument) -> str:
    """Say what was planned and paid."""
    window, total = found.window, found.total
    change = f"{Decimal(total.actual) - Decimal(total.plan):.2f}"
    return (
        f"{window.start} to {window.end} (excluded), {window.hours} hours: planned {usd(total.plan)}, "
        f"actual {usd(total.actual)} ({signed(change)}), at {BASES[found.basis]}"
    )


def beside(found: ActualDocument) -> Iterator[tuple[str, str, str]]:
    """List the money beside the rows: name, amount, what it is."""
    untagged, outside, terms = found.untagged, found.outside, found.commitments
    largest = ", ".join(f"{visible(each.name)} {usd(each.usd)}" for each in untagged.services[:3])
    yield (
        "untagged",
        usd(untagged.usd),
        f"{share(untagged.pct)} of the bill carries no tag" + (f": {largest}" if largest else ""),
    )
    for other in found.others:
        yield f"other: {visible(other.name)}", usd(other.usd), "a workload that no lock was given for"
    yield (
        "outside",
        plain(outside.usd),
        (
            f"credits and refunds {plain(outside.credits)}, tax {plain(outside.tax)}, "
            f"support {usd(outside.support)}"
        ),
    )
    yield (
        "commitments",
        plain(terms.usd),
        (
            f"list less effective; {terms.covered_hours} instance-hours covered, "
            f"{terms.uncovered_hours} not{_saved(terms)}, {usd(terms.unused_usd)} unused"
        ),
    )


def _saved(terms: Commitments) -> str:
    return "" if terms.saving_pct is None else f", {share(terms.saving_pct)} saved where covered"


def notes(found: ActualDocument) -> Iterator[str]:
    """Say how the bill was read."""
    reading = found.reading
    yield f"{reading.rows:,} rows of {reading.source}; coverage {share(found.coverage_pct)}"
    if reading.duplicates:
        yield f"{reading.duplicates:,} rows left out that were there twice"
    if Decimal(reading.corrections_usd):
        yield f"corrections of earlier invoices: {plain(reading.corrections_usd)}, in the rows"
    yield from reading.notes


def expired(each: ExpiredSpec) -> str:
    """Say what a spec cost after the day on which it expired."""
    if each.last_day is None:
        return f"{each.name}: expired on {each.expires}, and has cost nothing since"
    return (
        f"{each.name}: expired on {each.expires}, and cost {usd(each.usd_after)} since, until {each.last_day}"
    )


def anomalies(found: ActualDocument, of: Collection[str] | None = None) -> Iterator[str]:
    """Say which days were unlike their weekday, of all rows or some."""
    for each in found.anomalies:
        if of is None or each.name in of:
            yield _anomaly(each)


def _anomaly(each: Anomaly) -> str:
    return (
        f"{each.name}: {each.day} cost {usd(each.usd)}, usual is {usd(each.usual)} ± {usd(each.limit)} "
        f"(plan {usd(each.plan)} a day); {visible(each.moved)} moved most; "
        f"held against {', '.join(each.days)}"
    )


def to_date(day: RunDay) -> str:
    """Say how far a run is."""
    hours = "" if day.of_hours_pct is None else f"; {day.node_hours} node-hours, {share(day.of_hours_pct)}"
    return f"{usd(day.to_date)} to date, {share(day.of_plan_pct)} of the plan{hours}"


def run_of(run: RunProgress, window: ActualWindow) -> str:
    """Say where a run stands at the end of a window."""
    last = date.fromisoformat(window.end) - timedelta(days=1)
    of = f"planned {usd(run.plan)}, at most {usd(run.ceiling)}"
    if run.state == "not_started":
        return f"{run.name}: not started by {last}, or its money carries no tag; {of}"
    before = f", {usd(run.before)} of it before {window.start}" if Decimal(run.before) else ""
    if not run.days:
        return f"{run.name}: ended before {window.start} with {usd(run.before)}; {of}"
    end = run.days[-1]
    return f"{run.name}: since {run.began}, until {end.day} {to_date(end)}{before}; {of}"


def nodes_name(row: SharedNodesRow) -> str:
    """Name shared nodes where they stand under the total: their money is in the rows above."""
    return f"of which {row.name}"


def shared_nodes(found: ActualDocument, of: Collection[str] | None = None) -> Iterator[str]:
    """Say how the money of shared nodes was split, of all or of those that some are tenants of."""
    for row in found.shared_nodes:
        if of is None or any(part.name in of for part in row.parts):
            yield (
                f"{row.name}: {row.instance_type} in {row.region}, allocated by "
                f"{METHODS[row.allocated_method]} as planned; idle, what no tenant has, is shared out by "
                f"the same weights: {share(row.idle_pct)}, {plain(row.idle_actual)} of {plain(row.actual)} "
                f"(planned {plain(row.idle_plan)})"
            )
            for part in row.parts:
                yield (
                    f"{part.name} of {row.name}: {share(part.pct)}, {plain(part.actual)} "
                    f"(planned {plain(part.plan)}), of it idle {plain(part.idle_actual)}"
                )


def idle(row: ActualRow) -> str:
    """Say what of a row ran for nobody; empty where nothing can be said."""
    if row.idle is None:
        return ""
    parts = {
        "nodes that no pod asked for": row.idle.empty_nodes_usd,
        "pods without a request": row.idle.waiting_usd,
        "engine idle": row.idle.engine_idle_usd,
    }
    return f"{row.name}: " + ", ".join(
        f"{name} {usd(amount)}" for name, amount in parts.items() if amount is not None
    )
