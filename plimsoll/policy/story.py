"""What a person reads when the budget is crossed: how far, by what, and the cheapest way back."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from plimsoll.policy.money import Amount
from plimsoll.pricing import PricedLine
from plimsoll.units import exact_text, usd_display

if TYPE_CHECKING:
    from plimsoll.policy.rules.budget import Budget

LARGEST = 3

ASK = (
    "To ask for an exemption, add a record to the exemptions file (policy: budget, match, allow_up_to_usd, "
    "owner, approved_by, reason, expires) and have its approver review it."
)


def short_name(urn: str) -> str:
    """Name a resource by the last part of its URN, in ASCII."""
    return ascii(urn.rpartition("::")[2][:80])[1:-1]


def overrun(budget: "Budget", amount: Amount) -> str:
    """Say budget, amount and overrun in one sentence."""
    over = amount.known - budget.usd_per_month
    share = (over / budget.usd_per_month * 100).quantize(Decimal(1), ROUND_CEILING)
    return (
        f"{budget.scope}: {budget.basis} {usd_display(amount.known)}/month is {usd_display(over)} "
        f"(+{share} %) over the budget of {usd_display(budget.usd_per_month)}"
    )


def over_budget_message(budget: "Budget", amount: Amount) -> str:
    """Two lines for the engine's block: the overrun with its largest lines, and the way back."""
    parts = [f"{line_name(line)} {usd_display(line.usd_per_month)}" for line in largest(amount.lines)]
    head = overrun(budget, amount) + ("; largest: " + ", ".join(parts) if parts else "")
    return f"{head}\n{way_back(budget, amount)}; or ask for an exemption"


def over_budget_story(budget: "Budget", amount: Amount) -> str:
    """The full account for the report."""
    rows = [
        f"- {line_name(line)}: {exact_text(line.quantity)} {line.unit} × ${exact_text(line.usd_per_unit)} "
        f"= {usd_display(line.usd_per_month)} ({line.source}, {line.as_of})"
        for line in largest(amount.lines)
    ]
    rest = len(amount.lines) - len(rows)
    more = [f"- and {rest} smaller line{'s' * (rest != 1)}"] if rest > 0 else []
    claimed = [] if amount.lines else ["- the component's own ceiling, before any of its children"]
    return "\n".join(
        [
            overrun(budget, amount) + ".",
            "Largest lines:",
            *(rows or claimed),
            *more,
            f"Cheapest way back: {way_back(budget, amount)}.",
            ASK,
        ]
    )


def largest(lines: Iterable[PricedLine]) -> Sequence[PricedLine]:
    """The three largest lines."""
    return sorted(lines, key=lambda line: (-line.usd_per_month, line.urn, line.item))[:LARGEST]


def line_name(line: PricedLine) -> str:
    """Name a line by its resource and item."""
    return f"{short_name(line.urn)} {line.item}"


def way_back(budget: "Budget", amount: Amount) -> str:
    """Find the single change that costs least capacity and brings the amount under the budget.

    A line of nodes is counted in whole nodes of 730 hours; taking nodes out of the pool whose unit is the
    smallest that suffices removes the least capacity; to remove a pool wholly is the last resort. Where no
    one line suffices, the dearest pool is named.
    """
    over = amount.known - budget.usd_per_month
    ways = [way for line in amount.lines if (way := _fewer_nodes(line, over)) is not None]
    if ways:
        return min(ways)[-1]
    biggest = largest(amount.lines)
    if biggest:
        name = line_name(biggest[0])
        return f"no single pool is large enough: start with {name} ({usd_display(biggest[0].usd_per_month)})"
    return f"lower the workload's replicas or its traffic, or raise the budget by {usd_display(over)}"


def _fewer_nodes(line: PricedLine, over: Decimal) -> tuple[bool, Decimal, str, str] | None:
    if not line.unit.endswith("hour") or line.item.startswith("overshoot"):
        return None
    per_node = line.usd_per_unit * 730
    nodes = line.quantity / 730
    if per_node <= 0 or nodes != nodes.to_integral_value():
        return None
    fewer = (over / per_node).to_integral_value(ROUND_CEILING)
    if not 0 < fewer <= nodes:
        return None
    name = short_name(line.urn)
    what = line.item.removeprefix("nodes ")
    saved = fewer * per_node
    text = f"lower the limit of {name} by {fewer} × {what} (to {nodes - fewer}), saving {usd_display(saved)}"
    if fewer == nodes:
        text = f"remove {name} ({fewer} × {what}), saving {usd_display(saved)}"
    return fewer == nodes, saved, line.urn, text
