"""Offerings of a region stay rows until someone asks: a plan needs a tenth of them."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from plimsoll.catalog.facts import Offering, Price
from plimsoll.catalog.rows import table

if TYPE_CHECKING:  # start-up: read where somebody has prices of his own
    from plimsoll.catalog.price_folder import PriceFolder

OFFERINGS, PRICES = "offerings", "prices"
"""Folders of data files, one a region."""

PriceRow = tuple[str, str, str, str, str, str]
"""start, USD, source key, as_of, inferred key, flag."""


def offerings_of(
    region: str, on: str, sources: Mapping[str, str], folder: "PriceFolder | None" = None
) -> "OfferingRows":
    """Read what is offered in a region, with the prices that hold on a date; a folder's go over our own."""
    file = f"{region}.csv"
    offered, priced = table(OFFERINGS, file), table(PRICES, file)
    if folder is not None:
        offered = list(_offered_newly(offered, folder.rows(OFFERINGS, file)))
        return OfferingRows(region, offered, held(laid_over(priced, folder.rows(PRICES, file)), on), sources)
    return OfferingRows(region, offered, held(priced, on), sources)


def laid_over(rows: Sequence[Sequence[str]], newer: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Lay series of prices over others: of each type and kind, in order of their starts, the newer last."""
    return sorted([*rows, *newer], key=lambda row: (row[0], row[1], row[2]))


def _offered_newly(ours: Sequence[Sequence[str]], newer: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """Take the newer row of each type; what only ours says, of interruptions, stays."""
    found = {row[0]: row for row in ours}
    for name, zones, *bands, source, as_of in newer:
        known = found.get(name, ())
        found[name] = [name, zones, *(bands if bands[0] else known[2:4] or bands), source, as_of]
    yield from (list(found[name]) for name in sorted(found))


def held(priced: Sequence[Sequence[str]], on: str) -> dict[str, dict[str, PriceRow]]:
    """Keep, of each type and kind, the row that holds on the date: the last whose start is not later."""
    found: dict[str, dict[str, PriceRow]] = {}
    for instance_type, kind, start, usd, source, as_of, inferred, flag in priced:
        if start > on:
            continue
        of_offering = found.setdefault(instance_type, {})
        if usd:
            of_offering[kind] = (start, usd, source, as_of, inferred, flag)
        else:
            of_offering.pop(kind, None)
    return found


class OfferingRows(Mapping[str, Offering]):
    """A read-only mapping of instance type to its offering in one region, made from text on first use."""

    def __init__(
        self,
        region: str,
        offered: Sequence[Sequence[str]],
        prices: Mapping[str, Mapping[str, PriceRow]],
        sources: Mapping[str, str],
    ) -> None:
        """Keep the rows of the region's offerings, and the price rows that hold, by kind."""
        self._region = region
        self._offered = {row[0]: row for row in offered}
        self._prices = prices
        self._sources = sources
        self._made: dict[str, Offering] = {}

    def __getitem__(self, name: str) -> Offering:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._offering(self._offered[name])
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._offered

    def __iter__(self) -> Iterator[str]:
        return iter(self._offered)

    def __len__(self) -> int:
        return len(self._offered)

    def _offering(self, row: Sequence[str]) -> Offering:
        instance_type, zones, interruption, _, source, as_of = row
        dated = self._prices.get(instance_type, {})
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
