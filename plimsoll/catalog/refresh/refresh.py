"""A refresh reads all that it was asked for, holds back what is odd, and only then keeps any of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from plimsoll.catalog.price_folder import PriceFolder, read_price_folder
from plimsoll.catalog.refresh.before import Before
from plimsoll.catalog.refresh.calls import Asking, CallFailedError
from plimsoll.catalog.refresh.held_back import Odd, odd_prices
from plimsoll.catalog.refresh.offer_file import read_offer_file, regions_in
from plimsoll.catalog.refresh.offered import read_offered
from plimsoll.catalog.refresh.price_list import read_price_list
from plimsoll.catalog.refresh.reading import WHATS, Reading
from plimsoll.catalog.refresh.savings_plans import read_savings_plans
from plimsoll.catalog.refresh.shapes import read_new_shapes
from plimsoll.catalog.refresh.snapshot import Taken, texts_of
from plimsoll.catalog.refresh.spot import read_spot
from plimsoll.catalog.regions import regions as known_regions
from plimsoll.catalog.unknown_region import unknown_region
from plimsoll.files.snapshots import add
from plimsoll.ground.problems import MissingFactError, Problem, SpecError, nearest

FROM_FILES = ("on-demand",)
"""What offer files have."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A refresh is asked for: these regions (none: all that can be read), these facts, into this folder.

    `now` is the moment up to which spot prices are averaged; its day is that of the facts of an account.
    """

    out: Path
    now: datetime
    regions: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    bulk: Path | None = None
    allowed_missing: tuple[str, ...] = ()
    accept: bool = False


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The snapshot that a refresh has left, and what it has let through and left out."""

    folder: PriceFolder
    prices: int
    accepted: tuple[Odd, ...]
    missing: tuple[str, ...]


def refresh(wish: Wish, asking: Asking) -> Refreshed:
    """Read the prices that were asked for and keep them in a folder, as a snapshot that holds from now on.

    Raises:
        SpecError: a region or a fact is unknown, or the folder cannot be written.
        MissingFactError: a call failed, or prices were held back. Nothing has changed then.
    """
    wish = _understood(wish)
    before = Before(wish.out)
    readings, missing = _read_all(wish, asking)
    if not readings:
        raise MissingFactError(Problem("no region could be read", "", "nothing was changed"))
    odd = [each for reading in readings for each in odd_prices(reading, before)]
    if odd and not wish.accept:
        raise MissingFactError([each.problem for each in odd])
    day = wish.now.date().isoformat()
    told = [_missed(error, before) for error in missing]
    taken = Taken(day, "offer files" if wish.bulk else "account", readings, asking.calls, odd, told)
    add(wish.out, f"prices-{day}", texts_of(taken, before))
    prices = sum(len(reading.prices) for reading in readings)
    regions = tuple(each["region"] for each in told)
    return Refreshed(read_price_folder(str(wish.out)), prices, tuple(odd), regions)


def _understood(wish: Wish) -> Wish:
    """Fill in what was left open, and refuse what cannot be meant."""
    can = FROM_FILES if wish.bulk else WHATS
    known, problems = list(known_regions()), list[Problem]()
    for what in wish.only:
        if what not in WHATS:
            fix = nearest(what, WHATS) or f"one of {', '.join(WHATS)}"
            problems.append(Problem(f"no kind of fact {what!r}", "", fix, "--only"))
        elif what not in can:
            fix = "leave --from-bulk out to ask an account"
            problems.append(Problem(f"an offer file has no {what}", "", fix, "--only"))
    for option, names in (("--region", wish.regions), ("--allow-missing", wish.allowed_missing)):
        problems += [unknown_region(name, known, option) for name in names if name not in known]
    if problems:
        raise SpecError(problems)
    regions = wish.regions or (_of_files(wish.bulk, wish.allowed_missing) if wish.bulk else known)
    return replace(wish, regions=tuple(sorted(set(regions))), only=wish.only or can)


def _of_files(folder: Path, allowed_missing: Sequence[str]) -> list[str]:
    found = [region for region in regions_in(folder) if region in known_regions()]
    if not found:
        fix = "name a folder with <region>/index.csv in it, as AWS publishes them"
        raise SpecError(Problem("the folder holds no offer file", "", fix, "--from-bulk", str(folder)))
    return [*found, *allowed_missing]


def _read_all(wish: Wish, asking: Asking) -> tuple[list[Reading], list[tuple[str, CallFailedError]]]:
    readings: list[Reading] = []
    missing: list[tuple[str, CallFailedError]] = []
    for region in wish.regions:
        try:
            readings.append(_from_file(wish, asking, region) if wish.bulk else _ask(wish, asking, region))
        except CallFailedError as error:
            if region not in wish.allowed_missing:
                raise _named(error, region) from None
            missing.append((region, error))
    return readings, missing


def _named(error: CallFailedError, region: str) -> CallFailedError:
    fix = f"nothing was changed; --allow-missing {region} keeps that region's older prices"
    return CallFailedError(error.call, error.code, error.why, fix)


def _missed(found: tuple[str, CallFailedError], before: Before) -> dict[str, str]:
    """Say of a region which call failed, and how old the rows are that hold on."""
    region, error = found
    days = [row[5] for row in before.rows("prices", f"{region}.csv")]
    return {
        "region": region,
        "call": error.call.name,
        "code": error.code,
        "as_of": max(days, default=known_regions()[region].newest_price),
    }


def _from_file(wish: Wish, asking: Asking, region: str) -> Reading:
    assert wish.bulk is not None
    offer = read_offer_file(wish.bulk, region)
    asking.calls.append(offer.call)
    asking.say(f"{region}: {len(offer.prices):,} prices")
    return Reading(region, {"on-demand": offer.as_of}, dict(offer.prices), {"on-demand": "aws-offer-file"})


def _ask(wish: Wish, asking: Asking, region: str) -> Reading:
    """Ask an account for all that is wished of a region, one call after another."""
    day = wish.now.date().isoformat()
    found = Reading(region, dict.fromkeys(wish.only, day))
    if "types" in wish.only:
        found.shapes = read_new_shapes(asking, region, "aws-types", day)
    if "offerings" in wish.only:
        found.offered = read_offered(asking, region)
    if "on-demand" in wish.only:
        found.prices |= read_price_list(asking, region)
    if "spot" in wish.only:
        spot = read_spot(asking, region, wish.now)
        found.zones = spot.zones
        found.prices |= {(name, "spot"): spot.median(name) for name in spot.zones}
    if "savings-plans" in wish.only:
        found.prices |= read_savings_plans(asking, region)
    found.sources = {
        "on-demand": "aws-price-list",
        "spot": "aws-spot-history",
        "savings-plans": "aws-savings-plans",
    }
    return found
