"""The facts of a lock are the rows that its plan could see, by digest: later rows change nothing."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any, cast

from plimsoll.catalog.by_region import ByRegion
from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.instance_types import PLANNED
from plimsoll.catalog.offerings import OFFERINGS, PRICES, laid_over
from plimsoll.catalog.price_folder import PriceFolder, read_price_folder
from plimsoll.catalog.rows import LinesByKey, cells, rows
from plimsoll.catalog.services import SERVICES, ServiceRows
from plimsoll.catalog.tables import sources
from plimsoll.files.package import data_text
from plimsoll.models.architecture import Architecture
from plimsoll.review.lock.record import FactsFile, Folder, PricesRead

CATALOGUE = "catalogue"
"""What a lock calls the prices of the package."""

SPEED = ("speed", "constants.json")

_TABLES = (
    "accelerators.csv",
    "instance_types.csv",
    "mig_profiles.csv",
    "engines.csv",
    "checkpoints.csv",
    "quotas.csv",
    "model_quality.csv",
    "cache_nodes.csv",
    "time_zones.csv",
)
"""The tables that plans read whole, beside its model and what its regions offer."""

_START = {PRICES: 2, SERVICES: 1}
"""The column that says when a price begins."""


def prices_read(catalog: Catalog, folder: str | None, name: str | None) -> PricesRead:
    """Say which prices a plan has read with a catalogue that nobody else has used.

    `folder` is that of the prices, as it can be opened; `name` as a lock calls it.
    """
    offerings, services = cast("Any", catalog.offerings), cast("Any", catalog.services)
    regions = tuple(sorted({*_read(offerings), *_read(services)}))
    newest = max((_newest(services, region) for region in _read(services)), default="")
    days = catalog.priced_on, max(catalog.priced_on, newest)
    used = catalog.prices
    return PricesRead(
        name=name or CATALOGUE,
        sha256=prices_sha256(days, regions, folder),
        as_of=days[0],
        services_as_of=days[1],
        regions=regions,
        folder=None if used is None else Folder(used.digest, used.taken_on, used.missing),
    )


def _read(of: "ByRegion[Any]") -> tuple[str, ...]:
    return of.read


def _newest(services: "ByRegion[Any]", region: str) -> str:
    return cast("ServiceRows", services.of(region)).newest_asked


def prices_sha256(days: tuple[str, str], regions: Sequence[str], folder: str | None) -> str:
    """Digest the rows of regions that began by a day (those of services by another), and their sources."""
    laid = read_price_folder(folder) if folder is not None else None
    texts = sources() | (dict(laid.rows("sources.csv")) if laid is not None else {})
    found: list[str] = []
    named: set[str] = set()
    for region in regions:
        for kind, day in zip((PRICES, SERVICES), days, strict=True):
            found.append(f"{kind}/{region}")
            for line in _lines(kind, region, laid):
                row = cells(line)
                if row[_START[kind]] <= day:
                    found.append(line)
                    named |= {row[4], *row[6].split("+")}
    found += [f"{key}={texts[key]}" for key in sorted(named) if key in texts]
    return _digest(found)


def _lines(kind: str, region: str, laid: PriceFolder | None) -> Iterator[str]:
    ours = LinesByKey(kind, f"{region}.csv")
    if laid is None or kind == SERVICES:
        every: dict[str, Sequence[str]] = {key: ours[key] for key in ours}
    else:
        every = {key: ours[key] for key in ours} | laid_over(ours, laid.lines(kind, f"{region}.csv"))
    for key in sorted(every):
        yield from every[key]


def catalog_read(regions: Sequence[str], folder: str | None, model: Architecture | None) -> FactsFile:
    """Digest what is no price: the tables, what the regions offer, and the model as it was understood."""
    laid = read_price_folder(folder) if folder is not None else None
    found = [data_text(name) for name in _TABLES]
    for region in regions:
        found.append(data_text(OFFERINGS, f"{region}.csv"))
        if laid is not None:
            found += [line for lines in laid.lines(OFFERINGS, f"{region}.csv").values() for line in lines]
    found.append(json.dumps(_plain(model), sort_keys=True))
    newest = max(row["as_of"] for row in rows(PLANNED))
    return FactsFile(CATALOGUE, _digest(found), newest)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return [_plain(each) for each in cast("tuple[object, ...]", value)] if isinstance(value, tuple) else value


def speed_read() -> FactsFile:
    """Digest the constants of the speed model."""
    return FactsFile("/".join(SPEED), _digest([data_text(*SPEED)]), None)


def _digest(parts: Iterable[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
