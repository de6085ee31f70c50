"""Pricing a resource graph gives charges, what is free, and what cannot be priced."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from plimsoll.ground.canonical import INSIDE, Usd
from plimsoll.ground.units import to_cent

Of = Literal["floor", "ceiling"]
Code = Literal["unpriced", "unknown_value", "unlimited", "invalid_value"]

Kind = Literal["nodes", "overshoot", "volumes", "bound", "fixed"]
"""What a charge pays for: `bound` stands for all nodes of a pool whose mixture was not worked out."""

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of a graph's bill: quantity × unit price = USD per month, rounded to the cent.

    `of` says which total it counts towards. `source` and `as_of` belong to the unit price. `note` says what
    a reader must know to believe the line (an inferred price, a region nobody named), else "". `item` is a
    label for eyes only: what a charge pays for is its `kind`, and of nodes their `instance_type`.
    """

    urn: str
    item: str
    of: Of
    quantity: Decimal
    unit: str
    usd_per_unit: Decimal
    usd_per_month: Usd
    source: str
    as_of: str
    note: str = ""
    kind: Annotated[Kind, INSIDE] = "fixed"
    instance_type: Annotated[str, INSIDE] = ""


@dataclass(frozen=True, slots=True)
class FreeResource:
    """A resource that costs nothing by existing, and why that is known.

    `usage` names what it can still bill by use (requests, traffic, stored bytes), which no total counts.
    """

    urn: str
    type: str
    why: str
    usage: str = ""


@dataclass(frozen=True, slots=True)
class CannotPrice:
    """A resource whose cost cannot be bounded, and why. It is never counted as zero.

    `pending` means that a resource registered later may still settle it: a running total may wait, the
    final sum may not.
    """

    urn: str
    code: Code
    message: str
    pending: Annotated[bool, INSIDE] = False


@dataclass(frozen=True, slots=True)
class ResourceCost:
    """Floor and ceiling of one resource in USD per month; None where it cannot be priced."""

    floor: Decimal | None
    ceiling: Decimal | None


@dataclass(frozen=True, slots=True)
class Priced:
    """The price of a graph: every resource is in `lines`, `free`, `external` or `cannot_price`.

    `external` holds the URNs of resources that are only read. `notes` are about the whole graph.
    """

    lines: tuple[Charge, ...] = ()
    free: tuple[FreeResource, ...] = ()
    external: tuple[str, ...] = ()
    cannot_price: tuple[CannotPrice, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def floor(self) -> Decimal | None:
        """USD per month with no traffic; None if something has no known price.

        A pool without a limit still has a floor: only its ceiling is unbounded.
        """
        if any(problem.code != "unlimited" for problem in self.cannot_price):
            return None
        return self.known("floor")

    @property
    def ceiling(self) -> Decimal | None:
        """The most the graph can cost in a month, USD; None if something cannot be priced or bounded."""
        return None if self.cannot_price else self.known("ceiling")

    def known(self, of: Of) -> Decimal:
        """Sum the lines that have a price, whatever cannot be priced beside them."""
        return sum((line.usd_per_month for line in self.lines if line.of == of), ZERO)

    def by_resource(self) -> Mapping[str, ResourceCost]:
        """Split the totals by URN; free and external resources are at zero."""
        floors: dict[str, Decimal | None] = {}
        ceilings: dict[str, Decimal | None] = {}
        for urn in (*(item.urn for item in self.free), *self.external):
            floors[urn] = ceilings[urn] = ZERO
        for line in self.lines:
            totals = floors if line.of == "floor" else ceilings
            floors.setdefault(line.urn, ZERO)
            ceilings.setdefault(line.urn, ZERO)
            totals[line.urn] = (totals[line.urn] or ZERO) + line.usd_per_month
        for problem in self.cannot_price:
            ceilings[problem.urn] = None
            known = floors.get(problem.urn)
            floors[problem.urn] = known if problem.code == "unlimited" else None
        return {urn: ResourceCost(floors.get(urn), ceilings[urn]) for urn in ceilings}


def merge(parts: Iterable[Priced]) -> Priced:
    """Join the prices of several resources in their order; a note is kept once."""
    lines: list[Charge] = []
    free: list[FreeResource] = []
    external: list[str] = []
    cannot: list[CannotPrice] = []
    notes: dict[str, None] = {}
    for part in parts:
        lines.extend(part.lines)
        free.extend(part.free)
        external.extend(part.external)
        cannot.extend(part.cannot_price)
        notes.update(dict.fromkeys(part.notes))
    return Priced(tuple(lines), tuple(free), tuple(external), tuple(cannot), tuple(notes))


def times(quantity: Decimal, usd_per_unit: Decimal) -> Decimal:
    """Multiply a quantity by its unit price and round half up to the cent, as every line does."""
    return to_cent(quantity * usd_per_unit)


class Unpriceable(Exception):  # noqa: N818 - a verdict about a resource, not a fault of the program
    """Raised while one resource is priced; becomes its `CannotPrice`."""

    def __init__(self, code: Code, message: str, *, pending: bool = False) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message
        self.pending = pending
