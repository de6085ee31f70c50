"""A price that is odd is held back until somebody accepts it: one far from what it was, or from its like."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from plimsoll.catalog.offerings import PriceRow
from plimsoll.catalog.refresh.before import Before, Held
from plimsoll.catalog.refresh.reading import Reading, what_of
from plimsoll.ground.problems import Problem

MOST_CHANGE = Decimal("0.30")
"""Share by which a list price may move unasked. Since 2024 only AWS's cut of June 2025 was larger."""
MOST_SPOT_FACTOR = Decimal(2)
"""Factor by which a spot price may move unasked since it was last read: a market moves without a mistake."""
MOST_SPOT_SHARE = Decimal("1.1")
"""Most of the on-demand price that a spot price may be: AWS charges no more than the on-demand price, and the
two are read at different moments."""
BAND = Decimal(2)
"""Factor beyond the dearest and the cheapest known hour of an accelerator at which a price is none.
Assumption: no region of AWS is twice as dear as the dearest that is known."""
DEEPEST_SPOT = Decimal("0.1")
"""Least share of on-demand that spot costs: AWS advertises savings of up to 90 %."""


@dataclass(frozen=True, slots=True)
class Odd:
    """One price that is not taken unasked; `old` and `new` are USD per hour, empty where there is none."""

    instance_type: str
    region: str
    kind: str
    old: str
    new: str
    factor: str
    why: str

    @property
    def problem(self) -> Problem:
        """Say it, and how to let it through."""
        moved = f"{self.old or 'no price'} → {self.new or 'no price'}"
        factor = f" (× {self.factor})" if self.factor else ""
        what = f"{self.instance_type} {self.kind} in {self.region}: {moved}{factor}"
        return Problem(what, self.why, "held back; --accept takes it")


def odd_prices(reading: Reading, before: Before) -> Iterator[Odd]:
    """Find every price of a reading that is odd, in order of type and kind."""
    known, own = before.known(reading.region), before.own(reading.region)
    for (name, kind), usd in sorted(reading.prices.items()):
        held = own.get(name, {}).get(kind)
        if held is None and what_of(kind) == "on-demand":
            held = known.get(name, {}).get(kind)
        old = _usd(held)
        found = (
            _moved(kind, old, usd),
            _beside_on_demand(reading, known, name, kind),
            _outside_band(reading, before, name, kind),
        )
        if why := ", and ".join(filter(None, found)):
            factor = f"{usd / old:.4g}" if old else ""
            yield Odd(name, reading.region, kind, f"{old:f}" if old else "", f"{usd:f}", factor, why)
    yield from _vanished(reading, before, own)


def _moved(kind: str, old: Decimal | None, new: Decimal) -> str:
    if old is None:
        return ""
    if kind == "spot":
        factor = max(new / old, old / new)
        return f"moved by more than a factor of {MOST_SPOT_FACTOR}" if factor > MOST_SPOT_FACTOR else ""
    return f"moved by more than {MOST_CHANGE:.0%}" if abs(new - old) > old * MOST_CHANGE else ""


def _usd(held: PriceRow | None) -> Decimal | None:
    """Take the amount of a row that was read; an inferred one is none."""
    return Decimal(held[1]) if held is not None and not held[4] else None


def on_demand_of(reading: Reading, known: Held, name: str) -> Decimal | None:
    """Take the on-demand price of a type: that which was read now, else that which is known."""
    read = reading.prices.get((name, "on_demand"))
    return read if read is not None else _usd(known.get(name, {}).get("on_demand"))


def _beside_on_demand(reading: Reading, known: Held, name: str, kind: str) -> str:
    usd = reading.prices[name, kind]
    if kind != "spot" or (on_demand := on_demand_of(reading, known, name)) is None:
        return ""
    most = on_demand * MOST_SPOT_SHARE
    return f"above {MOST_SPOT_SHARE} × the on-demand price of {on_demand:f}" if usd > most else ""


def _outside_band(reading: Reading, before: Before, name: str, kind: str) -> str:
    accelerator = before.accelerator(name) if kind in ("on_demand", "spot") else None
    band = before.bands.get(accelerator) if accelerator is not None else None
    if band is None:
        return ""
    an_hour = reading.prices[name, kind] / before.accelerators(name)
    low, high = band[0] / BAND, band[1] * BAND
    low = low * DEEPEST_SPOT if kind == "spot" else low
    if low <= an_hour <= high:
        return ""
    return f"${an_hour:.4g} per hour of one {accelerator}, outside ${low:.4g} to ${high:.4g}"


def _vanished(reading: Reading, before: Before, own: Held) -> Iterator[Odd]:
    """Find what an earlier refresh has read and this one has not."""
    for name, kinds in sorted(own.items()):
        for kind, row in sorted(kinds.items()):
            if what_of(kind) in reading.as_of and (name, kind) not in reading.prices:
                yield Odd(name, reading.region, kind, row[1], "", "", "it vanished")
    if reading.offered is not None:
        file = f"{reading.region}.csv"
        for name, zones, *_ in before.rows("offerings", file):
            if zones not in ("", "0") and name not in reading.offered:
                yield Odd(name, reading.region, "offering", f"{zones} zones", "", "", "it vanished")
