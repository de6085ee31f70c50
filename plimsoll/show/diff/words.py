"""Words of a diff that its table, its Markdown and the comment share."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from plimsoll.candidates.ways_out import shown
from plimsoll.ground.units import figure
from plimsoll.review.diff.document import DiffCauses, DiffSide, WorkloadDiff
from plimsoll.review.diff.facts import CAUSES, Cause
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
    if side.instance_type is None or side.replicas is None:
        return "refused"
    return f"{side.instance_type} × {side.replicas.max}"


def cause_amounts(causes: DiffCauses) -> list[tuple[str, str]]:
    """List each cause and what it adds to the ceiling, the author's first.

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
            found.append(
                (" and ".join([", ".join(names[:-1]), names[-1]] if names[:-1] else names), money.ceiling)
            )
            waiting = []
    return found[::-1]


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
    money = other.usd_per_month
    return (
        f"the budget leaves {other.instance_type} × {other.replicas.max}: ceiling {usd(money.ceiling)}, "
        f"{usd(money.expected)} expected"
    )


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
