"""A person reads this when the budget is crossed: how far, by what, and the cheapest way back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from plimsoll.gate.budget import MonthlyBudget
from plimsoll.gate.money import Amount
from plimsoll.ground.units import HOURS_PER_MONTH, exact_text, usd_display
from plimsoll.pricing import Charge

LARGEST = 3


def short_name(urn: str) -> str:
    """Name a resource by the last part of its URN, in ASCII."""
    return ascii(urn.rpartition("::")[2][:80])[1:-1]


def overrun(budget: MonthlyBudget, amount: Amount) -> str:
    """Say budget, amount and overrun in one sentence."""
    over = amount.known - budget.usd_per_month
    share = (over / budget.usd_per_month * 100).quantize(Decimal(1), ROUND_CEILING)
    return (
        f"{budget.scope}: {budget.basis} {usd_display(amount.known)}/month is {usd_display(over)} "
        f"(+{share} %) over the budget of {usd_display(budget.usd_per_month)}"
    )


def over_budget_message(budget: MonthlyBudget, amount: Amount) -> str:
    """Write two lines for the engine's block: the overrun with its largest lines, and the way back."""
    parts = [f"{line_name(line)} {usd_display(line.usd_per_month)}" for line in largest(amount.lines)]
    head = overrun(budget, amount) + ("; largest: " + ", ".join(parts) if parts else "")
    return f"{head}\n{way_back(budget, amount)}; or ask for an exemption"


def still_over_message(budget: MonthlyBudget, amount: Amount) -> str:
    """Write one line for a resource that comes after the one that crossed the budget."""
    return f"with it {overrun(budget, amount)}"


def over_budget_story(budget: MonthlyBudget, amount: Amount) -> str:
    """Write the full account for the report."""
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
            _ask(amount),
        ]
    )


def _ask(amount: Amount) -> str:
    return (
        "To ask for an exemption, add a record to the exemptions file (policy: budget, match, "
        f"allow_up_to_usd: {exact_text(amount.known)}, owner, approved_by, reason, expires) and "
        "have its approver review it."
    )


def largest(lines: Iterable[Charge]) -> Sequence[Charge]:
    """Pick the three largest lines."""
    return sorted(lines, key=lambda line: (-line.usd_per_month, line.urn, line.item))[:LARGEST]


def line_name(line: Charge) -> str:
    """Name a line by its resource and item."""
    return f"{short_name(line.urn)} {line.item}"


def way_back(budget: MonthlyBudget, amount: Amount) -> str:
    """Find the change that takes out the least capacity and brings the amount under the budget.

    Lines of nodes are counted in whole nodes of 730 hours. One pool that suffices is best, and of several the
    one that saves least; to remove a pool wholly comes after lowering one. Where no one suffices, the dearest
    pools are lowered in turn.
    """
    over = amount.known - budget.usd_per_month
    pools = [found for line in amount.lines if (found := _pool_of(line)) is not None]
    single = [
        (fewer == pool.nodes, fewer * pool.usd_per_node, pool.name, text)
        for pool in pools
        if (fewer := pool.fewer(over)) <= pool.nodes and (text := pool.lowered(fewer))
    ]
    if single:
        return min(single)[-1]
    several = _several(pools, over)
    return (
        several or f"lower the workload's replicas or its traffic, or raise the budget by {usd_display(over)}"
    )


@dataclass(frozen=True, slots=True)
class _Pool:
    """A line of nodes stands for a pool: how many there are, and what one costs in a month."""

    name: str
    kind: str
    nodes: Decimal
    usd_per_node: Decimal

    def fewer(self, over: Decimal) -> Decimal:
        """Count the nodes that cost as much as the overrun, rounded up."""
        return (over / self.usd_per_node).to_integral_value(ROUND_CEILING)

    def lowered(self, fewer: Decimal) -> str:
        """Say what to do."""
        saved = usd_display(fewer * self.usd_per_node)
        if fewer == self.nodes:
            return f"remove {self.name} ({fewer} × {self.kind}), saving {saved}"
        left = self.nodes - fewer
        return f"lower the limit of {self.name} by {fewer} × {self.kind} (to {left}), saving {saved}"


def _pool_of(line: Charge) -> _Pool | None:
    if line.kind != "nodes" or not line.unit.endswith("hour"):
        return None
    per_node, nodes = line.usd_per_unit * HOURS_PER_MONTH, line.quantity / HOURS_PER_MONTH
    if per_node <= 0 or nodes <= 0 or nodes != nodes.to_integral_value():
        return None
    return _Pool(short_name(line.urn), line.instance_type, nodes.to_integral_value(), per_node)


def _several(pools: Sequence[_Pool], over: Decimal) -> str:
    """Lower the dearest pools in turn until it fits; "" if all of them together do not suffice."""
    steps: list[str] = []
    for pool in sorted(pools, key=lambda p: (-p.nodes * p.usd_per_node, p.name)):
        fewer = min(pool.fewer(over), pool.nodes)
        steps.append(pool.lowered(fewer))
        over -= fewer * pool.usd_per_node
        if over <= 0:
            break
    if over > 0 or not steps:
        return ""
    more = f" and {len(steps) - LARGEST} more" if len(steps) > LARGEST else ""
    return "; ".join(steps[:LARGEST]) + more
