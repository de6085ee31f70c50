"""Several plans share one cluster, whose parts count once in their sum."""

from collections.abc import Sequence
from decimal import Decimal

from plimsoll.ground.units import usd_text
from plimsoll.money.line import CostLine
from plimsoll.plan.plan import Plan, Refusal


def total(answers: Sequence[Plan | Refusal]) -> dict[str, str | None]:
    """Sum floor, expected and ceiling: parts of scope `cluster` count once per region.

    None for all three if any workload is refused: what has no plan does not count as zero.
    """
    sums = {"floor": Decimal(0), "expected": Decimal(0), "ceiling": Decimal(0)}
    shared: set[tuple[str, CostLine]] = set()
    for plan in answers:
        if isinstance(plan, Refusal):
            return dict.fromkeys(sums, None)
        for line in plan.cost.lines:
            if line.scope == "cluster":
                if (plan.chosen.region, line) in shared:
                    continue
                shared.add((plan.chosen.region, line))
            sums[line.of] += Decimal(line.usd_per_month)
    return {basis: usd_text(amount) for basis, amount in sums.items()}
