"""AWS regions: which have prices, from which day on, and which continent they are on."""

from functools import cache

from plimsoll.catalog.rows import rows
from plimsoll.ground.start_up import record

REGIONS = "regions.csv"


@record
class Region:
    """One region has prices of instances.

    `first_price` is the first day of which any is known, `newest_price` the newest day on which one began
    that was read, both `YYYY-MM-DD`.
    """

    name: str
    title: str
    continent: str
    first_price: str
    newest_price: str


@cache
def regions() -> dict[str, Region]:
    """Read the regions by name, sorted."""
    return {row["region"]: Region(*row.values()) for row in rows(REGIONS)}


def near(region: str) -> tuple[str, ...]:
    """Name the regions of the same continent, itself included; none for a region that is not known."""
    known = regions().get(region)
    return tuple(name for name, each in regions().items() if known and each.continent == known.continent)
