"""`plimsoll lock`: keep the plan of each spec beside it, or hold the spec against what was kept."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plimsoll.cli.options import (
    on_option,
    own_calibration_option,
    own_discounts_option,
    own_prices_option,
    specs_argument,
)
from plimsoll.cli.review.each import each_of
from plimsoll.cli.review.given import given
from plimsoll.cli.review.project import overrides_of, terms_of
from plimsoll.cli.terminal import say_note
from plimsoll.ground.problems import ExitCode, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import step
from plimsoll.show.money import usd

if TYPE_CHECKING:
    from plimsoll.review.lock.opened import LockFile
    from plimsoll.review.lock.record import Lock


@click.command("lock")
@specs_argument(Path)
@click.option("--check", is_flag=True, help="Write nothing: say whether each lock is that of its spec.")
@click.option(
    "--replace",
    is_flag=True,
    help="Write over a lock that cannot be read, such as one with conflict markers.",
)
@on_option
@own_prices_option
@own_discounts_option
@own_calibration_option
def command(specs: tuple[Path, ...], *, check: bool, replace: bool, **said: str | None) -> int:
    """Keep the plan of each SPEC in a file beside it, <stem>.lock.json, to be approved and built from.

    All locks are written, or none: a spec without a plan is never locked. With --check a lock is solved again
    at its own date, with its own discounts and its own calibration.

    Exit codes: 0 written, or equal; 2 a spec is wrong, or with --check it differs or has no lock; 3
    infeasible; 4 over budget; 5 a fact is missing, or with --check the lock's facts or solver are not here.
    """
    if check and replace:
        raise click.UsageError("--check writes nothing, and --replace writes over a lock: give one of them")
    once = tuple(dict.fromkeys(specs))
    sys.stdout.write("".join(_checked(once, said) if check else _locked(once, said, replace=replace)))
    return int(ExitCode.OK)


def _checked(specs: Sequence[Path], said: dict[str, str | None]) -> list[str]:
    from plimsoll.review.lock.hold import hold
    from plimsoll.review.lock.make import LockTerms

    asked = LockTerms(**{name: value for name, value in said.items() if given(name)})
    held = each_of(specs, lambda spec: hold(spec, overrides_of(spec), asked))
    for lock, _ in held:
        say_newer_prices(lock)
    return [f"{lock.path}: equal, {_ceiling(lock.lock)}\n" for lock, _ in held]


def say_newer_prices(held: "LockFile") -> None:
    """Say on stderr that prices are known which are newer than those of a lock, where that is so."""
    from plimsoll.review.lock.opened import newer_prices

    if day := newer_prices(held):
        say_note(f"{held.path}: prices of {day} are known; it has those of {held.lock.facts.prices.as_of}")


def _ceiling(lock: "Lock") -> str:
    """Word the ceiling of a plan, of a month or, of work that ends and has no month, of a run."""
    found = {per: step(lock.plan, "cost", f"usd_per_{per}", "ceiling") for per in ("month", "run")}
    per = "run" if found["month"] is None else "month"
    return f"ceiling {usd(found[per])} a {per}"


@record
class _Text:
    """The text of a lock, where it goes, its ceiling in words, and the text that its file has now."""

    path: Path
    text: str
    ceiling: str
    before: str | None

    def __str__(self) -> str:
        done = "unchanged" if self.text == self.before else "written"
        return f"{self.path}: {done}, {self.ceiling}\n"


def _locked(specs: Sequence[Path], said: dict[str, str | None], *, replace: bool) -> list[str]:
    """Solve all, then write all; a lock that says the same already is left alone."""
    from plimsoll.files.output import write_all

    _refuse_shared(specs)
    made = each_of(specs, lambda spec: _made(spec, said, replace))
    write_all({each.path: each.text for each in made if each.text != each.before})
    return [str(each) for each in made]


def _made(spec: Path, said: dict[str, str | None], replace: bool) -> _Text:
    from dataclasses import replace as with_

    from plimsoll.review.lock.make import make_lock
    from plimsoll.review.lock.read import lock_path
    from plimsoll.review.lock.text import lock_text

    _refuse_no_spec(spec)
    lock = make_lock(spec, terms_of(spec, said), overrides_of(spec))
    held = _before(spec, replace)
    if held is not None:
        lock = with_(lock, more=held.lock.more)
    return _Text(lock_path(spec), lock_text(lock), _ceiling(lock), None if held is None else held.text)


def _refuse_shared(specs: Sequence[Path]) -> None:
    """Refuse two specs that differ in their suffix alone: one lock would be written over the other."""
    from plimsoll.review.lock.read import lock_path

    taken: dict[Path, Path] = {}
    for spec in specs:
        other = taken.setdefault(lock_path(spec), spec)
        if other != spec:
            what = f"it would have the lock of {other.name}"
            raise SpecError(
                Problem(what, "a lock is named by the stem", "rename one of them", file=str(spec))
            )


def _before(spec: Path, replace: bool) -> "LockFile | None":
    """Open the lock that is there; None where there is none, or one that may be written over unread."""
    from plimsoll.files.looking import there
    from plimsoll.review.lock.compared import told_by_line
    from plimsoll.review.lock.opened import open_lock
    from plimsoll.review.lock.read import EditedError, lock_path

    path = lock_path(spec)
    if not there(path):
        return None
    try:
        return open_lock(path)
    except SpecError as error:
        if replace and path.is_file():
            return None
        if isinstance(error, EditedError):
            raise told_by_line(error, path, spec, overrides_of(spec)) from None
        raise


def _refuse_no_spec(spec: Path) -> None:
    from plimsoll.review.lock.record import SUFFIX

    if str(spec) == "-":
        raise SpecError(
            Problem("standard input has no lock", "a lock stands beside its spec", "name a file", "-")
        )
    if spec.name.endswith(SUFFIX):
        why = "a lock is made of the spec that it stands beside"
        raise SpecError(Problem("this is a lock", why, "name its spec", file=str(spec)))
    if (name := spec.name).encode(errors="replace").decode() != name:
        why = "a lock is UTF-8 text, and says the name of its spec"
        raise SpecError(Problem("its name is not UTF-8", why, "rename it", file=str(spec)))
