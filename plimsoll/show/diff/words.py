"""Words of a diff that its table, its Markdown and the comment share."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from plimsoll.candidates.ways_out import shown
from plimsoll.catalog.clock import Clock
from plimsoll.ground.units import figure
from plimsoll.money.line import Basis
from plimsoll.review.diff.document import (
    DiffCauses,
    DiffDocument,
    DiffReplicas,
    DiffSide,
    WorkloadDiff,
)
from plimsoll.review.diff.lines import ChangedLine, LineSide
from plimsoll.review.solved.facts import CAUSES, Cause
from plimsoll.review.solved.stored_plan import Per, RunShape
from plimsoll.show.clock import prices_text
from plimsoll.show.money import usd

CAUSE_NAMES: dict[Cause, str] = {
    "tool": "Plimsoll",
    "speed": "speed data",
    "prices": "prices",
    "spec": "your change",
}
ORDER_TOLD = "one after the other: Plimsoll, speed data, prices, your change; each solved without the budget"
NO_AMOUNT = "–"

_MOST_PATHS = 3
"""Places of one object that are named; the document has all."""

_LONGEST_VALUE = 120
"""Characters of a value of a spec; a list of 168 hours says nothing to a reader of a line."""


def signed(amount: str | None, *, without: str = NO_AMOUNT) -> str:
    """Write a change of money with its sign: `+$2,709.39`, `−$12.00`, `$0.00`."""
    if amount is None:
        return without
    value = Decimal(amount)
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{usd(abs(value))}"


def percent(change: str | None, was: str | None) -> str:
    """Write a change in percent of what was, `+88.8 %`; empty where that has no meaning."""
    if change is None or was is None or not Decimal(was):
        return ""
    value = Decimal(change) / Decimal(was) * 100
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{abs(value):,.1f} %"


def choice_text(side: DiffSide | None) -> str:
    """Name what is rented: `g7e.2xlarge × 2`."""
    if side is None:
        return NO_AMOUNT
    if side.instance_type is None:
        return "refused"
    return _rented(side.instance_type, side.replicas, side.run)


def _rented(instance_type: str, replicas: DiffReplicas | None, run: RunShape | None) -> str:
    """Name a type and how often: replicas of a service, nodes of a run, which says if it is off on-demand."""
    if run is None:
        return f"{instance_type} × {replicas.max if replicas is not None else 0}"
    how = "" if run.capacity == "on-demand" else f", {run.capacity}"
    return f"{instance_type} × {run.nodes}{how}"


EVERY: dict[Per, str] = {"month": "", "run": " a run"}
"""What is said after an amount: nothing of a month, which all the others are of."""


def money_cells(each: WorkloadDiff) -> tuple[str, str, str, str]:
    """Write expected and ceiling, what the ceiling was, and its change; of a run each says so."""
    now, was = (side and side.usd(each.per) for side in (each.now, each.was))
    every = EVERY[each.per]
    amounts = (now and now.expected, now and now.ceiling, was and was.ceiling)
    shown_ = [NO_AMOUNT if amount is None else f"{usd(amount)}{every}" for amount in amounts]
    return shown_[0], shown_[1], shown_[2], _change_cell(each)


def _change_cell(each: WorkloadDiff) -> str:
    """Write the change of the ceiling; of a run that has a month, that of the month too, where it differs."""
    change, month = each.change.ceiling, each.month
    if change is None:
        return NO_AMOUNT
    of_month = month.change.ceiling if month is not None else None
    more = "" if of_month in (None, change) else f", {signed(of_month)} a month"
    return f"{signed(change)}{EVERY[each.per]}{more}"


def line_amount(side: LineSide | None, per: Per) -> str | None:
    """Read what a line comes to in a month or a run."""
    return side and (side.usd_per_run if per == "run" else side.usd_per_month)


def told_lines(each: WorkloadDiff) -> Iterator[tuple[ChangedLine, str]]:
    """Yield the lines of the ceiling that are told, and the change of each, of the month or the run."""
    for line in each.lines:
        change = line.change_usd_per_run if each.per == "run" else line.change_usd_per_month
        if line.of == "ceiling" and change is not None and (each.per == "month" or Decimal(change)):
            yield line, change


def cause_amounts(causes: DiffCauses, of: Basis = "ceiling") -> list[tuple[str, str]]:
    """List each cause and what it adds to a number, the ceiling or another; the author's first.

    Causes without a number of their own are named with the one that they lie in.
    """
    found: list[tuple[str, str]] = []
    waiting: list[str] = []
    for cause in CAUSES:
        money = getattr(causes, cause)
        if money is None:
            waiting.append(CAUSE_NAMES[cause])
        else:
            names = [*waiting, CAUSE_NAMES[cause]]
            named = " and ".join([", ".join(names[:-1]), names[-1]] if names[:-1] else names)
            found.append((named, getattr(money, of)))
            waiting = []
    return found[::-1]


def split_text(causes: DiffCauses, of: Basis = "ceiling") -> str:
    """Split a change by cause in one line; empty where a side has no number."""
    return " · ".join(f"{name} {signed(amount)}" for name, amount in cause_amounts(causes, of))


def split_of(each: WorkloadDiff) -> str:
    """Split what a workload's change is told by."""
    return split_text(each.causes, told_basis(each)) or "no split: a side is refused"


def told_basis(each: WorkloadDiff) -> Basis:
    """Choose the number that tells a change: the ceiling; of a run whose ceiling stays, what is expected.

    The ceiling of a run follows from the hours that it may take, and those from its limit.
    """
    change = each.change
    if each.per == "month" or change.ceiling is None or change.expected is None or Decimal(change.ceiling):
        return "ceiling"
    return "expected" if Decimal(change.expected) else "ceiling"


def run_change_told(each: WorkloadDiff) -> str:
    """Say by how much a run changes, ` +$48.52 a run expected`; empty of a service, whose row says it."""
    of = told_basis(each)
    amount = getattr(each.change, of)
    if each.per == "month" or amount is None:
        return ""
    return f" {signed(amount)}{EVERY['run']}{' expected' if of == 'expected' else ''}"


def foot_text(document: DiffDocument) -> str:
    """Say what amounts are of, and how causes are taken."""
    runs = any(each.per == "run" for each in document.workloads)
    money = "USD a month of 730 hours" + (", or a run where that is said" if runs else "")
    clock = Clock(document.asked_on, document.priced_on, document.oldest_on)
    return f"{prices_text(clock)}; {money}; causes are taken {ORDER_TOLD}"


def price_moves(workload: WorkloadDiff) -> list[str]:
    """Name each price row that moved: old and new price, each with its date."""
    told: dict[str, None] = {}
    for line in workload.lines:
        if line.repriced and line.was is not None and line.now is not None:
            what = line.instance_type or line.item
            told[
                f"{what} {line.now.unit} ${line.was.usd_per_unit} ({line.was.as_of}) → "
                f"${line.now.usd_per_unit} ({line.now.as_of})"
            ] = None
    return list(told)


def value_text(value: Any) -> str:  # noqa: ANN401 - any value of a spec
    """Write a value of a spec in a line."""
    text = shown(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def state_text(workload: WorkloadDiff) -> str:
    """Say in a word what a reader must know of a workload's state."""
    if workload.now is not None and workload.now.outcome == "over_budget":
        return "over budget"
    if workload.now is not None and workload.now.outcome == "refusal":
        return "refused"
    return workload.state if workload.state in ("new", "removed") else ""


def within_budget_text(side: DiffSide | None) -> str:
    """Say what the budget leaves in place of the cheapest; empty where it leaves that."""
    other = side.within_budget if side is not None else None
    if other is None:
        return ""
    rented = _rented(other.instance_type, other.replicas, other.run)
    money, every = other.usd_per_run or other.usd_per_month, EVERY["run" if other.usd_per_run else "month"]
    if money is None:
        return ""
    return f"the budget leaves {rented}: ceiling {usd(money.ceiling)}{every}, {usd(money.expected)} expected"


def moved(workloads: Sequence[WorkloadDiff]) -> list[WorkloadDiff]:
    """Keep the workloads that differ."""
    return [each for each in workloads if each.state != "same"]


def assumption_texts(workload: WorkloadDiff) -> Iterator[str]:
    """Say of each assumption that changed what it was, what it is, and why."""
    for each in workload.assumptions or ():
        unit = f" {each.unit}" if each.unit else ""
        yield f"{each.name}: {_assumed(each.was)} → {_assumed(each.now)}{unit} ({each.source})"


def _assumed(value: object) -> str:
    return NO_AMOUNT if value is None else figure(value)


def resource_texts(workload: WorkloadDiff) -> Iterator[tuple[str, str]]:
    """Yield mark and name of each resource that is new, changed or removed."""
    found = workload.resources
    if found is None:
        return
    yield from (("+", name) for name in found.new)
    for each in found.changed:
        paths = ", ".join(each.paths[:3]) + (
            f" and {len(each.paths) - 3} more" if len(each.paths) > 3 else ""
        )
        yield "~", f"{each.resource}: {paths}"
    yield from (("−", name) for name in found.removed)
