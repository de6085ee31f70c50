"""`plimsoll lock`: keep the plan of each spec beside it, or hold the spec against what was kept."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from plimsoll.cli.options import on_option, own_discounts_option, own_prices_option, specs_argument
from plimsoll.cli.review.each import each_of
from plimsoll.cli.review.given import given
from plimsoll.cli.review.project import overrides_of, terms_of
from plimsoll.cli.terminal import say_note
from plimsoll.ground.problems import ExitCode, Problem, SpecError
from plimsoll.review.lock.record import Lock
from plimsoll.show.money import usd


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
def command(specs: tuple[Path, ...], *, check: bool, replace: bool, **said: str | None) -> int:
    """Keep the plan of each SPEC in a file beside it, <stem>.lock.json, to be approved and built from.

    All locks are written, or none: a spec without a plan is never locked. With --check a lock is solved again
    at its own date, with its own discounts.

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
    from plimsoll.review.lock.opened import newer_prices

    asked = LockTerms(**{name: value for name, value in said.items() if given(name)})
    held = each_of(specs, lambda spec: hold(spec, overrides_of(spec), asked))
    for lock, _ in held:
        if day := newer_prices(lock):
            say_note(
                f"{lock.path}: prices of {day} are known; it has those of {lock.lock.facts.prices.as_of}"
            )
    return [
        f"{lock.path}: equal, ceiling {usd(plan.cost.usd_per_month.ceiling)} a month\n" for lock, plan in held
    ]


def _locked(specs: Sequence[Path], said: dict[str, str | None], *, replace: bool) -> list[str]:
    """Solve all, then write all; a lock that says the same already is left alone."""
    from plimsoll.files.output import write_whole
    from plimsoll.review.lock.read import lock_path

    written = dict(
        zip(map(lock_path, specs), each_of(specs, lambda spec: _made(spec, said, replace)), strict=True)
    )
    lines: list[str] = []
    for path, (text, ceiling, before) in written.items():
        if text != before:
            write_whole(text, path)
        lines.append(
            f"{path}: {'unchanged' if text == before else 'written'}, ceiling {usd(ceiling)} a month\n"
        )
    return lines


def _made(spec: Path, said: dict[str, str | None], replace: bool) -> tuple[str, str, str | None]:
    """Make the text of a lock; with it the ceiling, and the text that its file has now."""
    from dataclasses import replace as with_

    from plimsoll.review.lock.make import make_lock
    from plimsoll.review.lock.text import lock_text

    _refuse_no_spec(spec)
    lock = make_lock(spec, terms_of(spec, said), overrides_of(spec))
    before = _before(spec, replace)
    if before is not None:
        lock = with_(lock, more=before[0].more)
    ceiling: str = lock.plan["cost"]["usd_per_month"]["ceiling"]
    return lock_text(lock), ceiling, None if before is None else before[1]


def _before(spec: Path, replace: bool) -> tuple[Lock, str] | None:
    """Read the lock that is there; None where there is none, or one that may be written over unread."""
    from plimsoll.files.looking import there
    from plimsoll.review.lock.opened import open_lock
    from plimsoll.review.lock.read import lock_path

    path = lock_path(spec)
    if not there(path):
        return None
    try:
        held = open_lock(path)
    except SpecError:
        if replace and path.is_file():
            return None
        raise
    return held.lock, held.text


def _refuse_no_spec(spec: Path) -> None:
    from plimsoll.review.lock.record import SUFFIX

    if str(spec) == "-":
        raise SpecError(
            Problem("standard input has no lock", "a lock stands beside its spec", "name a file", "-")
        )
    if spec.name.endswith(SUFFIX):
        why = "a lock is made of the spec that it stands beside"
        raise SpecError(Problem("this is a lock", why, "name its spec", file=str(spec)))
