"""A lock is held against its spec, its facts and the tool: solved again, its plan has the same bytes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from plimsoll.catalog.facts import Catalog
from plimsoll.files.looking import bytes_of, there
from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.tree import shown
from plimsoll.ground.version import SOLVER
from plimsoll.plan.again import any_spec_of
from plimsoll.plan.of_spec import as_data
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.plan.write import written
from plimsoll.review.lock.compared import told_by_line
from plimsoll.review.lock.facts import catalog_read, prices_sha256, speed_read
from plimsoll.review.lock.make import LockTerms, discounts_from, document_sha256
from plimsoll.review.lock.opened import LockFile, catalog_of, missing, not_here, of_lock, open_lock
from plimsoll.review.lock.own_speed import of_the_calibration, other_calibration, speed_from
from plimsoll.review.lock.read import EditedError, lock_path, no_lock
from plimsoll.savings.answer import planned_with_savings
from plimsoll.spec.runs.read import load_any
from plimsoll.text.source import parse

if TYPE_CHECKING:
    from plimsoll.spec.overrides import Overrides

_MOST_PATHS = 20
_LOCK_AGAIN = "run plimsoll lock"


def hold(
    spec: Path, overrides: "Overrides | None" = None, asked: LockTerms | None = None
) -> tuple[LockFile, Plan | RunPlan]:
    """Hold a spec against the lock beside it, and solve what it holds again.

    `asked` are terms that the lock has to be of; its folder of prices may lie elsewhere.

    Raises:
        SpecError: there is no lock, it is not what was written, or the spec differs; each place named.
        MissingFactError: as `solved_again`.
    """
    try:
        held = lock_of_spec(spec)
    except EditedError as error:
        raise told_by_line(error, lock_path(spec), spec, overrides) from None
    if asked is not None:
        held = _on_terms(held, asked)
    spec = held.spec if spec == held.path else spec
    if changes := spec_changes(held, spec, overrides):
        raise SpecError(changes)
    return held, solved_again(held)


def _on_terms(held: LockFile, asked: LockTerms) -> LockFile:
    day = held.lock.plan.get("asked_on")
    if asked.on is not None and asked.on != day:
        what = f"the lock is of the prices of {held.lock.facts.prices.as_of}"
        raise SpecError(
            Problem(what, f"--on asks for {asked.on}", _LOCK_AGAIN, "plan.asked_on", str(held.path))
        )
    held = replace(held, prices_at=asked.prices)
    said, catalog = held.lock.facts.discounts, catalog_of(held)
    own = discounts_from(held.folder, asked.discounts, catalog)
    if own is not None and (said is None or said.sha256 != own.sha256):
        what = f"{own.file} is not what the lock was solved with"
        raise missing(held, [of_lock(held, "facts.discounts", what)])
    measured, known = speed_from(held.folder, asked.calibration).calibration, held.lock.facts.calibration
    if measured is not None and (known is None or known.sha256 != measured.sha256):
        raise missing(held, [other_calibration(held, measured.file)])
    return held


def lock_of_spec(spec: Path) -> LockFile:
    """Open the lock of a spec, or a lock that is named itself.

    Raises:
        SpecError: there is none, or it is not what was written.
    """
    path = lock_path(spec)
    if not there(path):
        raise SpecError(no_lock(spec))
    return open_lock(path)


def solved_again(held: LockFile) -> Plan | RunPlan:
    """Solve what a lock holds again, with the facts that it names.

    The plan in the lock is compared too: a key that still fits says nothing of what was written above it.

    Raises:
        MissingFactError: those facts or that solver are not here, each of them named; or the answer differs.
        SpecError: the answer is the one that was locked, and the plan in the lock is not it.
    """
    catalog = facts_of(held)
    own = discounts_from(held.folder, held.discounts, catalog)
    speed = speed_from(held.folder, held.calibration)
    answer = planned_with_savings(any_spec_of(held.lock.plan, catalog), speed, own)
    document = written(answer)
    if not isinstance(answer, Plan | RunPlan) or document_sha256(document) != held.lock.document_sha256:
        raise missing(held, _answered_otherwise(held, document))
    if edited := next(differences(held.lock.plan, _kept_of(held, document)), None):
        raise SpecError(_edited(held, *edited))
    return answer


def facts_of(held: LockFile) -> Catalog:
    """Read the facts that a lock was solved with.

    Raises:
        MissingFactError: those facts or that solver are not here, each of them named.
    """
    if others := [*_of_the_tool(held)]:
        raise missing(held, others)
    catalog = catalog_of(held)
    if others := [*_of_the_facts(held, catalog)]:
        raise missing(held, others)
    return catalog


def spec_changes(held: LockFile, spec: Path, overrides: "Overrides | None" = None) -> list[Problem]:
    """Say where a spec differs from the one that a lock is of, at each place of the spec's file.

    Raises:
        SpecError: the spec is wrong.
        MissingFactError: the folder of prices that it is read with is not here.
    """
    catalog = catalog_of(held)
    now = as_data(load_any(spec, catalog, overrides))
    try:
        was = as_data(any_spec_of(held.lock.plan, catalog, file=str(held.path)))
    except SpecError:
        was = cast("dict[str, Any]", held.lock.plan["workload"])
    source = parse(bytes_of(spec), str(spec))
    found = [source.placed(_changed(path, *both)) for path, *both in differences(was, now)]
    if held.lock.spec.file != spec.name:
        found.append(Problem(f"the lock is of {held.lock.spec.file}", "", _LOCK_AGAIN, file=str(spec)))
    more = Problem(f"and {len(found) - _MOST_PATHS} more", "", _LOCK_AGAIN, file=str(spec))
    return found if len(found) <= _MOST_PATHS else [*found[:_MOST_PATHS], more]


def differences(was: object, now: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, object, object]]:
    """Walk two documents, and yield every path at which they differ, with both values."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        first, second = cast("Mapping[str, object]", was), cast("Mapping[str, object]", now)
        for key in dict.fromkeys([*first, *second]):
            yield from differences(first.get(key), second.get(key), (*path, key))
    elif json.dumps(was) != json.dumps(now):  # 1 and 1.0 are two things to ask for
        yield path, was, now


def _changed(path: KeyPath, was: object, now: object) -> Problem:
    what = f"the lock has {_said(was)}, the spec {_said(now)}"
    return Problem(what, "", _LOCK_AGAIN, path)


def _said(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return "nothing" if value is None else shown(value)


def _of_the_tool(held: LockFile) -> Iterator[Problem]:
    tool = held.lock.tool
    if tool.solver != SOLVER:
        what = f"it was solved by solver {tool.solver} (plimsoll {tool.version}), and this is solver {SOLVER}"
        fix = "plimsoll plan --frozen prints it as it stands; plimsoll lock solves it anew"
        yield Problem(what, "another solver may answer otherwise", fix, "tool.solver", str(held.path))


def _of_the_facts(held: LockFile, catalog: Catalog) -> Iterator[Problem]:
    facts = held.lock.facts
    days = facts.prices.as_of, facts.prices.services_as_of
    if prices_sha256(days, facts.prices.regions, held.prices) != facts.prices.sha256:
        yield not_here(
            held, f"the rows of {', '.join(facts.prices.regions)} until {max(days)} are others here"
        )
    try:
        model = any_spec_of(held.lock.plan, catalog, file=str(held.path)).architecture
    except SpecError as error:
        yield from (_of_catalog(held, problem.what) for problem in error.problems)
    else:
        if catalog_read(facts.prices.regions, held.prices, model).sha256 != facts.catalog.sha256:
            yield _of_catalog(held, f"its facts of {facts.catalog.as_of} are others here")
    if speed_read().sha256 != facts.speed.sha256:
        yield of_lock(held, "facts.speed", f"{facts.speed.name} is not the one that the lock was solved with")
    yield from _of_the_discounts(held, catalog)
    yield from of_the_calibration(held)


def _of_the_discounts(held: LockFile, catalog: Catalog) -> Iterator[Problem]:
    said = held.lock.facts.discounts
    if said is None:
        return
    try:
        found = discounts_from(held.folder, held.discounts, catalog)
    except SpecError as error:
        yield from (of_lock(held, "facts.discounts", str(problem)) for problem in error.problems)
        return
    if found is not None and found.sha256 != said.sha256:
        yield of_lock(held, "facts.discounts", f"{said.name} is not the file that the lock was solved with")


def _of_catalog(held: LockFile, why: str) -> Problem:
    return of_lock(held, "facts.catalog", "the catalogue is not the one that the lock was solved with", why)


def _edited(held: LockFile, path: KeyPath, was: object, now: object) -> Problem:
    why = f"the lock has {_said(was)}, and what it was solved to has {_said(now)}"
    return Problem("the plan in the lock was edited", why, _LOCK_AGAIN, ("plan", *path), str(held.path))


def _kept_of(held: LockFile, document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: document.get(key) for key in held.lock.plan}


def _answered_otherwise(held: LockFile, document: Mapping[str, Any]) -> Sequence[Problem]:
    now = _kept_of(held, document)
    path, was, new = next(differences(held.lock.plan, now), (("document_sha256",), None, None))
    why = (
        f"the lock has {_said(was)}, solved again it is {_said(new)}" if was != new else "a candidate differs"
    )
    return [
        Problem(
            "the same spec and the same facts have another answer here",
            why,
            "report it, with the lock: plans are the same on every machine",
            ("plan", *path) if was != new else path,
            str(held.path),
        )
    ]
