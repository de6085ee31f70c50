"""Names of facts say what an answer stood on besides its spec: the tool, the speed data, the prices.

Two answers of one name stood on the same. What is in the package under a name can be solved with again.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:
    from plimsoll.catalog.discounts.terms import Discounts

Cause = Literal["tool", "speed", "prices", "spec"]

CAUSES: tuple[Cause, ...] = ("tool", "speed", "prices", "spec")
"""In this order a change is split: the world first, what the author did last. Fixed, so that the author's
share is that of today's prices, tool and data; the order moves it by up to a fifth of the total."""


@record
class FactNames:
    """The names of what an answer stood on; None where nobody wrote it down."""

    tool: str | None
    speed: str | None
    prices: str | None


UNKNOWN_FACTS = FactNames(None, None, None)


@record
class DatedPrices:
    """Prices of one day, and what the organisation pays in place of them."""

    catalog: Catalog
    discounts: "Discounts | None"


@record
class Here:
    """What is in this package: one tool, speed data and prices by name, and the names of today's."""

    today: FactNames
    speeds: Mapping[str, SpeedFacts]
    markets: Mapping[str, DatedPrices]

    def is_discounted(self, facts: FactNames) -> bool:
        """Say whether something is paid in place of list prices."""
        market = self.markets.get(str(facts.prices))
        return market is not None and market.discounts is not None

    def holds(self, facts: FactNames) -> bool:
        """Say whether a spec can be solved on these facts."""
        return facts.tool == self.today.tool and facts.speed in self.speeds and facts.prices in self.markets
