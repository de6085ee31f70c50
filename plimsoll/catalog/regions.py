"""AWS regions: which have prices, from which day on, and which continent they are on."""

from collections.abc import Collection
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


def continent(region: str) -> str:
    """Say on which continent a region lies; one that is not known lies alone with those of its first word."""
    known = regions().get(region)
    return known.continent if known is not None else region.partition("-")[0]


def beside(names: Collection[str], known: Collection[str]) -> list[str]:
    """List the known regions on the continents of some regions, without these, sorted.

    Users, laws and latency stay behind where a workload crosses an ocean, so no such move is ever offered.
    """
    here = {continent(name) for name in names}
    return sorted(name for name in set(known) - set(names) if continent(name) in here)
