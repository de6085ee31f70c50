"""Offerings stay rows until someone asks: a plan for one region needs a tenth of them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from plimsoll.catalog.facts import Offering, Price

PriceRow = tuple[str, str, str, str, str, str]
"""start, USD, source key, as_of, inferred key, flag."""


class OfferingRows(Mapping[tuple[str, str], Offering]):
    """A read-only mapping of (instance type, region) to its offering, made from text on first use."""

    def __init__(
        self,
        offered: list[list[str]],
        prices: Mapping[tuple[str, str], Mapping[str, PriceRow]],
        sources: Mapping[str, str],
    ) -> None:
        """Keep the rows of `offerings.csv` and the price rows that hold on the date, by kind."""
        self._offered = {(row[0], row[1]): row for row in offered}
        self._prices = prices
        self._sources = sources
        self._made: dict[tuple[str, str], Offering] = {}

    def __getitem__(self, key: tuple[str, str]) -> Offering:
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._offering(self._offered[key])
        return found

    def __contains__(self, key: object) -> bool:
        return key in self._offered

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._offered)

    def __len__(self) -> int:
        return len(self._offered)

    def _offering(self, row: list[str]) -> Offering:
        instance_type, region, zones, interruption, _, source, as_of = row
        dated = self._prices.get((instance_type, region), {})
        return Offering(
            instance_type=instance_type,
            region=region,
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
        basis = self._sources[inferred] if inferred else ""
        return Price(Decimal(usd), self._sources[source], as_of, basis, flag)
