"""A pot holds the commitments that all workloads of a portfolio draw on: their money is no sum of parts.

What one workload leaves of a commitment is another's, hour by hour, and each commitment is paid once. So the
money of several candidates is known only when all are: until then it is bounded from below. What is added to
a choice never gives another part of it more covered hours (`money.cover` takes uses in one order), and what
costs nothing in a choice costs nothing alone: both bounds rest on that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.catalog.discounts.terms import Commitment, Discounts
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH, to_cent
from plimsoll.money.bill import Bill
from plimsoll.money.cover import applies, cover
from plimsoll.money.line import QUANTITY_STEP
from plimsoll.money.purchase import Purchase
from plimsoll.money.use import Use

BASES = ("expected", "ceiling")

Usd = tuple[Decimal, Decimal]
"""US dollars a month on each of these bases."""

ROUNDING_USD = 1
"""How far rounding to cents may take the most that commitments save: far more than the lines of a bill do."""


@record
class Part:
    """The money of one candidate, or of the cluster that its region shares: uses of hours, and the rest."""

    region: str
    besides: Usd
    uses: tuple[Use, ...]


def own_part(candidate: Candidate) -> Part:
    """Take what a candidate pays for itself."""
    return _part(candidate, shared=False)


def shared_part(candidate: Candidate) -> Part:
    """Take what its cluster shares."""
    return _part(candidate, shared=True)


def _part(candidate: Candidate, *, shared: bool) -> Part:
    sized = candidate.must_be_sized()
    assert sized.purchase is not None, "on the organisation's own terms every candidate has a purchase"
    uses = tuple(use for use in sized.purchase.uses if (use.line.kind == "fixed") is shared)
    expected, ceiling = (_besides(sized.bill, of, shared=shared) for of in BASES)
    return Part(candidate.option.region, (expected, ceiling), uses)


def _besides(bill: Bill, of: str, *, shared: bool) -> Decimal:
    """Add up what is neither an instance-hour nor a commitment."""
    return sum(
        (
            line.usd
            for line in bill.lines
            if line.of == of
            and not line.instance_type
            and line.kind != "commitment"
            and (line.kind == "fixed") is shared
        ),
        Decimal(0),
    )


@record
class Pot:
    """The commitments in force on a day, of one discounts file."""

    discounts: Discounts
    day: str

    def opened_by(self, part: Part) -> frozenset[str]:
        """Name the commitments that a part brings: they can apply to some of its hours, so they are paid."""
        return frozenset(each.path for each in self._burdens([part]))

    def exact(self, parts: Sequence[Part]) -> Usd:
        """Add up what parts cost together: hours covered in order, each commitment once, to the cent."""
        sums = dict(zip(BASES, _besides_of(parts), strict=True))
        bought = self._bought(parts)
        for line in [*(line for lines in bought.used() for line in lines), *bought.committed()]:
            if line.of in sums:
                sums[line.of] += line.usd
        return sums["expected"], sums["ceiling"]

    def least(self, parts: Sequence[Part]) -> Usd:
        """Bound from below what parts cost together, whatever else is chosen."""
        burdens = self._burdens(parts)
        paid = sum(map(_monthly, burdens), Decimal(0))
        expected, ceiling = (usd + paid for usd in self._uncovered(parts, burdens))
        return expected, ceiling

    def least_of(self, part: Part) -> Usd:
        """Bound from below what a part adds: as if it had every commitment to itself, and paid none."""
        return self._uncovered([part], self.discounts.in_force(self.day))

    def most_of(self, part: Part, ratio: Decimal) -> Usd:
        """Bound from above what a part adds beside commitments paid already: nothing of it is covered.

        `ratio` is the highest net over list price of any hour: where the hours of a part are cheaper, it may
        take commitments from dearer ones.
        """
        dearer = [
            replace(use, net=replace(use.net, usd=max(use.net.usd, ratio * use.line.price.usd)))
            for use in part.uses
        ]
        return undrawn(replace(part, uses=tuple(dearer)))

    def highest_ratio(self, parts: Iterable[Part]) -> Decimal:
        """Find the highest net over list price of an hour that a commitment may cover."""
        in_force = self.discounts.in_force(self.day)
        ratios = (
            use.net.usd / use.line.price.usd
            for use in _kinds(parts)
            if any(applies(each, use, self.discounts) for each in in_force)
        )
        return max(ratios, default=Decimal(0))

    @property
    def paid(self) -> Decimal:
        """What all commitments cost in a month."""
        return sum(map(_monthly, self.discounts.in_force(self.day)), Decimal(0))

    def saves(self, parts: Iterable[Part], ratio: Decimal) -> Decimal:
        """Bound from above what all commitments save beyond what they cost, on either basis."""
        uses = _kinds(parts)
        saved = (self._saved(each, uses, ratio) for each in self.discounts.in_force(self.day))
        return sum(saved, Decimal(ROUNDING_USD))

    def _saved(self, commitment: Commitment, uses: Sequence[Use], ratio: Decimal) -> Decimal:
        prices = [use.net.usd for use in uses if applies(commitment, use, self.discounts)]
        if commitment.rate_of_on_demand is not None:
            hour = commitment.usd_per_hour / commitment.rate_of_on_demand * ratio
        else:
            hour = max(prices, default=Decimal(0)) * (commitment.count or 0)
        return max(hour * HOURS_PER_MONTH - _monthly(commitment), Decimal(0)) if prices else Decimal(0)

    def _burdens(self, parts: Sequence[Part]) -> tuple[Commitment, ...]:
        return self._bought(parts).burdens

    def _bought(self, parts: Sequence[Part]) -> Purchase:
        return Purchase(self.discounts, self.day, tuple(use for part in parts for use in part.uses))

    def _uncovered(self, parts: Sequence[Part], commitments: Sequence[Commitment]) -> Usd:
        """Add up what is left when commitments cover what they can; less than a cent a line too little."""
        sums = dict(zip(BASES, _besides_of(parts), strict=True))
        for of in BASES:
            uses = [use for part in parts for use in part.uses if use.line.of == of]
            hours = cover(uses, commitments, self.discounts).hours
            for use, covered in zip(uses, hours, strict=True):
                left = max(use.line.quantity - covered - QUANTITY_STEP, Decimal(0))
                sums[of] += (left * use.net.usd).quantize(Decimal("0.01"), ROUND_FLOOR)
        return sums["expected"], sums["ceiling"]


def pot_of(candidates: Iterable[Candidate]) -> Pot | None:
    """Find the pot that candidates draw on; None at list prices, and where no commitment concerns them."""
    for candidate in candidates:
        purchase = candidate.must_be_sized().purchase
        if purchase is not None and purchase.burdens:
            return Pot(purchase.discounts, purchase.day)
    return None


def undrawn(part: Part) -> Usd:
    """Add up a part with no hour covered, to the cent."""
    sums = dict(zip(BASES, part.besides, strict=True))
    for use in part.uses:
        if use.line.of in sums:
            sums[use.line.of] += to_cent(use.line.quantity * use.net.usd)
    return sums["expected"], sums["ceiling"]


def _kinds(parts: Iterable[Part]) -> list[Use]:
    """Take one use of each type and region whose hours a commitment may cover."""
    uses = (use for part in parts for use in part.uses if use.hourly)
    return list({(use.line.instance_type, use.region): use for use in uses}.values())


def _besides_of(parts: Sequence[Part]) -> Usd:
    expected, ceiling = (sum((part.besides[place] for part in parts), Decimal(0)) for place in (0, 1))
    return expected, ceiling


def _monthly(commitment: Commitment) -> Decimal:
    return (commitment.usd_per_hour * HOURS_PER_MONTH * (commitment.count or 1)).quantize(
        Decimal("0.01"), ROUND_FLOOR
    )
