"""Pricing a resource graph gives charges, what is free, and what cannot be priced."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from plimsoll.catalog.clock import INSTANCE_HOUR, Clock, clock_of
from plimsoll.ground import meaning
from plimsoll.ground.canonical import INSIDE, Usd
from plimsoll.ground.units import to_cent

Of = Literal["floor", "ceiling"]
Code = Literal["unpriced", "unknown_value", "unlimited", "invalid_value"]

Kind = Literal["nodes", "overshoot", "volumes", "bound", "fixed", "commitment"]
"""What a charge pays for: `bound` stands for all nodes of a pool whose mixture was not worked out."""

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Charge:
    """Quantity × unit price of one resource, and what it counts towards.

    It is one line of a graph's bill, rounded to the cent. `source` and `as_of` belong to the unit price.
    `note` says what a reader must know to believe the line (an inferred price, a region nobody named),
    else "". `item` is a label for eyes only: what a charge pays for is its `kind`, and of nodes their
    `instance_type`. `types` are all that they may be, in `region`; `coverable` says that a commitment may
    cover them. A commitment has no URN, and `covers` the resources that it can apply to.
    """

    urn: Annotated[str, meaning.URN]
    item: Annotated[str, "What is billed."]
    of: Annotated[Of, "The number that this line counts towards."]
    quantity: Annotated[Decimal, "Billed units in a month."]
    unit: Annotated[str, "Unit of the quantity."]
    usd_per_unit: Annotated[Decimal, "Unit price with all decimals of its source."]
    usd_per_month: Annotated[Usd, "Quantity × unit price, to the cent."]
    source: Annotated[str, "Where the price comes from."]
    as_of: Annotated[str, "Date of the price."]
    note: Annotated[str, "What the quantity rests on."] = ""
    kind: Annotated[Kind, INSIDE] = "fixed"
    instance_type: Annotated[str, INSIDE] = ""
    inferred: Annotated[bool, INSIDE] = False
    anywhere: Annotated[bool, INSIDE] = False
    list_usd_per_unit: Annotated[
        Decimal | None, "List price of a unit; 0 of a commitment, null without a discounts file."
    ] = None
    region: Annotated[str, INSIDE] = ""
    types: Annotated[tuple[str, ...], INSIDE] = ()
    coverable: Annotated[bool, INSIDE] = False
    covers: Annotated[tuple[str, ...], INSIDE] = ()

    @property
    def usd_at_list(self) -> Decimal:
        """USD per month at the list price, to the cent."""
        listed = self.list_usd_per_unit
        return self.usd_per_month if listed is None else cost_of(self.quantity, listed)


@dataclass(frozen=True, slots=True)
class FreeResource:
    """One resource that costs nothing, and why."""

    urn: Annotated[str, meaning.URN]
    type: Annotated[str, meaning.TYPE]
    why: Annotated[str, "Why it costs nothing."]


@dataclass(frozen=True, slots=True)
class BilledByUse:
    """One resource that costs nothing by existing and bills what it is used for.

    Use is requests, traffic or stored bytes, which no total counts until somebody allows an amount for it.
    """

    urn: Annotated[str, meaning.URN]
    type: Annotated[str, meaning.TYPE]
    bills: Annotated[str, "What it bills by use."]
    allowance: Annotated[
        str | None, "Glob of the usageAllowance that counts it; null if it is in no total."
    ] = None


@dataclass(frozen=True, slots=True)
class CoveredByPools:
    """One resource that can only run pods, on nodes of pools that are all capped and priced in the graph."""

    urn: Annotated[str, meaning.URN]
    type: Annotated[str, meaning.TYPE]
    why: Annotated[str, "Which pools bound what its pods can cost."]


@dataclass(frozen=True, slots=True)
class CannotPrice:
    """One resource whose cost is not known.

    It is never counted as zero. `pending` means that a resource registered later may still settle it: a
    running total may wait, the final sum may not.
    """

    urn: Annotated[str, meaning.URN]
    code: Annotated[Code, "Violation code."]
    message: Annotated[str, "Why it cannot be priced."]
    pending: Annotated[bool, INSIDE] = False


@dataclass(frozen=True, slots=True)
class ResourceCost:
    """Floor and ceiling of one resource in USD per month; None where it cannot be priced."""

    floor: Decimal | None
    ceiling: Decimal | None


@dataclass(frozen=True, slots=True)
class Priced:
    """The price of a graph: each resource is priced, free, by use, covered by pools, or cannot be priced.

    Priced are those with lines and no refusal. `external` holds the URNs of resources that are only read.
    `notes` are about the whole graph.
    """

    lines: tuple[Charge, ...] = ()
    free: tuple[FreeResource, ...] = ()
    external: tuple[str, ...] = ()
    cannot_price: tuple[CannotPrice, ...] = ()
    notes: tuple[str, ...] = ()
    by_use: tuple[BilledByUse, ...] = ()
    covered_by_pools: tuple[CoveredByPools, ...] = ()

    @property
    def floor(self) -> Decimal | None:
        """USD per month with no traffic; None if something has no known price.

        A pool without a limit still has a floor: only its ceiling is unbounded.
        """
        if any(problem.code != "unlimited" for problem in self.cannot_price):
            return None
        return self.known("floor")

    @property
    def net(self) -> bool:
        """Whether the lines are what the organisation pays, and know their list prices beside."""
        return any(line.list_usd_per_unit is not None for line in self.lines)

    @property
    def floor_at_list(self) -> Decimal | None:
        """The floor with every line at its list price."""
        return None if self.floor is None else self._at_list("floor")

    @property
    def ceiling_at_list(self) -> Decimal | None:
        """The ceiling with every line at its list price."""
        return None if self.ceiling is None else self._at_list("ceiling")

    def _at_list(self, of: Of) -> Decimal:
        return sum((line.usd_at_list for line in self.lines if line.of == of), ZERO)

    @property
    def ceiling(self) -> Decimal | None:
        """The most the graph can cost in a month, USD; None if something cannot be priced or bounded."""
        return None if self.cannot_price else self.known("ceiling")

    def clock(self, asked_on: str | None) -> Clock:
        """Say which days the prices of instance-hours in these lines were read on."""
        hours = (line for line in self.lines if _of_nodes(line) and not line.inferred)
        return clock_of({line.as_of for line in hours}, asked_on)

    def known(self, of: Of) -> Decimal:
        """Sum the lines that have a price, whatever cannot be priced beside them."""
        return sum((line.usd_per_month for line in self.lines if line.of == of), ZERO)

    def by_resource(self) -> Mapping[str, ResourceCost]:
        """Split the totals by URN; what is in no total is at zero, and a commitment is of none."""
        floors: dict[str, Decimal | None] = dict.fromkeys(self._uncounted(), ZERO)
        ceilings: dict[str, Decimal | None] = dict.fromkeys(self._uncounted(), ZERO)
        for line in (line for line in self.lines if line.urn):
            totals = floors if line.of == "floor" else ceilings
            floors.setdefault(line.urn, ZERO)
            ceilings.setdefault(line.urn, ZERO)
            totals[line.urn] = (totals[line.urn] or ZERO) + line.usd_per_month
        for problem in self.cannot_price:
            ceilings[problem.urn] = None
            known = floors.get(problem.urn)
            floors[problem.urn] = known if problem.code == "unlimited" else None
        return {urn: ResourceCost(floors.get(urn), ceilings[urn]) for urn in ceilings}

    def priced_urns(self) -> frozenset[str]:
        """Collect the URNs of resources whose whole cost is in the lines."""
        refused = {problem.urn for problem in self.cannot_price}
        return frozenset(line.urn for line in self.lines) - refused

    def _uncounted(self) -> Iterator[str]:
        for group in (self.free, self.by_use, self.covered_by_pools):
            yield from (each.urn for each in group)
        yield from self.external


def _of_nodes(line: Charge) -> bool:
    """Tell whether a line's price is of instance-hours, also where it is written by the run."""
    return line.unit == INSTANCE_HOUR or line.kind in ("nodes", "overshoot")


def merge(parts: Iterable[Priced]) -> Priced:
    """Join the prices of several resources in their order; a note is kept once."""
    known = list(parts)
    return Priced(
        tuple(line for part in known for line in part.lines),
        tuple(free for part in known for free in part.free),
        tuple(urn for part in known for urn in part.external),
        tuple(problem for part in known for problem in part.cannot_price),
        tuple(dict.fromkeys(note for part in known for note in part.notes)),
        tuple(each for part in known for each in part.by_use),
        tuple(each for part in known for each in part.covered_by_pools),
    )


def cost_of(quantity: Decimal, usd_per_unit: Decimal) -> Decimal:
    """Multiply a quantity by its unit price and round half up to the cent, as every line does."""
    return to_cent(quantity * usd_per_unit)


class Unpriceable(Exception):  # noqa: N818 - a verdict about a resource, not a fault of the program
    """Raised while one resource is priced; becomes its `CannotPrice`."""

    def __init__(self, code: Code, message: str, *, pending: bool = False) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message
        self.pending = pending
