"""Commitments are paid whole and cover node-hours of a graph, which then cost nothing.

Every node of a line runs all month, so a commitment covers as many at once as it can, in the order of the
workloads' names, then of their pools, then of everything else. A line is covered only where its nodes are
surely on demand, in a region that is known, whatever of the admitted types they are. Nodes in flight above
a limit are never covered: nobody knows at which hours they run.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from plimsoll.catalog.discounts.terms import CAPACITY, Commitment
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.pricing.own.prices import OwnPrices
from plimsoll.pricing.result import ZERO, Charge, Of, Priced, cost_of

Place = Callable[[str], tuple[object, ...]]
"""Where a resource stands, by its URN, in the order in which hours are covered."""

_HOURS = Fraction(HOURS_PER_MONTH)
_STEPS = 10_000
"""Covered hours are rounded down to a ten-thousandth."""


def with_commitments(priced: Priced, own: OwnPrices, place: Place) -> Priced:
    """Pay the commitments that can apply to something in the graph, and cover its hours with them."""
    paid = [each for each in own.discounts.in_force(own.day) if any(_concerns(each, priced.lines, own))]
    if not paid:
        return priced
    covered = _covered(priced.lines, paid, own, place)
    lines = [
        part for number, line in enumerate(priced.lines) for part in _split(line, covered.get(number, 0))
    ]
    return replace(priced, lines=(*lines, *_paid(priced.lines, paid, own)))


def _concerns(commitment: Commitment, lines: Sequence[Charge], own: OwnPrices) -> Iterator[str]:
    """Yield the URNs of lines that a commitment can apply to, if only to one of the types admitted."""
    for line in lines:
        if any(_fits(commitment, kind, line.region, own) for kind in line.types):
            yield line.urn


def _fits(commitment: Commitment, kind: str, region: str, own: OwnPrices) -> bool:
    rated = (kind, region) in own.discounts.rates
    return commitment.concerns(kind, region) and (commitment.kind in CAPACITY or not rated)


def _covered(
    lines: Sequence[Charge], paid: Sequence[Commitment], own: OwnPrices, place: Place
) -> Mapping[int, Fraction]:
    """Work out the hours of each line that are covered, floor and ceiling each by itself."""
    covered: dict[int, Fraction] = {}
    bases: tuple[Of, ...] = ("floor", "ceiling")
    for of in bases:
        numbers = [number for number, line in enumerate(lines) if line.of == of and line.coverable]
        numbers.sort(key=lambda number: place(lines[number].urn))
        left = {number: Fraction(lines[number].quantity) / _HOURS for number in numbers}
        for commitment in paid:
            share = Fraction(1)
            for number in numbers:
                most = _at_once(commitment, lines[number], own)
                taken = min(left[number], share * most)
                if taken:
                    left[number] -= taken
                    share -= taken / most
                    covered[number] = covered.get(number, Fraction(0)) + taken * _HOURS
    return covered


def _at_once(commitment: Commitment, line: Charge, own: OwnPrices) -> Fraction:
    """Count how many nodes of a line the whole commitment covers at once; 0 where it may not cover them.

    Of a pool that admits several types the dearest mixture is billed. A Savings Plan takes the same money off
    every mixture if all its types are in its scope and have one percentage; instances off their own type.
    """
    if not all(_fits(commitment, kind, line.region, own) for kind in line.types):
        return Fraction(0)
    if commitment.rate_of_on_demand is None:
        return Fraction(commitment.count or 0) if len(line.types) == 1 else Fraction(0)
    alike = len({own.percent(kind) for kind in line.types}) == 1
    listed = line.list_usd_per_unit
    if not alike or not listed:
        return Fraction(0)
    return Fraction(commitment.usd_per_hour) / Fraction(commitment.rate_of_on_demand) / Fraction(listed)


def _split(line: Charge, covered: Fraction | int) -> Iterator[Charge]:
    """Bill the covered hours of a line at nothing, the others as they are."""
    hours = _together(line, min(Decimal(int(covered * _STEPS)) / _STEPS, line.quantity))
    if hours:
        item, source = f"{line.item}, covered", f"covered by a commitment; {line.source}"
        yield replace(line, item=item, quantity=hours, usd_per_unit=ZERO, usd_per_month=ZERO, source=source)
    if line.quantity > hours:
        rest = line.quantity - hours
        yield replace(line, quantity=rest, usd_per_month=cost_of(rest, line.usd_per_unit))


def _together(line: Charge, hours: Decimal) -> Decimal:
    """Give up as many of the covered hours as it takes for both parts to add up at list, to the cent."""
    listed = line.list_usd_per_unit or ZERO
    while hours > 0 and cost_of(hours, listed) + cost_of(line.quantity - hours, listed) != line.usd_at_list:
        hours -= Decimal(1) / _STEPS
    return max(hours, ZERO)


def _paid(lines: Sequence[Charge], paid: Sequence[Commitment], own: OwnPrices) -> Iterator[Charge]:
    """Bill each commitment whole: it stands for no resource."""
    bases: tuple[Of, ...] = ("floor", "ceiling")
    for each in paid:
        hours = HOURS_PER_MONTH * (each.count or 1)
        yield from (
            Charge(
                urn="",
                item=f"commitment {each.title}",
                of=of,
                quantity=hours,
                unit="commitment-hour",
                usd_per_unit=each.usd_per_hour,
                usd_per_month=cost_of(hours, each.usd_per_hour),
                source=f"{each.path}, {own.discounts.file}",
                as_of=own.discounts.as_of or own.day,
                list_usd_per_unit=ZERO,
                kind="commitment",
                covers=tuple(dict.fromkeys(_concerns(each, lines, own))),
            )
            for of in bases
        )
