"""A charge is what a bill says of one day, one owner and one meter, whichever bill it was."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from plimsoll.ground.start_up import record

Category = Literal["usage", "purchase", "unused", "tax", "credit", "adjustment", "support"]
"""`unused` is commitment that nothing used, `purchase` what was paid for commitments."""

OUTSIDE: tuple[Category, ...] = ("credit", "adjustment", "tax", "support")
"""Money beside the comparison: a plan has none of it."""

GPU_HOUR = "GPU-hour"
"""Unit of charges that count a node by its GPUs, as pods do."""


@record
class BillCharge:
    """A sum of rows of a bill.

    `workload`, `pool` and `cluster` are the values of its tags, empty without one. `quantity` is None where
    the bill has none. `list_usd` is at list price, `effective_usd` what it costs with commitments spread over
    their use, `billed_usd` what stands on the invoice.
    """

    day: date
    category: Category
    workload: str
    pool: str
    cluster: str
    service: str
    unit: str
    instance_type: str
    usage: str
    quantity: Decimal | None
    list_usd: Decimal
    effective_usd: Decimal
    billed_usd: Decimal
    committed: bool = False
    correction: bool = False
    rows: int = 1
    copies: int = 0
    unlisted: bool = False
    """Whether its rows have no list price: `list_usd` is then what is paid."""


Charges = Sequence[BillCharge]


def is_free(charge: BillCharge, usd: Decimal) -> bool:
    """Say whether a charge counts something and costs nothing, at one of its prices."""
    return not usd and charge.quantity is not None and charge.quantity > 0


@record
class Split:
    """What AWS's split cost allocation says of one meter: used by pods, and reserved by none."""

    day: date
    workload: str
    meter: str
    quantity: Decimal
    split_usd: Decimal
    unused_usd: Decimal


@record
class EngineUse:
    """What GPUs of a workload did: GPU-hours, their money, the share of time that the engine was active."""

    day: date
    workload: str
    gpu_hours: Decimal
    usd: Decimal
    active: Decimal


@record
class PaidBill:
    """All charges that were read, and what is to be said of the reading."""

    source: str
    file: str
    charges: tuple[BillCharge, ...]
    notes: tuple[str, ...] = ()
    splits: tuple[Split, ...] = ()
    engines: tuple[EngineUse, ...] = ()
    idle_usd: Decimal | None = None
    complete_until: date | None = None
    """The first day whose charges are estimates; None where the bill marks none."""
    ends: date | None = None
    """The day after its last, of bills whose periods may be longer than a day; None where rows tell it."""
