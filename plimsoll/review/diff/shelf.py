"""The shelf holds what this package can solve with: its tool, its speed data, its prices of any day."""

from typing import TYPE_CHECKING

from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load, load_current
from plimsoll.ground.problems import MissingFactError
from plimsoll.review.solved.facts import DatedPrices, FactNames, Here
from plimsoll.speed.facts import SpeedFacts
from plimsoll.speed.read import speed_with

if TYPE_CHECKING:
    from plimsoll.catalog.discounts.terms import Discounts

TODAY = "today"
"""The name of what is solved with where nobody says otherwise: this tool, its data, the prices asked for."""

_NEWEST = "newest"
_ANY_DAY = "9999-12-31"
"""No price of a service starts later."""


class Shelf:
    """Prices of the days that are asked for, from one folder, paid on one organisation's terms."""

    def __init__(
        self, on: str | None, prices: str | None, discounts: str | None, calibration: str | None = None
    ) -> None:
        """Take prices of a day (None: newest), of a folder (None: the package's), discounts, a calibration.

        Raises:
            PlimsollError: the day has no prices, or the folder or the file is wrong.
        """
        self.folder, self._on, self._file = prices, on, discounts
        self._markets: dict[str, DatedPrices] = {}
        self.catalog = load_current(on, prices)
        self.put(TODAY, DatedPrices(self.catalog, self._discounts(self.catalog)))
        self._speeds = {TODAY: speed_with(calibration)}
        self.here = Here(FactNames(TODAY, TODAY, TODAY), self._speeds, self._markets)

    @property
    def days(self) -> tuple[str, str]:
        """The days up to which prices are seen today: of instance types, and of services."""
        return self.catalog.priced_on, self._on or _ANY_DAY

    @property
    def discounts(self) -> "Discounts | None":
        """What is paid in place of list prices today."""
        return self._markets[TODAY].discounts

    @property
    def speed(self) -> SpeedFacts:
        """The speed that is known today, with what was measured."""
        return self._speeds[TODAY]

    def put_speed(self, name: str, speed: SpeedFacts) -> None:
        """Let a speed be solved with under a name."""
        self._speeds[name] = speed

    def put(self, name: str, prices: DatedPrices) -> None:
        """Let prices be solved with under a name."""
        self._markets[name] = prices

    def on_day(self, on: str | None) -> str | None:
        """Name the prices of a day, as a plan asks for them; None where there are none."""
        if on == self._on:
            return TODAY
        name = on or _NEWEST
        if name not in self._markets:
            try:
                catalog = load(on, self.folder)
            except MissingFactError:
                return None
            self.put(name, DatedPrices(catalog, self._discounts(catalog)))
        return name

    def _discounts(self, catalog: Catalog) -> "Discounts | None":
        if self._file is None:
            return None
        from plimsoll.catalog.discounts.read import read_discounts

        return read_discounts(self._file, catalog)
