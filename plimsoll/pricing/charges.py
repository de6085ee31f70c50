"""Charges are collected for one resource while its price is worked out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from plimsoll.graph.resource import Resource
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.pricing.market import Rate
from plimsoll.pricing.result import (
    BilledByUse,
    CannotPrice,
    Charge,
    Code,
    CoveredByPools,
    FreeResource,
    Kind,
    Of,
    Priced,
    Unpriceable,
    cost_of,
)

BOTH: tuple[Of, ...] = ("floor", "ceiling")
CEILING: tuple[Of, ...] = ("ceiling",)
FLOOR: tuple[Of, ...] = ("floor",)

_PARTS = Decimal("0.0001")
"""The finest part of a unit that a line bills where an amount was worked out."""

_LONGEST = 600
"""Characters of a message that are kept."""


@dataclass(frozen=True, slots=True)
class May:
    """Nodes may be any of these types; a commitment may cover them where they are surely on demand."""

    types: tuple[str, ...]
    be_covered: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """What bounds a run, how often it runs a month, and the type of the nodes that a line is about."""

    source: str
    runs: int
    instance_type: str = ""


class Charges:
    """Collects lines and refusals for one resource."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.lines: list[Charge] = []
        self.problems: list[CannotPrice] = []
        self.bills = ""
        self.pools = ""
        self.why = ""

    def add(
        self,
        item: str,
        quantity: Decimal | int,
        rate: Rate,
        of: tuple[Of, ...] = BOTH,
        note: str = "",
        kind: Kind = "fixed",
        instance_type: str = "",
    ) -> None:
        """Add a line; a quantity of zero adds nothing."""
        amount = Decimal(quantity)
        if amount == 0:
            return
        text = "; ".join(part for part in (note, rate.note) if part)
        self.lines += [
            Charge(
                self.resource.urn,
                item,
                total,
                amount,
                rate.unit,
                rate.usd,
                cost_of(amount, rate.usd),
                rate.source,
                rate.as_of,
                text,
                kind,
                instance_type,
                rate.inferred,
                rate.anywhere,
                rate.list_usd,
            )
            for total in of
        ]

    def add_hours(
        self, item: str, count: Decimal | int, rate: Rate, of: tuple[Of, ...] = BOTH, note: str = ""
    ) -> None:
        """Add a line for things that bill by the hour and run the whole month."""
        self.add(item, _billed(Decimal(count) * HOURS_PER_MONTH), rate, of, note)

    def add_nodes(self, name: str, count: Decimal | int, rate: Rate, of: tuple[Of, ...], may: May) -> None:
        """Add the hours of nodes of one instance type; `may` says what else they may be."""
        before = len(self.lines)
        hours = _billed(Decimal(count) * HOURS_PER_MONTH)
        self.add(f"nodes {name}", hours, rate, of, kind="nodes", instance_type=name)
        self._say(before, may, rate.region)

    def add_overshoot(self, name: str, count: Decimal, rate: Rate) -> None:
        """Add the hours of nodes that stand above their pool's limit for a while."""
        hours, before = count * HOURS_PER_MONTH, len(self.lines)
        self.add(f"overshoot {name}", hours, rate, CEILING, kind="overshoot", instance_type=name)
        self._say(before, May((name,)), rate.region)

    def add_run(self, run: Run, item: str, amount: Decimal, rate: Rate, kind: Kind = "fixed") -> None:
        """Add what each of a month's runs bills to the ceiling: rounded to the cent a run, as it is paid."""
        note, before = f"bounded by {run.source}", len(self.lines)
        if run.runs != 1:
            note = f"{amount:f} {rate.unit} a run, {note}"
            listed = None if rate.list_usd is None else cost_of(amount, rate.list_usd)
            rate = replace(rate, usd=cost_of(amount, rate.usd), unit="run", list_usd=listed)
            amount = Decimal(run.runs)
        self.add(item, amount, rate, CEILING, note, kind, run.instance_type)
        self._say(before, May((run.instance_type,) if run.instance_type else ()), rate.region)

    def _say(self, first: int, may: May, region: str) -> None:
        """Say of the lines from one on what their nodes may be."""
        self.lines[first:] = [
            replace(line, region=region, types=may.types, coverable=may.be_covered)
            for line in self.lines[first:]
        ]

    def add_volumes(self, item: str, amount: Decimal, rate: Rate, of: tuple[Of, ...], note: str = "") -> None:
        """Add what the disks of nodes bill of one catalogue item."""
        self.add(f"volumes {item}", _billed(amount), rate, of, note, kind="volumes")

    def add_bound(self, limit: str, usd: Decimal, dearest: Rate, unit: str) -> None:
        """Add the most that nodes and their volumes can cost where no mixture of them was worked out."""
        most = usd.quantize(Decimal("0.01"), ROUND_CEILING)
        bound = replace(dearest, usd=most, unit=unit, list_usd=None if dearest.list_usd is None else most)
        self.add(f"nodes and volumes, bound by the {limit}", 1, bound, CEILING, kind="bound")

    def cannot(self, code: Code, message: str, *, pending: bool = False) -> None:
        """Record that this resource cannot be priced, and go on."""
        self.problems.append(CannotPrice(self.resource.urn, code, _harmless(message), pending))

    def free(self, why: str) -> None:
        """Say that the resource costs nothing, and why."""
        self.why = why

    def by_use(self, bills: str) -> None:
        """Say that the resource bills by use alone, and what."""
        self.bills = bills

    def covered(self, pools: str) -> None:
        """Say that the resource only runs pods, and which pools bound them."""
        self.pools = pools

    def attempt(self, work: Callable[[], None]) -> None:
        """Run a part of the pricing; what it raises is recorded, and the other parts still run."""
        try:
            work()
        except Unpriceable as refusal:
            self.cannot(refusal.code, refusal.message, pending=refusal.pending)

    def priced(self) -> Priced:
        """Close the list. What has neither a line nor a refusal is by use, covered, or free and says why."""
        if self.lines or self.problems:
            return Priced(tuple(self.lines), cannot_price=tuple(dict.fromkeys(self.problems)))
        urn, token = self.resource.urn, self.resource.type
        if self.bills:
            return Priced(by_use=(BilledByUse(urn, token, self.bills),))
        if self.pools:
            return Priced(covered_by_pools=(CoveredByPools(urn, token, self.pools),))
        return Priced(free=(FreeResource(urn, token, self.why or "nothing that it creates is billed"),))


def _harmless(message: str) -> str:
    """Escape what inputs may have brought into a message: control signs, look-alikes, endless text."""
    shown = message if len(message) <= _LONGEST else message[:_LONGEST] + "..."
    if shown.isascii() and shown.isprintable():
        return shown
    escaped = shown.encode("ascii", "backslashreplace").decode("ascii")
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in escaped)


def _billed(quantity: Decimal) -> Decimal:
    """Round a quantity of parts of hours, such as those of a schedule, to four decimals."""
    if quantity == (rounded := quantity.quantize(_PARTS)):
        return quantity
    return rounded
