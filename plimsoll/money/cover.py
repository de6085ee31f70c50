"""Commitments cover hours of use, hour by hour: what is not used in its hour is lost.

A commitment of instances covers that many at once; a Savings Plan is used up at its rate of the list price
(AWS Savings Plans user guide, "how Savings Plans apply to your usage"). Worked out in exact fractions.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor, lcm
from operator import mul

from plimsoll.catalog.discounts.terms import CAPACITY, Commitment, Discounts
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.money.line import QUANTITY_STEP
from plimsoll.money.use import Use


@record
class Cover:
    """Hours that cost nothing, of each use, rounded down; and the unused hours a month of each commitment.

    Those of a commitment are of the whole: half of two instances all month is 365 h.
    """

    hours: tuple[Decimal, ...]
    unused: tuple[Decimal, ...]


def applies(commitment: Commitment, use: Use, discounts: Discounts) -> bool:
    """Say whether a commitment can cover a use: a negotiated rate leaves terms nothing to discount."""
    return covers(commitment, use.line.instance_type, use.region, discounts)


def covers(commitment: Commitment, kind: str, region: str, discounts: Discounts) -> bool:
    """Say the same of on-demand hours of an instance type in a region."""
    rated = (kind, region) in discounts.rates and commitment.kind not in CAPACITY
    return commitment.concerns(kind, region) and not rated


def cover(uses: Sequence[Use], commitments: Sequence[Commitment], discounts: Discounts) -> Cover:
    """Let commitments cover uses of one basis, each in its order."""
    hours = lcm(*(len(use.hourly) or 1 for use in uses))
    left, often = _kinds_of_hour(uses, hours)
    order = sorted(range(len(uses)), key=lambda index: uses[index].order)
    covered = [Fraction(0)] * len(uses)
    unused: list[Decimal] = []
    for commitment in commitments:
        rests = [Fraction(1)] * len(often)
        for index in order:
            if not uses[index].hourly or not applies(commitment, uses[index], discounts):
                continue
            most = _instances(commitment, uses[index])
            for hour, rest in enumerate(rests):
                if rest and left[index][hour]:
                    taken = min(left[index][hour], rest * most)
                    left[index][hour] -= taken
                    rests[hour] = rest - taken / most
                    covered[index] += taken * often[hour]
        unused.append(_monthly(sum(map(mul, rests, often), Fraction(0)), hours))
    return Cover(tuple(_monthly(sum_, hours) for sum_ in covered), tuple(unused))


def _kinds_of_hour(uses: Sequence[Use], hours: int) -> tuple[list[list[Fraction]], list[int]]:
    """List what each use runs in every kind of hour, and how often there is one: most hours are alike.

    Hours are alike by the identity of their fractions: to hash a fraction takes longer than all the rest, and
    a kind that stands there twice adds up to the same.
    """
    rows = [(use.hourly or (Fraction(0),)) * (hours // (len(use.hourly) or 1)) for use in uses]
    values = {
        id(value): value for use, row in zip(uses, rows, strict=True) for value in use.hourly or row[:1]
    }
    kinds = Counter(zip(*(map(id, row) for row in rows), strict=True)) if rows else Counter([()])
    return [[values[each] for each in row] for row in zip(*kinds, strict=True)], list(kinds.values())


def _instances(commitment: Commitment, use: Use) -> Fraction:
    """Count how many instances of a use the whole commitment covers at once."""
    if commitment.rate_of_on_demand is None:
        return Fraction(commitment.count or 0)
    return Fraction(commitment.usd_per_hour) / (
        Fraction(use.line.price.usd) * Fraction(commitment.rate_of_on_demand)
    )


def _monthly(sum_of_hours: Fraction, hours: int) -> Decimal:
    """Spread hours of a profile over a month; rounded down, so that nothing is covered twice."""
    steps = floor(sum_of_hours * Fraction(HOURS_PER_MONTH) / hours / Fraction(QUANTITY_STEP))
    return steps * QUANTITY_STEP
