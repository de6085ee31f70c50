"""Offerings of a region stay rows until someone asks: a plan needs a tenth of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from plimsoll.catalog.facts import Offering, Price
from plimsoll.catalog.rows import LinesByKey, cells

if TYPE_CHECKING:  # start-up: read where somebody has prices of his own
    from plimsoll.catalog.price_folder import PriceFolder

OFFERINGS, PRICES = "offerings", "prices"
"""Folders of data files, one a region."""

PriceRow = tuple[str, str, str, str, str, str]
"""start, USD, source key, as_of, inferred key, flag."""


Lines = Mapping[str, Sequence[str]]
"""Lines of a file by instance type."""


def offerings_of(
    region: str, on: str, sources: Mapping[str, str], folder: "PriceFolder | None" = None
) -> "OfferingRows":
    """Read what is offered in a region, with the prices that hold on a date; a folder's go over our own."""
    file = f"{region}.csv"
    offered: Lines = LinesByKey(OFFERINGS, file)
    priced: Lines = LinesByKey(PRICES, file)
    if folder is not None:
        offered = {**offered, **_offered_newly(offered, folder.lines(OFFERINGS, file))}
        priced = {**priced, **laid_over(priced, folder.lines(PRICES, file))}
    return OfferingRows(region, on, offered, priced, sources)


def laid_over(ours: Lines, newer: Lines) -> dict[str, list[str]]:
    """Lay series of prices over others, in order of their starts; of one start the newer comes last."""
    return {name: sorted([*ours.get(name, ()), *lines], key=_start) for name, lines in newer.items()}


def _start(line: str) -> str:
    return line.split(",", 3)[2]


def _offered_newly(ours: Lines, newer: Lines) -> Mapping[str, list[str]]:
    """Take the newer line of each type; what only ours says, of interruptions, stays."""
    found: dict[str, list[str]] = {}
    for name, lines in newer.items():
        _, zones, *bands, source, as_of = cells(lines[-1])
        known = cells(ours[name][-1])[2:4] if name in ours else bands
        found[name] = [",".join((name, zones, *(bands if bands[0] else known), source, as_of))]
    return found


def held(lines: Iterable[str], on: str) -> dict[str, PriceRow]:
    """Keep, of each kind of one type's prices, the row that holds: the last whose start is not later."""
    found: dict[str, PriceRow] = {}
    for line in lines:
        _, kind, start, usd, source, as_of, inferred, flag = cells(line)
        if start > on:
            continue
        if usd:
            found[kind] = (start, usd, source, as_of, inferred, flag)
        else:
            found.pop(kind, None)
    return found


class OfferingRows(Mapping[str, Offering]):
    """A read-only mapping of instance type to its offering in one region, made from text on first use."""

    def __init__(
        self,
        region: str,
        on: str,
        offered: Mapping[str, Sequence[str]],
        priced: Mapping[str, Sequence[str]],
        sources: Mapping[str, str],
    ) -> None:
        """Keep the lines of the region's offerings and prices, each by instance type."""
        self._region, self._on = region, on
        self._offered, self._priced = offered, priced
        self._sources = sources
        self._made: dict[str, Offering] = {}

    @property
    def complete(self) -> bool:
        """Whether a list of offerings names zones here, and so every type; else only prices were found."""
        return any(cells(lines[-1])[1] for lines in self._offered.values())

    def __getitem__(self, name: str) -> Offering:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._offering(cells(self._offered[name][-1]))
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._offered

    def __iter__(self) -> Iterator[str]:
        return iter(self._offered)

    def __len__(self) -> int:
        return len(self._offered)

    def plan_rates(self, name: str) -> Mapping[str, Price]:
        """Read the rates of Savings Plans of one type by kind (`compute_sp_1y`); few folders have any."""
        dated = held(self._priced.get(name, ()), self._on)
        found = {kind: self._price(row) for kind, row in dated.items() if "_sp_" in kind}
        return {kind: price for kind, price in found.items() if price is not None}

    def _offering(self, row: Sequence[str]) -> Offering:
        instance_type, zones, interruption, _, source, as_of = row
        dated = held(self._priced.get(instance_type, ()), self._on)
        return Offering(
            instance_type=instance_type,
            region=self._region,
            on_demand=self._price(dated.get("on_demand")),
            spot=self._price(dated.get("spot")),
            reserved_1y=self._price(dated.get("reserved_1y")),
            interruption_per_month=float(interruption) if interruption else None,
            zones=int(zones or 1),
            start=max((price[0] for price in dated.values()), default=as_of),
            source=self._sources[source],
            as_of=as_of,
        )

    def _price(self, row: PriceRow | None) -> Price | None:
        if row is None:
            return None
        _, usd, source, as_of, inferred, flag = row
        return Price(Decimal(usd), self._sources[source], as_of, basis_of(inferred, self._sources), flag)


def basis_of(inferred: str, sources: Mapping[str, str]) -> str:
    """Put into words how a price was derived; rules that were applied together are joined by a plus."""
    return "; ".join(sources[rule] for rule in inferred.split("+")) if inferred else ""
