"""A line of a bill is a quantity × a unit price: as money is added up, and as a document carries it."""

from decimal import Decimal
from typing import Annotated, Literal

from plimsoll.catalog.facts import Price
from plimsoll.ground.start_up import record
from plimsoll.ground.units import exact_text, to_cent, usd_text

Basis = Literal["floor", "expected", "ceiling"]

BASES: tuple[Basis, ...] = ("floor", "expected", "ceiling")

Scope = Literal["workload", "cluster"]

Kind = Literal["nodes", "overshoot", "volumes", "fee", "fixed", "commitment", "cache", "storage", "run"]
"""What a line pays for: nodes of a pool, its nodes in flight above the limit, its volumes, the fee of who
makes its nodes; `fixed` are the parts that a cluster shares; `commitment` is paid whatever runs. The last
three are names for what plans do not hold yet."""

SHARED = ("fixed", "commitment")
"""Kinds that count once for several workloads."""

QUANTITY_STEP = Decimal("0.0001")
"""Quantities that are worked out (node-hours of a load) are rounded to this: a reader can check the line."""


@record
class CostLine:
    """One line of the bill: quantity × unit price = USD per month, and what it counts towards.

    `scope` is `cluster` for a part that several workloads of one cluster share.
    """

    item: Annotated[str, "What is billed."]
    of: Annotated[Basis, "The number that this line counts towards."]
    quantity: Annotated[str, "Billed units in a month."]
    unit: Annotated[str, "Unit of the quantity."]
    usd_per_unit: Annotated[str, "Unit price with all decimals of its source."]
    list_usd_per_unit: Annotated[
        str | None, "Its list price; 0 of a commitment, null without a discounts file."
    ]
    usd_per_month: Annotated[str, "Quantity × unit price, to the cent."]
    source: Annotated[str, "Where the price comes from."]
    as_of: Annotated[str, "Date of the price."]
    scope: Annotated[Scope, "cluster for a part that several workloads share."]
    kind: Annotated[Kind, "What is paid for; fixed for the parts of the cluster."]
    pool: Annotated[str | None, "Pool that it is paid for; null for a part of the cluster."]
    instance_type: Annotated[str | None, "Type whose hours are billed; null of what is no instance-hour."]
    inferred: Annotated[str | None, "How the unit price was derived; null where it was read."]
    usd_per_run: Annotated[None, "Null: a service has no runs."] = None


@record
class Line:
    """A line counts quantity × price towards `of`.

    `item` is a label for eyes only: what a line pays for is its `kind`, and whose it is its `pool`,
    which is empty for what a cluster shares. `instance_type` is empty of what is no instance-hour. `list_usd`
    is the list price of a unit where `price` is what the organisation pays, None where nothing says that.
    """

    kind: Kind
    pool: str
    item: str
    of: Basis
    quantity: Decimal
    unit: str
    price: Price
    instance_type: str = ""
    list_usd: Decimal | None = None

    @property
    def usd(self) -> Decimal:
        """USD per month, to the cent."""
        return cost_of(self.quantity, self.price)

    @property
    def usd_at_list(self) -> Decimal:
        """USD per month at the list price, to the cent."""
        return self.usd if self.list_usd is None else to_cent(self.quantity * self.list_usd)

    def written(self) -> CostLine:
        """The line as the document carries it."""
        return CostLine(
            item=self.item,
            of=self.of,
            quantity=exact_text(self.quantity),
            unit=self.unit,
            usd_per_unit=exact_text(self.price.usd),
            list_usd_per_unit=exact_text(self.list_usd) if self.list_usd is not None else None,
            usd_per_month=usd_text(self.usd),
            source=self.price.source,
            as_of=self.price.as_of,
            scope="cluster" if self.kind in SHARED else "workload",
            kind=self.kind,
            pool=self.pool or None,
            instance_type=self.instance_type or None,
            inferred=self.price.inferred or None,
        )


def cost_of(quantity: Decimal, price: Price) -> Decimal:
    """Multiply a quantity by its unit price, to the cent."""
    return to_cent(quantity * price.usd)


def in_whole_cents(quantity: Decimal, price: Price, covered: Decimal) -> Decimal:
    """Cover a little less of a quantity, until its two parts add up to the whole at list, to the cent."""
    covered, whole = min(covered, quantity), cost_of(quantity, price)
    while covered > 0 and cost_of(covered, price) + cost_of(quantity - covered, price) != whole:
        covered -= QUANTITY_STEP
    return max(covered, Decimal(0))


def to_quantity(value: Decimal) -> Decimal:
    """Round a quantity that was worked out to four decimals."""
    return value.quantize(QUANTITY_STEP)
