"""Locks of a portfolio's services are solved together: those who can share nodes do, as in its manifests."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.files.looking import bytes_of
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.plan.again import spec_of
from plimsoll.plan.portfolio.file import read_portfolio
from plimsoll.plan.portfolio.groups.deployed import Deployed
from plimsoll.plan.portfolio.groups.on_cluster import not_all
from plimsoll.plan.portfolio.together import plan_together
from plimsoll.review.lock.hold import facts_of
from plimsoll.review.lock.make import discounts_from
from plimsoll.review.lock.opened import LockFile
from plimsoll.review.lock.own_speed import speed_from

if TYPE_CHECKING:
    from plimsoll.review.lock.record import FactsFile


def solved_together(locks: Sequence[LockFile], portfolio: Path) -> Deployed:
    """Solve what locks of services hold as one portfolio, each at its own prices.

    Raises:
        SpecError: the portfolio's file is wrong, or two locks are of other discounts or another calibration.
        MissingFactError: what a lock was solved with is not here.
        NoPlanError: not all get what they ask for together.
    """
    _one_file(locks, "discounts", [each.lock.facts.discounts for each in locks])
    _one_file(locks, "calibration", [each.lock.facts.calibration for each in locks])
    catalogs = [facts_of(each) for each in locks]
    specs = [spec_of(each.lock.plan, catalog) for each, catalog in zip(locks, catalogs, strict=True)]
    file = read_portfolio(bytes_of(portfolio), str(portfolio), [each.workload.name for each in specs])
    first = locks[0]
    own = discounts_from(first.folder, first.discounts, catalogs[0])
    found = plan_together(specs, file, speed_from(first.folder, first.calibration), own)
    if found.deployed is None:
        raise not_all(found, [each.path for each in locks], portfolio)
    return found.deployed


def _one_file(locks: "Sequence[LockFile]", key: str, files: "Sequence[FactsFile | None]") -> None:
    """Refuse locks that were solved with different files: of which the money of all is, nobody said."""
    digests = [each.sha256 if each is not None else None for each in files]
    other = next((at for at, digest in enumerate(digests) if digest != digests[0]), None)
    if other is None:
        return
    was, now = (each.name if each is not None else "none" for each in (files[0], files[other]))
    what = f"locks of one portfolio are of different {key}: {now} here, {was} in {locks[0].path}"
    why = "nodes that workloads share are paid on one set of terms"
    fix = f"lock all of them with the same --{key}"
    raise SpecError(Problem(what, why, fix, f"facts.{key}", str(locks[other].path)))
