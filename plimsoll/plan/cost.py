"""The cost of a plan is its bill as the document carries it, and what other terms would make of it."""

from collections.abc import Mapping
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate, Sized
from plimsoll.catalog.facts import Price
from plimsoll.ground.units import usd_text
from plimsoll.money.bill import Bill
from plimsoll.money.left_out import left_out
from plimsoll.money.terms import Rates, besides_nodes, on_demand_expected, reserved_expected, worth_reserving
from plimsoll.money.totals import Cost, MonthlyUsd
from plimsoll.plan.warnings.one_node import a_node_more
from plimsoll.sizing.pool import Pool


def cost(best: Candidate, usd_per_million: Decimal | None) -> Cost:
    """Write down the money of the choice, and of a million tokens that it generates."""
    sized = best.must_be_sized()
    bill, own = sized.bill, sized.purchase is not None
    reserved = 0 if own else sum(level for part in _parts(sized) for level in worth_reserving(*part))
    return Cost(
        usd_per_month=MonthlyUsd(usd_text(bill.floor), usd_text(bill.expected), usd_text(bill.ceiling)),
        list_usd_per_month=at_list(bill) if own else None,
        lines=tuple(line.written() for line in bill.lines),
        usd_per_million_output_tokens=usd_text(usd_per_million) if usd_per_million is not None else None,
        alternatives=_alternatives(sized),
        reserved_1y_nodes=reserved or None,
        left_out=left_out(own=own),
    )


def at_list(bill: Bill) -> MonthlyUsd:
    """Write the three numbers of a bill at list prices."""
    return MonthlyUsd(**{of: usd_text(usd) for of, usd in bill.at_list().items()})


def _alternatives(sized: Sized) -> Mapping[str, str | None]:
    """The expected bill on other terms; None where AWS does not sell them, or the terms are one's own."""
    reserved = on_demand = None
    if sized.purchase is None:
        on_demand = besides_nodes(sized.bill.lines)
        for pools, hours, rates, offered in _parts(sized):
            before = sized.bill.expected if reserved is None else reserved
            found = reserved_expected(pools, hours, rates, offered, before)
            reserved = reserved if found is None else found
            on_demand = on_demand_expected(hours, rates, on_demand)
    return {
        "expected_reserved_1y": usd_text(reserved) if reserved is not None else None,
        "expected_on_demand": usd_text(on_demand) if on_demand is not None else None,
        "expected_one_more_node": _one_more_node(sized),
    }


Part = tuple[tuple[Pool, ...], tuple[tuple[int, ...], ...], Rates, Price | None]
"""Pools of one type, their nodes by the hour, its prices, and that of a year's reservation."""


def _parts(sized: Sized) -> list[Part]:
    """Split a fleet by instance type: one part, or that of the base and that of the burst."""
    pools, hours, second = sized.fleet.pools, sized.fleet.hourly_nodes, sized.second
    if second is None:
        return [(pools, hours, sized.rates, sized.offering.reserved_1y)]
    offered = second.option.offering.reserved_1y if second.option.offering is not None else None
    return [
        (pools[:1], hours[:1], sized.rates, sized.offering.reserved_1y),
        (pools[1:], hours[1:], second.rates, offered),
    ]


def _one_more_node(sized: Sized) -> str | None:
    """The expected bill with a second node beside the only one, at its hours; None where there are two."""
    if sum(pool.max_nodes for pool in sized.fleet.pools) != 1:
        return None
    return usd_text(sized.bill.expected + a_node_more(sized))
