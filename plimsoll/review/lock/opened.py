"""A lock is opened with the facts that it names: prices of its days, its folder of prices, its discounts."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from plimsoll.catalog.facts import Catalog, PricesUsed
from plimsoll.catalog.tables import load, load_apart
from plimsoll.files.looking import bytes_of
from plimsoll.ground.problems import MissingFactError, PlimsollError, Problem
from plimsoll.ground.start_up import record
from plimsoll.review.lock.facts import CATALOGUE
from plimsoll.review.lock.read import lock_from
from plimsoll.review.lock.record import Lock
from plimsoll.text.json_places import placed


@record
class LockFile:
    """A lock, and the file that holds it."""

    lock: Lock
    path: Path
    text: str
    prices_at: str | None = None
    """Where its folder of prices lies, if not where the lock says."""

    @property
    def folder(self) -> Path:
        """The folder from which it names other files."""
        return self.path.parent

    @property
    def spec(self) -> Path:
        """The spec that it says it is of, beside it."""
        return self.folder / Path(self.lock.spec.file).name

    @property
    def prices(self) -> str | None:
        """The folder of prices that it was solved with, as it can be opened; None for the catalogue's own."""
        held = self.lock.facts.prices
        return self.prices_at or (None if held.folder is None else str(self.folder / held.name))

    @property
    def discounts(self) -> str | None:
        """The discounts file that it was solved with, as it can be opened."""
        held = self.lock.facts.discounts
        return None if held is None else str(self.folder / held.name)

    @property
    def calibration(self) -> str | None:
        """The calibration that it was solved with, as it can be opened."""
        held = self.lock.facts.calibration
        return None if held is None else str(self.folder / held.name)


def open_lock(path: Path) -> LockFile:
    """Read a lock from its file.

    Raises:
        SpecError: it cannot be read, or is not what was written; with the line where that shows.
    """
    raw = bytes_of(path)
    return LockFile(lock_from(raw, str(path)), path, raw.decode("utf-8"))


def catalog_of(held: LockFile) -> Catalog:
    """Load the facts as the lock saw them: at its days, with its folder of prices.

    Raises:
        MissingFactError: its folder of prices is not here.
    """
    facts = held.lock.facts.prices
    asked: object = held.lock.plan.get("asked_on")
    try:
        catalog = load_apart(facts.as_of, facts.services_as_of, held.prices)
    except PlimsollError as error:
        raise missing(held, [not_here(held, str(problem)) for problem in error.problems]) from None
    except (OSError, ValueError) as error:  # a name that no file can have
        raise missing(held, [not_here(held, str(getattr(error, "strerror", error)))]) from None
    used = None
    if facts.folder is not None:
        folder = facts.folder
        used = PricesUsed(facts.name, folder.manifest_sha256, folder.taken_on, folder.missing)
    return replace(catalog, asked_on=asked if isinstance(asked, str) else None, prices=used)


def newer_prices(held: LockFile) -> str:
    """Name the day of prices that are newer than a lock's; empty where it asked for its own, or has them."""
    newest = load(None, held.prices).priced_on
    asked = held.lock.plan.get("asked_on") is not None
    return "" if asked or newest <= held.lock.facts.prices.as_of else newest


def missing(held: LockFile, problems: Sequence[Problem]) -> MissingFactError:
    """Say that facts are not here, each at its line of the lock."""
    return MissingFactError(placed(problems, held.text, str(held.path)))


def not_here(held: LockFile, why: str) -> Problem:
    """Say that the prices of a lock are not here."""
    name, day = held.lock.facts.prices.name, held.lock.facts.prices.as_of
    title = name if name == CATALOGUE else f"folder {name}"
    return of_lock(held, "facts.prices", f"the prices of {day} ({title}) are not here", why)


def of_lock(held: LockFile, path: str, what: str, why: str = "") -> Problem:
    """Say what is the matter with a place of a lock."""
    fix = "plimsoll plan --frozen prints it as it stands; plimsoll lock solves it anew"
    return Problem(what, why, fix, path, str(held.path))
