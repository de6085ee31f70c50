"""A lock is an answer with the names of all that it stood on; what of that is here is found by digest."""

from functools import cache
from pathlib import Path

from plimsoll.ground.problems import PlimsollError
from plimsoll.ground.version import SOLVER
from plimsoll.models.architecture import Architecture
from plimsoll.plan.again import any_spec_of
from plimsoll.review.diff.shelf import TODAY, Shelf
from plimsoll.review.lock.facts import catalog_read, prices_sha256, speed_read
from plimsoll.review.lock.frozen import frozen_plan
from plimsoll.review.lock.make import discounts_from
from plimsoll.review.lock.opened import LockFile, catalog_of
from plimsoll.review.lock.own_speed import calibration_read, of_the_calibration, speed_from
from plimsoll.review.lock.read import lock_from
from plimsoll.review.lock.text import digest_of
from plimsoll.review.solved.entry import Entry, asked_of
from plimsoll.review.solved.facts import DatedPrices, FactNames
from plimsoll.review.solved.stored_plan import stored_of


def locked_entry(raw: bytes, file: str, path: Path, shelf: Shelf) -> Entry:
    """Read a lock as an entry; `path` is where it stands, for the files that it names.

    Raises:
        SpecError: it is not what was written.
    """
    held = LockFile(lock_from(raw, file), path, raw.decode("utf-8"))
    plan = frozen_plan(held)
    loaded = any_spec_of(held.lock.plan, shelf.catalog, file=file)
    facts = _facts(held, shelf, loaded.architecture)
    spec = asked_of(loaded), loaded.architecture
    return Entry(file, *spec, facts, stored_of(plan), assumed=loaded.assumed, plan=plan)


def is_of(lock: Entry, spec: Entry) -> bool:
    """Say whether a lock was made of a spec as it stands now."""
    return digest_of(spec.spec) == digest_of(lock.spec)


def _facts(held: LockFile, shelf: Shelf, model: Architecture | None) -> FactNames:
    facts = held.lock.facts
    catalog = catalog_read(facts.prices.regions, held.prices if _here(held) else None, model)
    same_tool = held.lock.tool.solver == SOLVER and catalog.sha256 == facts.catalog.sha256
    tool = TODAY if same_tool else f"solver {held.lock.tool.solver}, catalogue {facts.catalog.sha256}"
    return FactNames(tool, _speed(held, shelf), _prices(held, shelf))


def _speed(held: LockFile, shelf: Shelf) -> str:
    """Name the speed of a lock: today's if its constants and its calibration are those of today."""
    facts, own = held.lock.facts, calibration_read(shelf.speed)
    measured = facts.calibration and facts.calibration.sha256
    same = speed_read().sha256 == facts.speed.sha256
    if same and measured == (own and own.sha256):
        return TODAY
    name = f"{facts.speed.sha256} {measured}"
    if same and not any(of_the_calibration(held)):
        shelf.put_speed(name, speed_from(held.folder, held.calibration))
    return name


def _here(held: LockFile) -> bool:
    """Say whether the folder of prices that a lock names can be opened."""
    try:
        catalog_of(held)
    except PlimsollError:
        return False
    return True


def _prices(held: LockFile, shelf: Shelf) -> str:
    """Name the prices of a lock: today's if the rows that it saw are those that are seen today."""
    facts = held.lock.facts
    regions, discounts = facts.prices.regions, facts.discounts and facts.discounts.sha256
    own = shelf.discounts.sha256 if shelf.discounts is not None else None
    if discounts == own and _digest(shelf.days, regions, shelf.folder) == facts.prices.sha256:
        return TODAY
    name = f"{facts.prices.sha256} {discounts}"
    days = facts.prices.as_of, facts.prices.services_as_of
    if (
        name not in shelf.here.markets
        and _here(held)
        and _digest(days, regions, held.prices) == facts.prices.sha256
    ):
        _put_up(held, shelf, name)
    return name


def _put_up(held: LockFile, shelf: Shelf, name: str) -> None:
    """Let what the lock was solved with be solved with again, if its discounts are here too."""
    catalog, wanted = catalog_of(held), held.lock.facts.discounts
    try:
        own = discounts_from(held.folder, held.discounts, catalog)
    except PlimsollError:
        return
    if (own and own.sha256) == (wanted and wanted.sha256):
        shelf.put(name, DatedPrices(catalog, own))


_digest = cache(prices_sha256)
