"""The hours that a missed limit could have instead: the fewest that any nodes reach, and the cheapest.

A candidate stands on one number of nodes. Where the network or the global batch ends what more nodes gain,
the most that still gain are looked for here: they are what is near the limit that was missed.
"""

from collections.abc import Iterator
from math import ceil

from plimsoll.candidates.runs.candidate import RunCandidate, RunSearch, TimedRun
from plimsoll.candidates.runs.counts import Counted
from plimsoll.candidates.runs.every import RunTrial
from plimsoll.sizing.limits import DEADLINE, NETWORK, SCALING

_OF_NODES = frozenset({DEADLINE.code, NETWORK.code, SCALING.code})
"""Limits that another number of nodes may keep."""

HALVINGS = 10
MOST_NODES = 2**HALVINGS
"""Nodes that are tried at most; so many halvings tell them apart."""


def nearest_hours(search: RunSearch, key: str) -> list[float]:
    """List hours for a key of the sla, whole tenths: the fewest that can be reached, then the cheapest."""
    late = [each for candidate in search.candidates for each in _late(search, candidate)]
    if not late:
        return []
    fastest = min(_hours(key, timed) for timed, _, _ in late)
    cheapest = min(late, key=lambda each: (each[1].bill.expected if each[1] else 0, _hours(key, each[0])))
    tenths = [_tenth(fastest), _tenth(_hours(key, cheapest[0]))]
    return list(dict.fromkeys(tenths))


def _hours(key: str, timed: TimedRun) -> float:
    return timed.hours.estimate_h if key == "run_p50_h" else timed.hours.high_h


def _tenth(hours: float) -> float:
    return ceil(hours * 10 + 1e-6) / 10


def _late(search: RunSearch, candidate: RunCandidate) -> Iterator[Counted]:
    """Yield a candidate on the fewest nodes and on the most that break nothing but the limit on hours.

    Those on spot depend on the limit itself: they are found when it is changed.
    """
    option = candidate.option
    if option.capacity_type != "on-demand" or not candidate.reasons or candidate.codes - _OF_NODES:
        return
    trial = RunTrial(search.space)
    rates = trial.rates(option)
    counted = (trial.counted(option, option.way.least_nodes, rates),)
    yield from (each for each in counted if each is not None and only_late(each))
    low = option.way.least_nodes
    high = min(option.way.most_nodes, low + MOST_NODES - 1)
    found: Counted | None = None
    for _ in range(HALVINGS):
        if low >= high:
            break
        middle = (low + high + 1) // 2
        tried = trial.counted(option, middle, rates)
        if tried is not None and only_late(tried):
            low, found = middle, tried
        else:
            high = middle - 1
    if found is not None:
        yield found


def only_late(counted: Counted) -> bool:
    """Say whether so many nodes have a price, and break no limit but that on hours."""
    _, sized, reasons = counted
    return sized is not None and all(reason.code == DEADLINE.code for reason in reasons)
