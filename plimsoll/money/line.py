"""One line of a bill."""

from typing import Annotated, Literal

from plimsoll.ground.start_up import record

Basis = Literal["floor", "expected", "ceiling"]

Scope = Literal["workload", "cluster"]


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
    usd_per_month: Annotated[str, "Quantity × unit price, to the cent."]
    source: Annotated[str, "Where the price comes from."]
    as_of: Annotated[str, "Date of the price."]
    scope: Annotated[Scope, "cluster for a part that several workloads share."] = "workload"
