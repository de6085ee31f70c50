"""The shelf holds what this package can solve with: its tool, its speed data, its prices of any day."""

from typing import TYPE_CHECKING

from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load, load_current
from plimsoll.ground.problems import MissingFactError
from plimsoll.ground.version import __version__
from plimsoll.review.diff.facts import DatedPrices, FactNames, Here
from plimsoll.speed.read import load_speed

if TYPE_CHECKING:
    from plimsoll.catalog.discounts.terms import Discounts

_NEWEST = "newest"
_SHIPPED = "shipped"


class Shelf:
    """Prices of the days that are asked for, from one folder, paid on one organisation's terms."""

    def __init__(self, on: str | None, prices: str | None, discounts: str | None) -> None:
        """Take the prices of a day (None: newest), of a folder (None: the package's), and a discounts file.

        Raises:
            PlimsollError: the day has no prices, or the folder or the file is wrong.
        """
        self._folder, self._file = prices, discounts
        self._markets: dict[str, DatedPrices] = {}
        self.catalog = load_current(on, prices)
        today = self._keep(on, self.catalog)
        self.here = Here(FactNames(__version__, _SHIPPED, today), {_SHIPPED: load_speed()}, self._markets)

    @property
    def discounts(self) -> "Discounts | None":
        """What is paid in place of list prices today."""
        return self._markets[str(self.here.today.prices)].discounts

    def on_day(self, on: str | None) -> str | None:
        """Name the prices of a day, as a plan asks for them; None where there are none."""
        name = on or _NEWEST
        if name not in self._markets:
            try:
                self._keep(on, load(on, self._folder))
            except MissingFactError:
                return None
        return name

    def _keep(self, on: str | None, catalog: Catalog) -> str:
        name = on or _NEWEST
        self._markets[name] = DatedPrices(catalog, self._discounts(catalog))
        return name

    def _discounts(self, catalog: Catalog) -> "Discounts | None":
        if self._file is None:
            return None
        from plimsoll.catalog.discounts.read import read_discounts

        return read_discounts(self._file, catalog)
