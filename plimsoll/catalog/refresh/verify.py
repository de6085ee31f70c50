"""A price folder is verified: it is the one that was written, and its rows keep the catalogue's rules."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from io import StringIO
from pathlib import Path

from plimsoll.catalog.facts import PricesUsed
from plimsoll.catalog.offerings import OFFERINGS, PRICES
from plimsoll.catalog.price_folder import MANIFEST, read_price_folder
from plimsoll.catalog.refresh.held_back import MOST_SPOT_SHARE
from plimsoll.catalog.refresh.snapshot import ABOVE_ON_DEMAND, HEADINGS, SAVINGS_PLANS
from plimsoll.catalog.regions import regions
from plimsoll.files.snapshots import bytes_in, names_of
from plimsoll.ground.days import is_day
from plimsoll.ground.problems import MissingFactError, Problem

PRICED = (PRICES, SAVINGS_PLANS)


def verify(folder: str) -> tuple[PricesUsed, int]:
    """Verify a folder of prices; gives what it is, and how many rows it has.

    Raises:
        SpecError: it is no folder of prices.
        MissingFactError: with everything that is wrong with it.
    """
    found = read_price_folder(folder)
    snapshot, digests = Path(found.snapshot), dict(found.digests)
    problems = [
        Problem("the file is not of the manifest", "", "take it out", file=str(snapshot / name))
        for name in names_of(snapshot)
        if name not in {*digests, MANIFEST}
    ]
    tables: dict[str, list[list[str]]] = {}
    for name, wanted in digests.items():
        raw = bytes_in(snapshot, name)
        if raw is None or sha256(raw).hexdigest() != wanted:
            what = "the file is gone" if raw is None else "the file is not the one that was written"
            problems.append(
                Problem(what, f"its digest is not that of {MANIFEST}", "", file=str(snapshot / name))
            )
        else:
            tables[name] = list(csv.reader(StringIO(raw.decode("utf-8", "replace"))))
    for name in tables:
        problems += [
            Problem(what, file=str(snapshot / name), line=line, column=1)
            for line, what in _wrong(name, tables)
        ]
    if problems:
        raise MissingFactError(problems)
    return found.used, sum(len(table) - 1 for table in tables.values())


def _wrong(name: str, tables: Mapping[str, Sequence[Sequence[str]]]) -> Iterator[tuple[int, str]]:
    table, (kind, _, file) = tables[name], name.partition("/")
    heading = HEADINGS.get(kind)
    if heading is None or (file and file.removesuffix(".csv") not in regions()):
        yield 1, "no file of a price folder has this name"
    elif not table or tuple(table[0]) != heading:
        yield 1, f"the columns are not {', '.join(heading)}"
    elif ragged := [line for line, row in enumerate(table, 1) if len(row) != len(heading)]:
        yield ragged[0], "the row is not whole"
    elif kind in PRICED:
        sources = {row[0] for row in tables.get("sources.csv", ())}
        yield from _wrong_rows(table[1:], sources)
        yield from _spot_above(table[1:])
    elif kind == OFFERINGS:
        yield from (
            (line, "zones are no number") for line, row in enumerate(table[1:], 2) if not _count(row[1])
        )


def _wrong_rows(rows: Sequence[Sequence[str]], sources: set[str]) -> Iterator[tuple[int, str]]:
    before = ("", "", "")
    for line, row in enumerate(rows, 2):
        name, kind, start, usd, source, as_of, *_ = row
        if usd and not _is_price(usd):
            yield line, f"{usd[:40]!r} is no price of {name}"
        if not (is_day(start) and is_day(as_of)):
            yield line, f"{start[:20]!r} or {as_of[:20]!r} is no date"
        if source not in sources:
            yield line, f"no source {source[:40]!r} in sources.csv"
        if (name, kind, start) < before:
            yield line, f"the row of {name} {kind} is out of order"
        before = (name, kind, start)


def _spot_above(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, str]]:
    """Find spot prices that hold now above the on-demand price that does, without their flag."""
    held = {(row[0], row[1]): (line, row) for line, row in enumerate(rows, 2)}
    for (name, kind), (line, row) in held.items():
        _, on_demand = held.get((name, "on_demand"), (0, ("", "", "", "")))
        if kind != "spot" or not (_is_price(row[3]) and _is_price(on_demand[3])):
            continue
        if Decimal(row[3]) > Decimal(on_demand[3]) * MOST_SPOT_SHARE and row[7] != ABOVE_ON_DEMAND:
            yield line, f"spot of {name} at {row[3]} is above {MOST_SPOT_SHARE} × on-demand at {on_demand[3]}"


def _is_price(text: str) -> bool:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return False
    return found.is_finite() and found > 0


def _count(text: str) -> bool:
    return text == "" or text.isdecimal()
