"""Some fleets count their size in capacity units: weighted types, vCPUs or MiB of memory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from plimsoll.ground.tree import View, shown
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.pricing.charges import CEILING, FLOOR, Charges
from plimsoll.pricing.disks import usage_of, usd_per_month
from plimsoll.pricing.filling.fill import Choice, dearest_fill, value_of
from plimsoll.pricing.market import Market
from plimsoll.pricing.nodes import FleetNode, add_extras, add_nodes

UNIT_TYPES = ("units", "vcpu", "memory-mib")


@dataclass(frozen=True, slots=True)
class Weighted:
    """An instance type and how many capacity units one of it counts for."""

    name: str
    weight: int


def read_weight(view: View) -> int:
    """Read a weight, which AWS resources write as text or as a number; absent is 1."""
    if view.absent:
        return 1
    value = view.known()
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 999):
            raise view.fail(f"is {shown(value)}, not a weight from 1 to 999")
        return int(value)
    return view.count(least=1)


def weigh(names: Sequence[str], weight: int, unit_type: View, market: Market) -> list[Weighted]:
    """Weigh types by their own weight, or by vCPUs or MiB where the fleet's size is counted in those."""
    unit = unit_type.text("units").lower()
    if unit not in UNIT_TYPES:
        raise unit_type.fail(f"is {shown(unit)}; it is one of {', '.join(UNIT_TYPES)}")
    weighted: list[Weighted] = []
    for name in names:
        kind = market.book.instance_type(name, "an instance type")
        own = {"vcpu": kind.vcpus, "memory-mib": int(kind.memory_gib * 1024)}.get(unit, weight)
        weighted.append(Weighted(name, max(1, own)))
    return weighted


def add_capacity(
    charges: Charges, market: Market, node: FleetNode, options: Sequence[Weighted], least: int, most: int
) -> None:
    """Add the lines of a fleet of `least` to `most` capacity units.

    A fleet may pass its size by less than its largest weight, since instances are whole.
    """
    heaviest = max((option.weight for option in options), default=1)
    node = replace(node, types=tuple(dict.fromkeys(option.name for option in options)))
    if heaviest == 1:
        add_nodes(charges, market, node, least, most)
        return
    node.check(market)
    if most:
        _add_ceiling(charges, market, node, options, most + heaviest - 1)
    spot = node.spot
    rates = [(market.least_rate(o.name, spot=spot).usd / o.weight, o.name, o.weight, o) for o in options]
    cheapest = min(rates)[3]
    count = int((Decimal(least) / cheapest.weight).to_integral_value(ROUND_CEILING))
    least_rate = market.least_rate(cheapest.name, spot=spot)
    charges.add_nodes(cheapest.name, count, least_rate, FLOOR, node.may(market))
    add_extras(charges, market, node, count, FLOOR)


def _add_ceiling(
    charges: Charges, market: Market, node: FleetNode, options: Sequence[Weighted], units: int
) -> None:
    extras = usd_per_month(usage_of(node.disks), market)
    rates = {option.name: node.rate(option.name, market) for option in options}
    choices = tuple(
        Choice(o.name, value_of(rates[o.name].usd * HOURS_PER_MONTH + extras), (o.weight,)) for o in options
    )
    fill = dearest_fill(choices, (units,))
    if not fill.exact:
        dearest = max(rates.values(), key=lambda rate: rate.usd)
        charges.add_bound("capacity", fill.usd, dearest, "fleet-month")
        add_extras(charges, market, replace(node, disks=()), units, CEILING)
        return
    for name, count in fill.counts:
        charges.add_nodes(name, count, rates[name], CEILING, node.may(market))
    add_extras(charges, market, node, sum(count for _, count in fill.counts), CEILING)
