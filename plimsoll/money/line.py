"""One line of a bill."""

from typing import Literal

from plimsoll.ground.start_up import record

Basis = Literal["floor", "expected", "ceiling"]

Scope = Literal["workload", "cluster"]


@record
class CostLine:
    """One line of the bill: quantity × unit price = USD per month, and what it counts towards.

    `scope` is `cluster` for a part that several workloads of one cluster share.
    """

    item: str
    of: Basis
    quantity: str
    unit: str
    usd_per_unit: str
    usd_per_month: str
    source: str
    as_of: str
    scope: Scope = "workload"
