"""Prices of what is no instance, by item, stay rows until someone asks."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from plimsoll.catalog.facts import Price, ServicePrice
from plimsoll.catalog.offerings import basis_of
from plimsoll.catalog.rows import table

SERVICES = "services"
"""Folder of data files, one a region."""


def services_of(region: str, on: str, sources: Mapping[str, str]) -> "ServiceRows":
    """Read the prices of a region that hold on a date."""
    return ServiceRows(region, table(SERVICES, f"{region}.csv"), on, sources)


class ServiceRows(Mapping[str, ServicePrice]):
    """A read-only mapping of item to its price in one region, made from text on first use."""

    def __init__(
        self, region: str, priced: Sequence[Sequence[str]], on: str, sources: Mapping[str, str]
    ) -> None:
        """Keep, of each item, the row that holds on the date: the last whose start is not later."""
        self._region, self._sources = region, sources
        self._held: dict[str, Sequence[str]] = {}
        for row in priced:
            if row[1] <= on:
                self._held[row[0]] = row
        self._held = {item: row for item, row in self._held.items() if row[3]}

    def __getitem__(self, item: str) -> ServicePrice:
        _, _, unit, usd, source, as_of, inferred, _ = self._held[item]
        price = Price(Decimal(usd), self._sources[source], as_of, basis_of(inferred, self._sources))
        return ServicePrice(item, self._region, unit, price)

    def __contains__(self, item: object) -> bool:
        return item in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)
