"""The bill of a run: floor on time, expected with interruptions, ceiling by the hours that are enforced.

A run's ceiling is enforced hours × on-demand × nodes, one node in flight for as long, and storage until it is
deleted. Quantities are rounded as everywhere, and a total is the exact sum of its lines.
"""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.catalog.clock import INSTANCE_HOUR
from plimsoll.catalog.facts import Price, ServicePrice
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.money.bill import Bill
from plimsoll.money.line import BASES, Basis, Line, to_quantity
from plimsoll.sizing.runs.hours import RunHours

IN_FLIGHT = 1
"""Nodes of a run that may be in flight above its limit (INTERFACE: one)."""


@record
class RunRates:
    """Unit prices of one candidate; `spot` and `block` (a Capacity Block's) are None unless it runs there."""

    on_demand: Price
    spot: Price | None
    volume: Price
    block: Price | None = None


@record
class Stored:
    """What a run leaves in storage until a rule deletes it: GB-months of one service.

    `most_gb_months` is the most that it can take, where a queue may hold the run; None where it is the same.
    """

    what: str
    gb_months: Decimal
    service: ServicePrice
    most_gb_months: Decimal | None = None


@record
class Rented:
    """What a run rents: nodes of a type with a root volume, what it stores, the whole days of a block."""

    instance_type: str
    nodes: int
    volume_gib: int
    stored: Stored | None
    block_days: int | None = None


def run_bill(rented: Rented, hours: RunHours, rates: RunRates) -> Bill:
    """Add up one run."""
    node_lines = _of_block(rented, rates) if rates.block is not None else _of_nodes(rented, hours, rates)
    lines = [line for line in node_lines if line.quantity]
    return Bill.of([*lines, *_stored(rented)])


def _of_nodes(rented: Rented, hours: RunHours, rates: RunRates) -> Iterator[Line]:
    nodes, own = rented.nodes, rates.spot or rates.on_demand
    how = "spot" if rates.spot is not None else "on-demand"
    floor = min(Decimal(str(hours.floor_h)), _bound(hours))
    yield _hours(rented, "floor", f"on time, {how}", nodes * floor, own)
    yield _volumes(rented, "floor", nodes * floor, rates)
    spot, on_demand = Decimal(str(hours.spot_h)), Decimal(str(hours.on_demand_h))
    if rates.spot is not None:
        yield _hours(rented, "expected", "spot", nodes * spot, rates.spot)
    yield _hours(rented, "expected", "on-demand", nodes * on_demand, rates.on_demand)
    yield _volumes(rented, "expected", nodes * (spot + on_demand), rates)
    bound = _bound(hours)
    yield _hours(
        rented, "ceiling", "as long as the cluster lets it run, on-demand", nodes * bound, rates.on_demand
    )
    yield Line(
        "overshoot",
        RUN_POOL,
        "node in flight above the limit",
        "ceiling",
        to_quantity(IN_FLIGHT * bound),
        INSTANCE_HOUR,
        rates.on_demand,
        rented.instance_type,
    )
    yield _volumes(rented, "ceiling", (nodes + IN_FLIGHT) * bound, rates)


RUN_POOL = "run"
"""Whose lines those of a run are: its pools share one bound."""


def _bound(hours: RunHours) -> Decimal:
    return Decimal(hours.enforced_min) / 60


def _of_block(rented: Rented, rates: RunRates) -> Iterator[Line]:
    """A block is paid whole, used or not: all three numbers are the same."""
    price, days = rates.block, rented.block_days
    if price is None or days is None:
        return
    hours = Decimal(rented.nodes * days * 24)
    for of in BASES:
        yield _hours(rented, of, f"Capacity Block, {days} whole day{'' if days == 1 else 's'}", hours, price)
        yield _volumes(rented, of, hours, rates)


def _hours(rented: Rented, of: Basis, how: str, hours: Decimal, price: Price) -> Line:
    label = f"nodes ({rented.nodes} × {rented.instance_type}, {how})"
    return Line("nodes", RUN_POOL, label, of, to_quantity(hours), INSTANCE_HOUR, price, rented.instance_type)


def _volumes(rented: Rented, of: Basis, node_hours: Decimal, rates: RunRates) -> Line:
    months = to_quantity(node_hours / HOURS_PER_MONTH * rented.volume_gib)
    return Line("volumes", RUN_POOL, "root volumes", of, months, "GB-month", rates.volume)


def _stored(rented: Rented) -> Iterator[Line]:
    stored = rented.stored
    if stored is None or not stored.gb_months:
        return
    for of in BASES:
        what, months = stored.what, stored.gb_months
        if of == "ceiling" and stored.most_gb_months is not None:
            what, months = f"{what}, a month: a queue may hold its run", stored.most_gb_months
        yield Line("storage", RUN_POOL, what, of, months, "GB-month", stored.service.price)
