"""Runs cost the hours that their bounds allow, on every node that the pool may have.

Per run and in this order: all nodes for the bound; one node in flight for as long, since limits are
eventually consistent and a replacement starts before the old node is gone; all nodes once more until they
are gone. Quantities have four decimals, as those of a month that were worked out.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.pricing.charges import Charges, Run
from plimsoll.pricing.kubernetes.runs.bound import Bound
from plimsoll.pricing.kubernetes.runs.hours import Runs
from plimsoll.pricing.market import Market, Rate
from plimsoll.pricing.result import Kind

_STEP = Decimal("0.0001")


class NodeRate(Protocol):
    """One instance type, its dearest hour, and the fee that comes with it."""

    @property
    def name(self) -> str:
        """Name of the instance type."""
        ...

    @property
    def rate(self) -> Rate:
        """The most that an hour of it can cost."""
        ...

    @property
    def fee(self) -> Rate | None:
        """The fee of EKS Auto Mode for an hour, if it is due."""
        ...


class Equipped(Protocol):
    """A pool, as far as its nodes bill more than their hours."""

    @property
    def usage(self) -> Mapping[str, Decimal]:
        """What one node bills in a month by catalogue item."""
        ...

    @property
    def market(self) -> Market:
        """Where the nodes lie."""
        ...


def hours_of(seconds: int, nodes: int = 1) -> Decimal:
    """Turn the seconds of so many nodes into node-hours."""
    return (Decimal(nodes * seconds) / 3600).quantize(_STEP)


def add_runs(
    charges: Charges, runs: Runs, nodes: Sequence[tuple[NodeRate, int]], in_flight: NodeRate, pool: Equipped
) -> None:
    """Add the lines of all runs; those that another pool of the same jobs carries leave only what stays."""
    count = sum(number for _, number in nodes)
    own = pool.market.book.own is not None
    for bound in runs.bounds:
        lines = _Lines(charges, bound)
        stood_s = count * runs.after_s
        if _carries(charges.resource.urn, runs, count, own=own):
            for kind, number in nodes:
                lines.add("nodes", kind, hours_of(bound.seconds, number), "nodes")
            lines.add("node in flight", in_flight, hours_of(bound.seconds), "overshoot")
            stood_s += (count + 1) * bound.seconds
        for kind, number in nodes:
            lines.add("nodes until they are gone", kind, hours_of(runs.after_s, number), "nodes")
        _add_usage(charges, pool, bound, stood_s)


def _carries(urn: str, runs: Runs, nodes: int, *, own: bool) -> bool:
    """Say whether a pool carries its runs: of pools alike the first does, where one holds every pod.

    On terms of one's `own` the dearest does: an hour that may be spot is never cheaper at its most.
    """
    if not all(0 < bound.pods <= nodes for bound in runs.bounds):
        return True
    beside = [(own and not each.may_be_spot, each.urn) for each in runs.beside]
    return (own and not runs.may_be_spot, urn) <= min(beside, default=(True, urn))


class _Lines:
    """Adds what nodes cost in the hours of one bound."""

    def __init__(self, charges: Charges, bound: Bound) -> None:
        self._charges = charges
        self._bound = bound

    def add(self, what: str, kind: NodeRate, hours: Decimal, paid_for: Kind) -> None:
        """Add the hours of nodes of one type, and the fee that comes with them."""
        run = Run(self._bound.source, self._bound.runs, kind.name)
        self._charges.add_run(run, f"{what} {kind.name}", hours, kind.rate, paid_for)
        if kind.fee is not None:
            bare = Run(self._bound.source, self._bound.runs)
            self._charges.add_run(bare, f"Auto Mode fee {kind.name}", hours, kind.fee)


def _add_usage(charges: Charges, pool: Equipped, bound: Bound, node_s: int) -> None:
    """Add what nodes bill beside their hours, for the share of a month that they stand."""
    for item, amount in pool.usage.items():
        share = (Decimal(node_s) / 3600 / HOURS_PER_MONTH * amount).quantize(_STEP)
        kind: Kind = "volumes" if item.startswith("ebs-") else "fixed"
        label = f"volumes {item}" if kind == "volumes" else item
        charges.add_run(Run(bound.source, bound.runs), label, share, pool.market.service_rate(item), kind)
