"""The cost of a plan is its bill as the document carries it, and what other terms would make of it."""

from collections.abc import Mapping
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate, Sized
from plimsoll.ground.units import usd_text
from plimsoll.money.left_out import LEFT_OUT
from plimsoll.money.terms import besides_nodes, on_demand_expected, reserved_expected
from plimsoll.money.totals import Cost, MonthlyUsd


def cost(best: Candidate, usd_per_million: Decimal | None) -> Cost:
    """Write down the money of the choice, and of a million tokens that it generates."""
    sized = best.must_be_sized()
    bill = sized.bill
    return Cost(
        usd_per_month=MonthlyUsd(usd_text(bill.floor), usd_text(bill.expected), usd_text(bill.ceiling)),
        lines=tuple(line.written() for line in bill.lines),
        usd_per_million_output_tokens=usd_text(usd_per_million) if usd_per_million is not None else None,
        alternatives=_alternatives(sized),
        left_out=LEFT_OUT,
    )


def _alternatives(sized: Sized) -> Mapping[str, str | None]:
    """The expected bill on other terms; None where AWS does not sell them."""
    hours, besides = sized.fleet.hourly_nodes, besides_nodes(sized.bill.lines)
    reserved = reserved_expected(hours, sized.rates, sized.offering.reserved_1y, besides)
    return {
        "expected_reserved_1y": usd_text(reserved) if reserved is not None else None,
        "expected_on_demand": usd_text(on_demand_expected(hours, sized.rates, besides)),
        "expected_one_more_node": _one_more_node(sized),
    }


def _one_more_node(sized: Sized) -> str | None:
    """The expected bill with a second node beside the only one, at its hours; None where there are two."""
    if sum(pool.max_nodes for pool in sized.fleet.pools) != 1:
        return None
    own = (line.usd for line in sized.bill.lines if line.of == "expected" and line.kind != "fixed")
    return usd_text(sum(own, sized.bill.expected))
