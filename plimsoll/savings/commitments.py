"""Commitments: nodes reserved for a year, or an amount an hour, as many as the load keeps busy enough.

The level is the newsvendor's (`plimsoll.money.terms.commit_level`), exact for a profile of steps; the entry
is then put into the discounts file and the plan is solved again, so that its price is no estimate.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_UP, Decimal
from typing import Any

from plimsoll.candidates.change import Change
from plimsoll.ground.units import HOURS_PER_MONTH, exact_text
from plimsoll.money.cluster import SYSTEM_NODES
from plimsoll.money.terms import commit_level
from plimsoll.plan.beside.saving import Strategy
from plimsoll.savings.case import LeverAnswer, LeverCase, LeverChoice, RentedNodes, SteadyNodes, tried
from plimsoll.savings.committed import ENTRY
from plimsoll.savings.words import against, money, moved, priced

MOST_NAMED = 4
"""Instance types that a sentence names."""

MOST_SOLVED = 2
"""Entries that are solved again: the estimates put the best first, and differ from the solution by cents."""

STEP = Decimal("1e-10")
"""The last decimal that a discounts file has."""

PLANS = {"ec2_instance_sp_1y": "ec2_instance_sp", "compute_sp_1y": "compute_sp"}
"""Savings Plans of a year without upfront payment, as prices name them and as a discounts file does."""

Entry = dict[str, Any]
_Worth = tuple[Decimal, Entry]
"""An estimate of the bill with an entry, and the entry."""


def reserved(case: LeverCase) -> LeverAnswer:
    """Reserve as many nodes of one type for a year as pay for themselves."""
    rented = case.rentals()
    if not any(each.reserved for one in rented for each in one.nodes):
        own = {one.nodes[0].instance_type for one in rented if one.own}
        names = ", ".join(sorted(own)[:MOST_NAMED])
        what = f"no 1-year price without upfront payment of what would hold ({names}) has been read"
        how = "plimsoll prices refresh reads those that AWS lists"
        return LeverAnswer("reserved", _uncovered(case, rented) or f"{what}; {how}")
    return _solved(case, "reserved", rented, _reservations)


def savings_plan(case: LeverCase) -> LeverAnswer:
    """Commit to an amount an hour, for the nodes that pay for it."""
    rented = case.rentals()
    if not any(each.plans for one in rented for each in one.nodes):
        what = "no rate of a Savings Plan has been read: AWS publishes them to accounts alone"
        how = "plimsoll prices refresh --only savings-plans"
        return LeverAnswer("savings_plan", _uncovered(case, rented) or f"{what} ({how})")
    return _solved(case, "savings_plan", rented, _plans)


def _uncovered(case: LeverCase, rented: Sequence[RentedNodes]) -> str:
    """Say why no commitment could cover anything of its own; empty where one could."""
    if not case.hourly:
        return "no commitment covers hours of a run: nobody knows when it is started"
    none = "nothing of it runs on demand, and no commitment covers spot or negotiated rates"
    return "" if any(each.own for each in rented) else none


def _solved(
    case: LeverCase,
    strategy: Strategy,
    rented: Sequence[RentedNodes],
    entries: Callable[[RentedNodes, str], Iterator[_Worth]],
) -> LeverAnswer:
    worth = sorted((each for one in rented for each in entries(one, case.year)), key=_estimate)
    found = _tried(case, worth)
    if not found:
        busy = "no node is busy enough: a year paid in full costs more than the hours in which it runs"
        return LeverAnswer(strategy, busy)
    change, choice = found[0]
    estimate, entry = worth[0]
    best = f"with the best, {_what(case, entry)} for a year"
    why = f"{best}, a plan on it is {money(estimate)} {case.every}: no less"
    if estimate < case.chosen.paid:  # where a plan covers a part of a node the estimate is too good
        why = (
            f"with the best, {_what(case, change.new)}, it is {priced(case, choice)}, {against(case, choice)}"
        )
    return LeverAnswer(strategy, why, change, choice, _trade_off(case, change.new, choice))


def _tried(case: LeverCase, worth: Sequence[_Worth]) -> list[tuple[Change, LeverChoice]]:
    """Solve the best again, and the next as long as its estimate is below what was found."""
    found: list[tuple[Change, LeverChoice]] = []
    changes: list[Change] = []
    for estimate, entry in worth:
        change = Change(ENTRY, None, entry)
        if change in changes:  # one entry is worth something to many candidates
            continue
        if len(changes) == MOST_SOLVED or (found and estimate >= found[0][1].paid):
            break
        changes.append(change)
        found = tried(case, changes)
    return found


def _estimate(worth: _Worth) -> Decimal:
    return worth[0]


def _reservations(rented: RentedNodes, until: str) -> Iterator[_Worth]:
    for each in rented.nodes:
        price = each.reserved
        level = commit_level(each.hourly, price.usd, each.on_demand) if price is not None else 0
        if price is not None and level:
            used = Decimal(sum(min(count, level) for count in each.hourly)) / len(each.hourly)
            saved = HOURS_PER_MONTH * (used * each.on_demand - level * price.usd)
            yield (
                rented.paid - saved,
                {
                    "kind": "reserved",
                    "instance_type": each.instance_type,
                    "region": each.region,
                    "count": level,
                    "usd_per_hour": exact_text(price.usd),
                    "until": until,
                },
            )


def _plans(rented: RentedNodes, until: str) -> Iterator[_Worth]:
    """Amounts for the nodes of each type that has a rate, and for those of all that a plan covers together.

    An entry has one rate: of several types it is the dearest of theirs, so that it covers no more than AWS
    would.
    """
    for priced_as, kind in PLANS.items():
        for nodes in _together([each for each in rented.nodes if priced_as in each.plans], kind):
            covered = [each for each in rented.nodes if _family(each, kind) == _family(nodes[0], kind)]
            rate, hours = max(_rate(each, priced_as) for each in nodes), _hours(covered)
            saved, used = max((_saved(covered, hours, usd, rate), usd) for usd in _levels(nodes))
            if saved > 0:
                amount = (used * rate).quantize(STEP, ROUND_UP)
                terms = {"usd_per_hour": f"{amount:f}", "rate_of_on_demand": f"{rate:f}", "until": until}
                entry = {"kind": kind} | _family(nodes[0], kind) | terms
                yield rented.paid - HOURS_PER_MONTH * saved, entry


def _together(rated: Sequence[SteadyNodes], kind: str) -> Iterator[list[SteadyNodes]]:
    """Nodes that one plan could be bought for: each type, and each run of types in the order of covering.

    What a plan covers first is its own, so that the best amount fills some of the first of them.
    """
    for place, each in enumerate(rated):
        found = [each]
        yield [*found]
        for other in rated[place + 1 :]:
            if _family(other, kind) == _family(each, kind):
                found.append(other)
                yield [*found]


def _family(nodes: SteadyNodes, kind: str) -> dict[str, str]:
    """What a plan for nodes is bought for, as an entry names it: their family in a region, or anything."""
    if kind == "compute_sp":
        return {}
    return {"family": nodes.instance_type.partition(".")[0], "region": nodes.region}


def _rate(nodes: SteadyNodes, priced_as: str) -> Decimal:
    """The share of the list price that a plan charges."""
    return (nodes.plans[priced_as].usd / nodes.listed).quantize(STEP, ROUND_UP)


def _levels(nodes: Sequence[SteadyNodes]) -> set[Decimal]:
    """What nodes cost together at list prices in an hour, in every kind of hour, USD.

    No other amount is best: the saving of an amount is straight from one of them to the next.
    """
    return {
        sum((count * each.listed for count, each in zip(counts, nodes, strict=True)), Decimal(0))
        for counts in _hours(nodes)
    }


def _saved(
    nodes: Sequence[SteadyNodes], hours: Counter[tuple[int, ...]], usd: Decimal, rate: Decimal
) -> Decimal:
    """Estimate what a plan that covers `usd` of list prices saves in an hour; nodes are in their order."""
    saved = Decimal(0)
    for counts, often in hours.items():
        left = usd
        for count, each in zip(counts, nodes, strict=True):
            taken = min(left, count * each.listed)
            left -= taken
            saved += often * taken * each.on_demand / each.listed
    return saved / hours.total() - usd * rate


def _hours(nodes: Sequence[SteadyNodes]) -> Counter[tuple[int, ...]]:
    """Count the hours in which as many of each run at once: a year has few kinds of them."""
    most = max(len(each.hourly) for each in nodes)
    return Counter(zip(*(each.hourly * (most // len(each.hourly)) for each in nodes), strict=True))


def _trade_off(case: LeverCase, entry: Entry, choice: LeverChoice) -> str:
    """Say what is owed for a year, and what that costs if the workload ends at half of it."""
    month = HOURS_PER_MONTH * Decimal(entry["usd_per_hour"]) * (entry.get("count") or 1)
    owed = f"{money(month)} a month, {money(12 * month)} in all"
    return (
        f"{_what(case, entry)} paid for 12 months whether used or not: {owed}; "
        f"if the workload ends after 6, {money(6 * month)} are paid for nothing; {moved(case.chosen, choice)}"
    )


def _what(case: LeverCase, entry: Entry) -> str:
    if "count" in entry:
        shared = entry["instance_type"] == SYSTEM_NODES.instance_type != case.chosen.instance_type
        of = " (system nodes)" if shared else ""
        return f"{entry['count']} × {entry['instance_type']}{of}"
    return f"{entry['kind']} of ${entry['usd_per_hour']} an hour"
