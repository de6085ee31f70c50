"""A run takes the nodes that hold its hours at the least money: each costs its start and some speed."""

from collections.abc import Iterator
from math import ceil
from typing import Protocol

from plimsoll.candidates.runs.candidate import RunOption, RunSized, TimedRun
from plimsoll.money.runs.bill import RunRates
from plimsoll.sizing.limits import BUDGET, DEADLINE, Reason
from plimsoll.sizing.runs.hours import START_H

Counted = tuple[TimedRun, RunSized | None, tuple[Reason, ...]]

MOST_STEPS = 12
"""Node counts that are tried upwards until the hours hold; each is at least what the last one lacked."""

WIDER = (2.0,)
"""Times the fewest nodes that a run on spot tries beside: a shorter run leaves more of its time to spot."""


MOSTLY_SPOT = 0.9
"""Share of the billed hours on spot from which more nodes save nothing."""


class Counting(Protocol):
    """Whoever can time and price an option on a number of nodes."""

    def counted(self, option: RunOption, nodes: int, rates: RunRates | None) -> Counted | None:
        """Time and price it."""
        ...


def best_counted(trial: Counting, option: RunOption, rates: RunRates | None) -> Counted | None:
    """Choose the nodes: the cheapest that break nothing, else those in time, else the fastest."""
    found = list(_tried(trial, option, rates))
    if not found:
        return None
    return min(found, key=_order)


def _order(counted: Counted) -> tuple[int, int, float, float, int]:
    """Put what breaks least first, then what is expected to cost least, then what is done first."""
    timed, sized, reasons = counted
    hard = sum(reason.code not in (BUDGET.code, DEADLINE.code) for reason in reasons)
    late = sum(reason.code == DEADLINE.code for reason in reasons)
    money = float(sized.bill.expected) if sized is not None else 0.0
    first, second = (timed.hours.estimate_h, money) if late else (money, timed.hours.estimate_h)
    return (hard + late, len(reasons), first, second, timed.pace.nodes)


def _tried(trial: Counting, option: RunOption, rates: RunRates | None) -> Iterator[Counted]:
    way = option.way
    nodes, counted = way.least_nodes, None
    for _ in range(MOST_STEPS):
        counted = trial.counted(option, nodes, rates)
        if counted is None:
            return
        yield counted
        late = [reason for reason in counted[2] if reason.code == DEADLINE.code]
        if not late:
            break
        if nodes >= way.most_nodes:
            return
        fixed_h = START_H if option.capacity_type != "spot" else 0.0  # no nodes make that less
        nodes = min(max(nodes + 1, ceil(nodes * _short(late, fixed_h))), way.most_nodes)
    if option.capacity_type == "spot" and counted is not None and counted[0].hours.spot_share < MOSTLY_SPOT:
        wider = {ceil(nodes * factor) for factor in WIDER}
        for count in sorted(each for each in wider if nodes < each <= way.most_nodes):
            if (counted := trial.counted(option, count, rates)) is not None:
                yield counted


def _short(late: list[Reason], fixed_h: float) -> float:
    """By how much the hours are missed at most, beside those that are fixed."""
    missed = [
        (reason.value - fixed_h) / (reason.limit - fixed_h)
        for reason in late
        if isinstance(reason.value, int | float)
        and isinstance(reason.limit, int | float)
        and reason.limit > fixed_h
    ]
    return max(missed, default=2.0) * 0.98
