"""A stack builds what was approved: the plans of its locks, as they stand there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import plimsoll.plan.of_stack
from plimsoll.files.looking import bytes_of, there
from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import step
from plimsoll.plan.of_stack import AUTO_MODE, PlanTerms, unplaceable_beside
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.review.lock.frozen import frozen_plan
from plimsoll.review.lock.hold import spec_changes
from plimsoll.review.lock.opened import LockFile, open_lock
from plimsoll.review.lock.read import lock_path, no_lock
from plimsoll.review.lock.record import FactsFile
from plimsoll.spec.overrides import read_overrides

if TYPE_CHECKING:  # start-up: only a stack with a portfolio has groups
    from plimsoll.plan.portfolio.groups.group import Group

_WAY_OUT = "lock the spec again, or set plimsoll:allowUnlocked to build from the spec"


@record
class StackTerms:
    """What a stack says of all its workloads: where, with which prices, on which terms.

    `said` is what every spec is read as if it said, as `PATH=VALUE`; `nodes` is who makes the nodes.
    `portfolio` names the file under which all are planned together.
    """

    region: str
    prices_on: str | None = None
    said: tuple[str, ...] = ()
    prices: str | None = None
    discounts: str | None = None
    calibration: str | None = None
    nodes: str | None = None
    portfolio: str | None = None
    allow_unlocked: bool = False
    require_lock: bool = False


@record
class Built:
    """The plans of a stack by workload, and what is worth a word about how they came about.

    In `groups` are services that share nodes: their plans rent none for their replicas.
    """

    plans: Mapping[str, Plan | RunPlan]
    notes: tuple[str, ...]
    groups: "tuple[Group, ...]" = ()


def built_plans(specs: Sequence[Path], terms: StackTerms) -> Built:
    """Take the plan of each spec from the lock beside it; size those that have none.

    Raises:
        SpecError: a lock is not what was written, or differs from its spec or the stack, which the stack does
            not allow; there is none, and the stack requires one; or as `plan_workloads`.
        NoPlanError: a spec that is sized has no plan.
    """
    if terms.portfolio is not None:
        return _together(specs, terms, terms.portfolio)
    kept: dict[Path, Plan | RunPlan] = {}
    notes: list[str] = []
    problems: list[Problem] = []
    for spec in specs:
        try:
            plan, note = _of_lock(spec, terms)
        except PlimsollError as error:
            problems += error.problems
            continue
        notes += [note] if note else []
        kept |= {spec: plan} if plan is not None else {}
    if problems:
        raise SpecError(problems)
    return Built(
        _in_order(specs, kept, _sized([each for each in specs if each not in kept], terms)), tuple(notes)
    )


def _together(specs: Sequence[Path], terms: StackTerms, portfolio: str) -> Built:
    """Plan all specs under the file of a portfolio; no lock holds such a plan."""
    from plimsoll.objects.joint import joint_notes  # start-up: few stacks have a portfolio
    from plimsoll.plan.portfolio.groups.on_cluster import portfolio_on

    locked = [spec for spec in specs if there(lock_path(spec))]
    problems = [_alone(spec) for spec in locked if not terms.allow_unlocked]
    if terms.require_lock:
        problems.append(_REQUIRED)
    if problems:
        raise SpecError(problems)
    planned = portfolio_on(specs, Path(portfolio), _plan_terms(terms))
    notes = [f"{spec.name} is built from its spec, as plimsoll:allowUnlocked says" for spec in locked]
    return Built(planned.plans, (*notes, *joint_notes(planned)), planned.groups)


_REQUIRED = Problem(
    "the stack requires locks (plimsoll:requireLock) and plans its services together (plimsoll:portfolio)",
    "a lock holds what a service rents by itself",
    "leave one of the two out",
    "portfolio",
)


def _alone(spec: Path) -> Problem:
    return Problem(
        f"{spec.name} has a lock, and the stack plans its services together (plimsoll:portfolio)",
        "a lock holds what a service rents by itself",
        "remove the lock, or set plimsoll:allowUnlocked to build from the spec",
        "portfolio",
        str(lock_path(spec)),
    )


def _of_lock(spec: Path, terms: StackTerms) -> tuple[Plan | RunPlan | None, str]:
    """Take the plan of a lock; None where the spec is to be sized, and why."""
    if not there(lock_path(spec)):
        if terms.require_lock:
            raise SpecError(replace(no_lock(spec), why="the stack requires one (plimsoll:requireLock)"))
        return (
            None,
            f"{spec.name} has no lock: it is built as its spec is sized today; plimsoll lock keeps that",
        )
    try:
        return _held(spec, terms), ""
    except PlimsollError as error:
        if not terms.allow_unlocked:
            raise
        why = "; ".join(str(problem) for problem in error.problems)
        return None, f"{spec.name} is built from its spec, as plimsoll:allowUnlocked says: {why}"


def _held(spec: Path, terms: StackTerms) -> Plan | RunPlan:
    held = open_lock(lock_path(spec))
    overrides = read_overrides(terms.said, ()) if terms.said else None
    changes = spec_changes(held, spec, overrides)
    problems = [replace(problem, fix=_WAY_OUT) for problem in changes] + [*_of_the_stack(held, terms)]
    if problems:
        raise SpecError(problems)
    return frozen_plan(held)


def _of_the_stack(held: LockFile, terms: StackTerms) -> Iterator[Problem]:
    """Find what the stack says otherwise than the lock: where it is built, and what is paid."""
    region: object = step(held.lock.plan, "chosen", "region")
    if region != terms.region:
        what = f"the lock is of a plan in {region}, and the stack builds in {terms.region}"
        yield Problem(
            what, "", f"name region: {terms.region} in the spec and {_WAY_OUT}", "region", str(held.path)
        )
    if terms.nodes == AUTO_MODE:
        what = "the lock is of a plan without the fee of EKS Auto Mode, which makes the nodes of the stack"
        yield Problem(what, "", "set plimsoll:allowUnlocked to build from the spec", "nodes", str(held.path))
    facts = held.lock.facts
    yield from _other_file(held, facts.discounts, terms.discounts, ("discounts", "at list prices"))
    yield from _other_file(
        held, facts.calibration, terms.calibration, ("calibration", "without a calibration")
    )


def _other_file(
    held: LockFile, said: FactsFile | None, file: str | None, words: tuple[str, str]
) -> Iterator[Problem]:
    """Find that a lock stands on another file than a stack names; `words` are its key, and being without."""
    read = None if file is None else sha256(bytes_of(Path(file))).hexdigest()
    if read == (None if said is None else said.sha256):
        return
    key, without = words
    one = f"with {'discounts' if key == 'discounts' else 'a calibration'}"
    others = "with others" if key == "discounts" else "with another"
    locked, built = (without, one) if said is None else (one, without if read is None else others)
    what = f"the lock was solved {locked}, and the stack is built {built}"
    yield Problem(what, "", _WAY_OUT, key, str(held.path))


def _sized(specs: Sequence[Path], terms: StackTerms) -> Mapping[str, Plan | RunPlan]:
    if not specs:
        return {}
    if terms.calibration is not None:
        return plimsoll.plan.of_stack.plan_on(specs, _plan_terms(terms))
    asked = _plan_terms(terms)
    said = asked.region, asked.on, asked.said, asked.prices, asked.discounts, asked.nodes
    return plimsoll.plan.of_stack.plan_workloads(specs, *said)


def _plan_terms(terms: StackTerms) -> PlanTerms:
    said = terms.region, terms.prices_on, terms.said, terms.prices, terms.discounts, terms.nodes
    return PlanTerms(*said, terms.calibration)


def _in_order(
    specs: Sequence[Path], kept: Mapping[Path, Plan | RunPlan], sized: Mapping[str, Plan | RunPlan]
) -> dict[str, Plan | RunPlan]:
    """Put all plans in the order of the stack; two of one name cannot stand beside each other.

    Raises:
        SpecError: a workload cannot be placed beside the others.
    """
    found: dict[str, Plan | RunPlan] = {}
    others = iter(sized.items())
    for spec in specs:
        if spec not in kept:
            found |= dict([next(others)])
            continue
        name = str(kept[spec].workload["name"])
        if problem := unplaceable_beside(name, str(spec), [*found, *sized]):
            raise SpecError(problem)
        found[name] = kept[spec]
    return found | dict(others)
