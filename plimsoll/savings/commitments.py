"""Commitments: nodes reserved for a year, or an amount an hour, as many as the load keeps busy enough.

The level is the newsvendor's (`plimsoll.money.terms.commit_level`), exact for a profile of steps; the entry
is then put into the discounts file and the plan is solved again, so that its price is no estimate.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_UP, Decimal
from typing import Any

from plimsoll.candidates.change import Change
from plimsoll.catalog.facts import Price
from plimsoll.ground.units import HOURS_PER_MONTH, exact_text
from plimsoll.money.terms import commit_level
from plimsoll.plan.beside.saving import Strategy
from plimsoll.savings.case import LeverAnswer, LeverCase, LeverChoice, SteadyNodes, tried
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
    """Reserve as many nodes for a year as pay for themselves."""
    rentals = case.rentals()
    if not any(rental.reserved for rental in rentals):
        names = ", ".join(sorted({rental.instance_type for rental in rentals})[:MOST_NAMED])
        what = f"no 1-year price without upfront payment of what would hold ({names}) has been read"
        how = "plimsoll prices refresh reads those that AWS lists"
        return LeverAnswer("reserved", _uncovered(case, rentals) or f"{what}; {how}")
    return _solved(case, "reserved", rentals, _reservations)


def savings_plan(case: LeverCase) -> LeverAnswer:
    """Commit to an amount an hour, for the nodes that pay for it."""
    rentals = case.rentals()
    if not any(rental.plans for rental in rentals):
        what = "no rate of a Savings Plan has been read: AWS publishes them to accounts alone"
        how = "plimsoll prices refresh --only savings-plans"
        return LeverAnswer("savings_plan", _uncovered(case, rentals) or f"{what} ({how})")
    return _solved(case, "savings_plan", rentals, _plans)


def _uncovered(case: LeverCase, rentals: Sequence[SteadyNodes]) -> str:
    """Say why no commitment could cover anything; empty where one could."""
    if not case.hourly:
        return "no commitment covers hours of a run: nobody knows when it is started"
    return (
        "" if rentals else "nothing of it runs on demand, and no commitment covers spot or negotiated rates"
    )


def _solved(
    case: LeverCase,
    strategy: Strategy,
    rentals: Sequence[SteadyNodes],
    entries: Callable[[SteadyNodes, str], Iterator[_Worth]],
) -> LeverAnswer:
    worth = sorted(
        (each for rental in rentals for each in entries(rental, case.year)), key=lambda each: each[0]
    )
    changes = [Change(ENTRY, None, entry) for _, entry in worth[:MOST_SOLVED]]
    found = tried(case, changes)
    if not found:
        busy = "no node is busy enough: a year paid in full costs more than the hours in which it runs"
        return LeverAnswer(strategy, busy)
    change, choice = found[0]
    estimate, entry = worth[0]
    best = f"with the best, {_what(entry)} for a year"
    why = f"{best}, a plan on it is {money(estimate)} {case.every}: no less"
    if estimate < case.chosen.paid:  # where a plan covers a part of a node the estimate is too good
        why = f"with the best, {_what(change.new)}, it is {priced(case, choice)}, {against(case, choice)}"
    return LeverAnswer(strategy, why, change, choice, _trade_off(case, change.new, choice))


def _reservations(rental: SteadyNodes, until: str) -> Iterator[_Worth]:
    price = rental.reserved
    level = commit_level(rental.hourly, price.usd, rental.on_demand) if price is not None else 0
    if price is not None and level:
        yield (
            rental.paid - _saved(rental, level, price),
            {
                "kind": "reserved",
                "instance_type": rental.instance_type,
                "region": rental.region,
                "count": level,
                "usd_per_hour": exact_text(price.usd),
                "until": until,
            },
        )


def _plans(rental: SteadyNodes, until: str) -> Iterator[_Worth]:
    for priced_as, kind in PLANS.items():
        price = rental.plans.get(priced_as)
        level = commit_level(rental.hourly, price.usd, rental.on_demand) if price is not None else 0
        if price is None or not level:
            continue
        own = {"family": rental.instance_type.partition(".")[0], "region": rental.region}
        rate = (price.usd / rental.listed).quantize(STEP, ROUND_UP)
        amount = (level * rental.listed * rate).quantize(STEP, ROUND_UP)
        terms = {"usd_per_hour": f"{amount:f}", "rate_of_on_demand": f"{rate:f}", "until": until}
        entry = {"kind": kind} | (own if kind == "ec2_instance_sp" else {}) | terms
        yield rental.paid - _saved(rental, level, price), entry


def _saved(rental: SteadyNodes, level: int, price: Price) -> Decimal:
    """Estimate what a level of commitment saves a month."""
    used = Decimal(sum(min(count, level) for count in rental.hourly)) / len(rental.hourly)
    return HOURS_PER_MONTH * (used * rental.on_demand - level * price.usd)


def _trade_off(case: LeverCase, entry: Entry, choice: LeverChoice) -> str:
    """Say what is owed for a year, and what that costs if the workload ends at half of it."""
    month = HOURS_PER_MONTH * Decimal(entry["usd_per_hour"]) * (entry.get("count") or 1)
    owed = f"{money(month)} a month, {money(12 * month)} in all"
    return (
        f"{_what(entry)} paid for 12 months whether used or not: {owed}; "
        f"if the workload ends after 6, {money(6 * month)} are paid for nothing; {moved(case.chosen, choice)}"
    )


def _what(entry: Entry) -> str:
    if "count" in entry:
        return f"{entry['count']} × {entry['instance_type']}"
    return f"{entry['kind']} of ${entry['usd_per_hour']} an hour"
