"""AWS publishes its prices as files, one a region, for everybody; they are read as a stream.

`https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonEC2/current/REGION/index.csv`: five lines of
metadata, then CSV. The file of a large region has hundreds of megabytes; most of its lines are of other
systems and tenancies, and are passed over unread.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plimsoll.catalog.refresh.calls import Call
from plimsoll.catalog.refresh.price_list import (
    FAMILIES,
    ON_DEMAND,
    PICKED,
    RESERVED,
    RESERVED_TERM,
    Listed,
    Sku,
    is_picked,
    listed,
)
from plimsoll.files.streamed import folders_with, lines_of
from plimsoll.ground.problems import SpecError

FILE = "index.csv"
_METADATA_LINES = 5
_PUBLISHED = "publicationdate"
_NEEDED = (
    "sku", "termtype", "unit", "priceperunit", "currency", "productfamily", "instancetype", "tenancy",
    "operatingsystem", "capacitystatus", "preinstalledsw",
)  # fmt: skip
"""Columns without which a price cannot be told; their names without case, blanks and signs."""


@dataclass(frozen=True, slots=True)
class OfferFile:
    """The prices of one region, and the day on which AWS published them."""

    prices: Listed
    as_of: str
    call: Call


def regions_in(folder: Path) -> list[str]:
    """Name the regions of which a folder has an offer file.

    Raises:
        SpecError: the folder cannot be listed.
    """
    return folders_with(folder, FILE)


def read_offer_file(folder: Path, region: str) -> OfferFile:
    """Read the offer file of a region.

    Raises:
        CallFailedError: it cannot be read, is cut off, or a price in it cannot be used.
    """
    call = Call(f"{region}/{FILE}", "", region)
    try:
        lines = lines_of(folder / region / FILE)
        published = _published([next(lines, "") for _ in range(_METADATA_LINES)], call)
        prices = listed(_skus(_rows(lines, call), region, call), call)
    except SpecError as error:
        raise call.refuse("Unreadable", error.problems[0].why or error.problems[0].what) from None
    if not prices:
        raise call.refuse("NoPrice", "no line has a price of Linux on shared tenancy", "check the file")
    call.pages = 1
    return OfferFile(prices, published, call)


def _published(head: Sequence[str], call: Call) -> str:
    said = {_plain(row[0]): row[1] for row in csv.reader(head) if len(row) > 1}
    written = said.get(_PUBLISHED, "")[:10]
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        why = f"its first {_METADATA_LINES} lines have no publication date"
        raise call.refuse("NoPublicationDate", why, "give AWS's file as it was published") from None


def _rows(lines: Iterator[str], call: Call) -> Iterator[Mapping[str, str]]:
    heading = [_plain(name) for name in next(csv.reader([next(lines, "\n")]))]
    missing = [name for name in _NEEDED if name not in heading]
    if missing:
        raise call.refuse("NoSuchColumn", f"line {_METADATA_LINES + 1} has no {', '.join(missing)}")
    for row in csv.reader(_wanted(lines)):
        if len(row) != len(heading):
            why = f"a line has {len(row)} columns, the heading {len(heading)}: the file is cut off"
            raise call.refuse("PartialFile", why, "download it again")
        call.rows += 1
        yield dict(zip(heading, row, strict=True))


def _wanted(lines: Iterator[str]) -> Iterator[str]:
    """Pass over most lines by their text; the last one comes through, and tells whether the file is whole."""
    last, told = "", True
    for line in lines:
        last, told = line, "Linux" in line and "Shared" in line and "Used" in line
        if told:
            yield line
    if not told:
        yield last


def _skus(rows: Iterator[Mapping[str, str]], region: str, call: Call) -> Iterator[Sku]:
    for row in rows:
        kind = _kind(row)
        if kind is None or row["productfamily"] not in FAMILIES or not is_picked(_attributes(row)):
            continue
        where = row.get("regioncode") or region
        if where.startswith(f"{region}-"):
            continue  # a Local Zone or a carrier's zone of the region has prices of its own
        if where != region:
            raise call.refuse("OtherRegion", f"a line is of {where}", "check the folder's name")
        yield Sku(row["sku"], row["instancetype"], kind, row["priceperunit"], row["unit"], row["currency"])


def _attributes(row: Mapping[str, str]) -> dict[str, str]:
    """Read what picks a SKU; an attribute beyond those that must be there may be left out."""
    return {key: row[name] for key in PICKED if (name := key.lower()) in _NEEDED or row.get(name)}


def _kind(row: Mapping[str, str]) -> str | None:
    if row["termtype"] == "OnDemand":
        return ON_DEMAND
    term = {key: row.get(key.lower()) for key in RESERVED_TERM}
    return RESERVED if row["termtype"] == "Reserved" and term == RESERVED_TERM else None


def _plain(name: str) -> str:
    """Write a column's name without case and signs: `Pre Installed S/W` is the API's `preInstalledSw`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
