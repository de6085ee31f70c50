"""A snapshot is what a refresh leaves: the series of before with the new rows, and a manifest of it all."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from hashlib import sha256
from io import StringIO
from typing import Any, cast

from plimsoll.catalog.instance_types import NEWER
from plimsoll.catalog.offerings import OFFERINGS, PRICES
from plimsoll.catalog.price_folder import MANIFEST, MANIFEST_SCHEMA
from plimsoll.catalog.refresh.before import Before
from plimsoll.catalog.refresh.calls import Call
from plimsoll.catalog.refresh.held_back import Odd, on_demand_of
from plimsoll.catalog.refresh.reading import SOURCES, Reading, what_of
from plimsoll.catalog.refresh.shapes import COLUMNS

SAVINGS_PLANS, SPOT_ZONES = "savings_plans", "spot_zones"
PRICE_COLUMNS = ("instance_type", "kind", "start", "usd_per_hour", "source", "as_of", "inferred", "flag")
HEADINGS = {
    PRICES: PRICE_COLUMNS,
    SAVINGS_PLANS: PRICE_COLUMNS,
    OFFERINGS: ("instance_type", "zones", "interruption", "interruption_as_of", "source", "as_of"),
    SPOT_ZONES: ("instance_type", "zone", "start", "usd_per_hour"),
    NEWER: COLUMNS,
    "sources.csv": ("key", "text"),
}
"""Columns of each file, or of each file of a folder with one for every region; those of prices, offerings and
types are the package's own."""

ABOVE_ON_DEMAND = "above-on-demand"
"""The flag of a spot price above the on-demand price, which somebody has accepted."""

Rows = Sequence[Sequence[str]]


@dataclass(slots=True)
class Taken:
    """All that a refresh has read and decided."""

    taken_on: str
    source: str
    readings: Sequence[Reading]
    calls: Sequence[Call]
    accepted: Sequence[Odd] = ()
    missing: Sequence[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])


def texts_of(taken: Taken, before: Before) -> dict[str, str]:
    """Write every file of the snapshot: rows of before first, none of them changed."""
    files: dict[str, list[Sequence[str]]] = {
        name: list(before.rows(*name.split("/"))) for name in before.files
    }
    for reading in taken.readings:
        _add(files, reading, before)
    files["sources.csv"] = [[key, text] for key, text in sorted(SOURCES.items())]
    texts = {name: _csv(HEADINGS[name.partition("/")[0]], rows) for name, rows in sorted(files.items())}
    return texts | {MANIFEST: _manifest(taken, before, texts)}


def _add(files: dict[str, list[Sequence[str]]], reading: Reading, before: Before) -> None:
    file = f"{reading.region}.csv"
    fresh = list(_price_rows(reading, before))
    for folder, plans in ((PRICES, False), (SAVINGS_PLANS, True)):
        rows = [row for row in fresh if (what_of(row[1]) == "savings-plans") is plans]
        if rows:
            name = f"{folder}/{file}"
            files[name] = _appended(files.get(name, []), rows)
    if reading.zones:
        rows = [
            (name, zone, reading.as_of["spot"], plain(usd))
            for name, zones in reading.zones.items()
            for zone, usd in zones.items()
        ]
        files[f"{SPOT_ZONES}/{file}"] = _appended(files.get(f"{SPOT_ZONES}/{file}", []), rows)
    offerings = _offering_rows(reading, before)
    if offerings:
        files[f"{OFFERINGS}/{file}"] = offerings
    if reading.shapes:
        known = {row[0]: row for row in files.get(NEWER, ())} | {row[0]: row for row in reading.shapes}
        files[NEWER] = [known[name] for name in sorted(known)]


def _price_rows(reading: Reading, before: Before) -> Iterator[Sequence[str]]:
    known, own = before.known(reading.region), before.own(reading.region)
    for (name, kind), usd in reading.prices.items():
        day, source = reading.as_of[what_of(kind)], reading.sources[what_of(kind)]
        on_demand = on_demand_of(reading, known, name) if kind == "spot" else None
        flag = ABOVE_ON_DEMAND if on_demand is not None and usd > on_demand else ""
        yield name, kind, day, plain(usd), source, day, "", flag
    for name, kinds in own.items():
        for kind in kinds:
            if (what := what_of(kind)) in reading.as_of and (name, kind) not in reading.prices:
                yield name, kind, reading.as_of[what], "", reading.sources[what], reading.as_of[what], "", ""


def _appended(rows: Rows, fresh: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """Append to each series what its last row does not say already; no row is changed or taken out."""
    last = {(row[0], row[1]): tuple(row) for row in rows}
    added = [row for row in fresh if last.get((row[0], row[1])) != tuple(row)]
    return sorted([*rows, *added], key=lambda row: (row[0], row[1], row[2]))


def _offering_rows(reading: Reading, before: Before) -> list[Sequence[str]]:
    """Say what a region offers as read now; what vanished has no zone, what has a price alone no number."""
    file = f"{reading.region}.csv"
    found = {row[0]: row for row in before.rows(OFFERINGS, file)}
    if reading.offered is not None:
        day = reading.as_of["offerings"]
        zones = dict.fromkeys(found, 0) | dict(reading.offered)
        found |= {name: [name, str(count), "", "", "aws-offerings", day] for name, count in zones.items()}
    shapes, offered = {*before.shapes, *(row[0] for row in reading.shapes)}, before.offered(reading.region)
    for name, kind in reading.prices:
        rented = kind in ("on_demand", "spot") and name in shapes
        if rented and name not in offered and name not in found:
            what = what_of(kind)
            found[name] = [name, "", "", "", reading.sources[what], reading.as_of[what]]
    return [found[name] for name in sorted(found)]


def plain(usd: Decimal) -> str:
    """Write an amount without the zeros that say nothing."""
    return f"{usd.normalize():f}"


def _csv(heading: Sequence[str], rows: Rows) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([heading, *rows])
    return text.getvalue()


def _manifest(taken: Taken, before: Before, texts: Mapping[str, str]) -> str:
    regions = cast("dict[str, Any]", before.manifest.get("regions", {}))
    regions = regions | {
        reading.region: regions.get(reading.region, {}) | reading.as_of for reading in taken.readings
    }
    document = {
        "schema": MANIFEST_SCHEMA,
        "taken_on": taken.taken_on,
        "source": taken.source,
        "newest_price": max(day for days in regions.values() for day in days.values()),
        "regions": regions,
        "missing": list(taken.missing),
        "accepted": [asdict(odd) for odd in taken.accepted],
        "calls": [
            {"call": call.name, "region": call.region, "pages": call.pages, "rows": call.rows}
            for call in taken.calls
        ],
        "files": {
            name: {"sha256": sha256(text.encode()).hexdigest(), "rows": text.count("\n") - 1}
            for name, text in texts.items()
        },
    }
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
