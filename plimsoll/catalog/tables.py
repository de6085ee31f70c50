"""Read the catalogue from the package's data files, narrowed to one date.

Prices are append-only: a row
holds from its start date until a later row of the same key starts; a later row without a price
withdraws it. `plimsoll/catalog/data/SOURCES.md` says where every column comes from.
"""

from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING

from plimsoll.catalog.by_region import ByRegion
from plimsoll.catalog.checkpoints import checkpoint_of
from plimsoll.catalog.facts import VISIBLE_SHARE, Accelerator, Catalog, Offering, ServicePrice
from plimsoll.catalog.instance_types import InstanceTypes
from plimsoll.catalog.offerings import offerings_of
from plimsoll.catalog.regions import regions
from plimsoll.catalog.rows import accelerator_rows, rows, table
from plimsoll.catalog.services import services_of
from plimsoll.ground.problems import MissingFactError, Problem, SpecError
from plimsoll.ground.units import MIB
from plimsoll.models.read import load_models

if TYPE_CHECKING:  # start-up: read where somebody has prices of his own
    from plimsoll.catalog.price_folder import PriceFolder

ENGINES = "engines.csv"
CHECKPOINTS = "checkpoints.csv"

MAX_AGE_DAYS = 365
"""How far beyond the newest price a date may lie; the policy pack's `stale-prices` has the same default."""

_RATES = ("_tflops", "_tops")
"""How a column's name ends that holds the rate of a number format; the format is what stands before."""


@cache
def engine_rows() -> tuple[dict[str, str], ...]:
    """Read the facts of engines, which `plimsoll.catalog.engine_facts` looks up."""
    return tuple(rows(ENGINES))


def engines_serving(task: str) -> tuple[str, ...]:
    """Name the engines that serve a task, the first that the file names first."""
    return tuple(
        row["engine"] for row in engine_rows() if row["fact"] == "serves" and task in row["value"].split()
    )


ANY_DAY = "9999-12-31"
"""No price of a service starts later."""


def load(on: str | None = None, prices: str | None = None) -> Catalog:
    """Load every fact that holds on a date (`YYYY-MM-DD`).

    The default is the start of the newest price that was read: an inferred one is no news. Of services the
    default takes the newest price, also one that was recalled later. What a plan does not ask for is not
    read: prices of other regions, instance types that no plan chooses. `prices` is a folder that
    `plimsoll prices refresh` wrote: its rows are laid over the package's.

    Raises:
        SpecError: the date is not a date, or the folder none of prices.
        MissingFactError: no price is as old as that; the message says the earliest date.
    """
    if not prices:
        return _load(on, None)
    from plimsoll.catalog.price_folder import read_price_folder

    return _load(on, read_price_folder(prices))


@cache
def _load(on: str | None, folder: "PriceFolder | None") -> Catalog:
    texts, known = sources(), regions()
    newest = max(region.newest_price for region in known.values())
    if folder is not None:
        texts |= dict(folder.rows("sources.csv"))
        newest = max(newest, folder.newest_price)
    chosen = _check_date(on, min(region.first_price for region in known.values()), newest)
    accelerators = _accelerators()
    models = load_models()
    engine_rows()  # read with the rest, so that sizing opens no file
    offerings, services = _dated(chosen, chosen if on else ANY_DAY, texts, folder)
    return Catalog(
        accelerators=accelerators,
        instance_types=InstanceTypes(accelerators, texts, folder),
        offerings=offerings,
        services=services,
        models=models,
        priced_on=chosen,
        checkpoints=tuple(checkpoint_of(row) for row in table(CHECKPOINTS)),
        _aliases=models.aliases(),
        _accelerator_aliases=_accelerator_aliases(),
        asked_on=None if on is None else chosen,
        _regions=tuple(known),
        prices=None if folder is None else folder.used,
    )


def _dated(
    on: str, services_on: str, texts: dict[str, str], folder: "PriceFolder | None"
) -> tuple[ByRegion[Offering], ByRegion[ServicePrice]]:
    names = tuple(regions())
    return (
        ByRegion(names, partial(offerings_of, on=on, sources=texts, folder=folder)),
        ByRegion(names, partial(services_of, on=services_on, sources=texts)),
    )


def load_apart(on: str | None, services_on: str | None, prices: str | None) -> Catalog:
    """Load as `load` does, with prices of which nothing is read yet: what is read can be asked afterwards.

    With `services_on` the date is nobody's wish: `on` is that of the newest price once, and
    services have the prices of the other.

    Raises:
        SpecError, MissingFactError: as `load`.
    """
    folder = None
    if prices:
        from plimsoll.catalog.price_folder import read_price_folder

        folder = read_price_folder(prices)
    catalog = _load(on if services_on is None else None, folder)
    texts = sources() | (dict(folder.rows("sources.csv")) if folder is not None else {})
    day = on if on and services_on else catalog.priced_on
    offerings, services = _dated(day, services_on or (day if on else ANY_DAY), texts, folder)
    return replace(catalog, offerings=offerings, services=services, priced_on=day)


def load_current(on: str | None = None, prices: str | None = None) -> Catalog:
    """Load the facts for a plan of a date: those of `load`, unless the newest price is too old by then.

    Raises:
        MissingFactError: the newest price is more than `MAX_AGE_DAYS` older than the date.
    """
    catalog = load(on, prices)
    newest = load(None, prices).priced_on if on is not None else catalog.priced_on
    age = (date.fromisoformat(catalog.priced_on) - date.fromisoformat(newest)).days
    if age > MAX_AGE_DAYS:
        raise MissingFactError(
            Problem(
                what=f"the prices are too old for {catalog.priced_on}",
                why=f"the newest is of {newest}, {age} days before; at most {MAX_AGE_DAYS} are allowed",
                fix="leave --on out, or bring the catalogue up to date",
                path="--on",
            )
        )
    return catalog


def sources() -> dict[str, str]:
    """Read what the keys of sources stand for."""
    return {row["key"]: row["text"] for row in rows("sources.csv")}


def _check_date(on: str | None, earliest: str, newest: str) -> str:
    if on is None:
        return newest
    try:
        chosen = date.fromisoformat(on).isoformat()
    except ValueError:
        problem = Problem(what=f"{on!r} is not a date", fix="write it as YYYY-MM-DD", path="--on")
        raise SpecError(problem) from None
    if chosen < earliest:
        raise MissingFactError(
            Problem(
                what=f"no price is known on {chosen}",
                why=f"the first price of the catalogue starts on {earliest}",
                fix=f"give --on {earliest} or later",
                path="--on",
            )
        )
    return chosen


def _accelerators() -> dict[str, Accelerator]:
    found: dict[str, Accelerator] = {}
    for row in accelerator_rows():
        found[row["name"]] = Accelerator(
            name=row["name"],
            vendor=row["vendor"],
            cuda=row["cuda"] == "yes",
            memory_bytes=int(row["memory_mib"]) * MIB,
            bandwidth=float(row["bandwidth_gb_s"]) * 1e9,
            flops=_flops(row),
            link=row["link"],
            link_bytes_per_s=float(row["link_gb_s"]) * 1e9,
            compute_capability=float(row["compute_capability"]) if row["compute_capability"] else None,
            aws=row["aws"] == "yes",
            source=row["source"],
            as_of=row["as_of"],
            visible_share=float(row["visible_share"] or VISIBLE_SHARE),
        )
    return found


def _flops(row: dict[str, str]) -> dict[str, float]:
    """FLOP/s of each number format that the part accelerates."""
    return {
        column.rpartition("_")[0]: float(cell) * 1e12
        for column, cell in row.items()
        if cell and column.endswith(_RATES)
    }


def _accelerator_aliases() -> dict[str, str]:
    return {
        alias.lower(): row["name"]
        for row in accelerator_rows()
        for alias in (row["name"], *row["aliases"].split(";"))
        if alias
    }
