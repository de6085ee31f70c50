"""Prices of what is no instance, by item, stay rows until someone asks."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from plimsoll.catalog.facts import Price, ServicePrice
from plimsoll.catalog.offerings import basis_of
from plimsoll.catalog.rows import LinesByKey, cells

SERVICES = "services"
"""Folder of data files, one a region."""


def services_of(region: str, on: str, sources: Mapping[str, str]) -> "ServiceRows":
    """Read the prices of a region that hold on a date."""
    return ServiceRows(region, LinesByKey(SERVICES, f"{region}.csv"), on, sources)


class ServiceRows(Mapping[str, ServicePrice]):
    """A read-only mapping of item to its price in one region, made from text on first use."""

    def __init__(
        self, region: str, priced: Mapping[str, Sequence[str]], on: str, sources: Mapping[str, str]
    ) -> None:
        """Keep the lines of the region's prices by item; which of them holds is found when asked."""
        self._region, self._priced, self._on, self._sources = region, priced, on, sources
        self._made: dict[str, ServicePrice | None] = {}

    def __getitem__(self, item: str) -> ServicePrice:
        found = self._held(item)
        if found is None:
            raise KeyError(item)
        return found

    def __contains__(self, item: object) -> bool:
        return isinstance(item, str) and self._held(item) is not None

    def __iter__(self) -> Iterator[str]:
        return (item for item in self._priced if self._held(item) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def names(self) -> Collection[str]:
        """Name every item that has or had a price here; asking is no look-up of a price."""
        return self._priced.keys()

    @property
    def newest_asked(self) -> str:
        """Say when the newest price began of those that somebody asked for; empty where nobody asked."""
        starts = (cells(line)[1] for item in self._made for line in self._priced.get(item, ()))
        return max((start for start in starts if start <= self._on), default="")

    def _held(self, item: str) -> ServicePrice | None:
        """Find the price that holds on the date: the last whose start is not later, unless withdrawn."""
        if item not in self._made:
            rows = [row for line in self._priced.get(item, ()) if (row := cells(line))[1] <= self._on]
            self._made[item] = self._price(rows[-1]) if rows and rows[-1][3] else None
        return self._made[item]

    def _price(self, row: Sequence[str]) -> ServicePrice:
        item, _, unit, usd, source, as_of, inferred, _ = row
        price = Price(Decimal(usd), self._sources[source], as_of, basis_of(inferred, self._sources))
        return ServicePrice(item, self._region, unit, price)
