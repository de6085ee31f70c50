"""A purchase is a bill as the organisation pays it: its commitments, and the hours that they do not cover."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from plimsoll.catalog.discounts.terms import Commitment, Discounts
from plimsoll.catalog.facts import Price
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH, to_cent
from plimsoll.money.cover import applies, cover
from plimsoll.money.line import BASES, Line, in_whole_cents
from plimsoll.money.use import Use

COMMITMENT_HOUR = "commitment-hour"


@record
class IdleCommitment:
    """A commitment that is paid, and the hours of a month that nothing uses of it: of instances each its own.

    Of a Savings Plan they are hours of the whole amount.
    """

    commitment: Commitment
    hours: Decimal

    @property
    def most(self) -> Decimal:
        """All hours of a month that are paid."""
        return _paid_hours(self.commitment)

    @property
    def unit(self) -> str:
        """What its hours are of."""
        return "h" if self.commitment.count is None else "instance-hours"

    @property
    def usd(self) -> Decimal:
        """What is paid for them, USD a month."""
        return to_cent(self.hours * self.commitment.usd_per_hour)


@record
class Purchase:
    """What is used, and the terms of a day (`YYYY-MM-DD`) on which it is bought."""

    discounts: Discounts
    day: str
    uses: tuple[Use, ...]

    @property
    def burdens(self) -> tuple[Commitment, ...]:
        """The commitments in force that can apply to something used: each is paid whole."""
        return tuple(
            each
            for each in self.discounts.in_force(self.day)
            if any(applies(each, use, self.discounts) for use in self.uses)
        )

    @property
    def left(self) -> tuple[IdleCommitment, ...]:
        """The commitments in force that nothing here can use: they are in no line, and paid all the same."""
        burdens = self.burdens
        others = (each for each in self.discounts.in_force(self.day) if each not in burdens)
        return tuple(IdleCommitment(each, _paid_hours(each)) for each in others)

    def used(self) -> list[tuple[Line, ...]]:
        """Write the lines of each use, in their order."""
        lines: dict[int, tuple[Line, ...]] = {}
        burdens = self.burdens
        for of in BASES:
            places = [place for place, use in enumerate(self.uses) if use.line.of == of]
            uses = [self.uses[place] for place in places]
            hours = cover(uses, burdens, self.discounts).hours
            for place, use, covered in zip(places, uses, hours, strict=True):
                lines[place] = tuple(_split(use, in_whole_cents(use.line.quantity, use.line.price, covered)))
        return [lines[place] for place in range(len(self.uses))]

    def committed(self) -> Iterator[Line]:
        """Write the commitments: each counts towards every basis, whole."""
        burdens = self.burdens
        for of in BASES:
            for each in burdens:
                price = Price(
                    each.usd_per_hour,
                    f"{each.path}, {self.discounts.file}",
                    self.discounts.as_of or self.day,
                )
                hours, item = _paid_hours(each), f"commitment {each.title}"
                yield Line("commitment", "", item, of, hours, COMMITMENT_HOUR, price, "", Decimal(0))

    def twice(self) -> "Purchase":
        """Use twice of everything but what a cluster shares, on the same terms."""
        return replace(self, uses=tuple(use.twice() if use.workload else use for use in self.uses))

    def expected_of_hours(self) -> Decimal:
        """What the hours are expected to cost beside the commitments, USD a month."""
        lines = (line for lines in self.used() for line in lines if line.of == "expected")
        return sum((line.usd for line in lines), Decimal(0))

    def idle(self) -> Iterator[IdleCommitment]:
        """Say of each commitment that is not expected to be used up how much of it lies idle."""
        expected = [use for use in self.uses if use.line.of == "expected"]
        burdens = self.burdens
        unused = cover(expected, burdens, self.discounts).unused
        for each, hours in zip(burdens, unused, strict=True):
            if hours:
                yield IdleCommitment(each, hours * (each.count or 1))


def _paid_hours(commitment: Commitment) -> Decimal:
    """Count the hours of a month that are paid: of instances each its own."""
    return HOURS_PER_MONTH * (commitment.count or 1)


def _split(use: Use, covered: Decimal) -> Iterator[Line]:
    """Bill covered hours at nothing, and the rest at their net price."""
    line, listed = use.line, use.line.price
    if covered:
        source = f"covered by a commitment; {listed.source}"
        nothing = Price(Decimal(0), source, listed.as_of, listed.inferred, listed.flag)
        item = f"{line.item}, covered"
        yield replace(line, item=item, quantity=covered, price=nothing, list_usd=listed.usd)
    if line.quantity > covered:
        yield replace(line, quantity=line.quantity - covered, price=use.net, list_usd=listed.usd)
