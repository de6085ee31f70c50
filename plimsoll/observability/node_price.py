"""What a node costs in an hour: what its plan pays for one that no commitment covers.

A price of OpenCost is one number for all nodes of a pool, and nobody sees which of them a commitment covers.
So each counts at the price of an hour more, and what covered hours spare is taken out of what is paid beside.
"""

from collections.abc import Sequence
from decimal import Decimal

from plimsoll.ground.units import to_cent
from plimsoll.money.line import CostLine
from plimsoll.money.runs.month import RunLine

BilledLine = CostLine | RunLine

NODE_KINDS = ("nodes", "cache")
"""Kinds of the hours of nodes that are a workload's own: its replicas', and a cache's in the cluster."""


def is_covered(line: BilledLine) -> bool:
    """Say whether a line's hours are covered by a commitment: billed at nothing, where list has a price."""
    return not Decimal(line.usd_per_unit) and bool(Decimal(line.list_usd_per_unit or 0))


def usd_of_node(line: BilledLine, lines: Sequence[BilledLine]) -> str:
    """Write what an hour of a line's nodes costs uncovered, US dollars: its pool's price, else list."""
    if not is_covered(line):
        return line.usd_per_unit
    asked = line.kind, line.pool, line.instance_type, line.list_usd_per_unit
    like = (
        each.usd_per_unit
        for each in lines
        if not is_covered(each)
        and (each.kind, each.pool, each.instance_type, each.list_usd_per_unit) == asked
    )
    return next(like, line.list_usd_per_unit or line.usd_per_unit)


def usd_of_nodes(line: CostLine, lines: Sequence[CostLine]) -> Decimal:
    """Add up what a line's hours of a month cost uncovered, US dollars to the cent."""
    if not is_covered(line):
        return Decimal(line.usd_per_month)
    return to_cent(Decimal(line.quantity) * Decimal(usd_of_node(line, lines)))
