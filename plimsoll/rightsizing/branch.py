"""A proposal becomes a branch: the spec with its changes, its new lock, a calibration where it needs one."""

import json

from plimsoll.files.git import leave_branch
from plimsoll.files.looking import bytes_of
from plimsoll.files.scratch import scratch_with
from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.review.lock.make import LockTerms, make_lock
from plimsoll.review.lock.opened import LockFile
from plimsoll.review.lock.read import lock_path
from plimsoll.review.lock.text import lock_text
from plimsoll.rightsizing.document import RightsizeProposal
from plimsoll.rightsizing.spec_file import rewritten


@record
class LeftBranch:
    """A branch that was left: its name, and the files in it."""

    name: str
    files: tuple[str, ...]


def leave(held: LockFile, proposal: RightsizeProposal) -> LeftBranch:
    """Leave a branch with a proposal in the repository of the lock; nothing is pushed or checked out.

    Raises:
        SpecError: the spec cannot be rewritten, or git does not take the branch.
    """
    spec, folder = held.spec, held.folder
    text = rewritten(bytes_of(spec).decode("utf-8"), proposal.changes, str(spec))
    texts = {spec.name: text}
    if proposal.speed is not None:
        texts[f"{spec.stem}.calibration.yaml"] = proposal.speed.calibration
    texts[lock_path(spec).name] = _lock(held, texts)
    name = f"plimsoll/rightsize-{proposal.name}"
    leave_branch(folder, name, texts, _message(proposal))
    return LeftBranch(name, tuple(texts))


def _lock(held: LockFile, texts: dict[str, str]) -> str:
    """Lock the new spec as it will lie: beside its calibration, at the day of the old lock."""
    facts = held.lock.facts
    if facts.discounts is not None or facts.prices.folder is not None or facts.calibration is not None:
        why = "its lock names files beside it (prices, discounts or a calibration)"
        fix = "make the changes by hand, then run plimsoll lock"
        raise SpecError(Problem("no branch is left", why, fix, file=str(held.path)))
    asked = held.lock.plan.get("asked_on")
    with scratch_with(texts) as scratch:
        spec = scratch / held.spec.name
        own = next((str(scratch / name) for name in texts if name.endswith(".calibration.yaml")), None)
        try:
            lock = make_lock(spec, LockTerms(asked if isinstance(asked, str) else None, None, None, own))
        except PlimsollError as error:
            raise SpecError([_named(each, str(scratch), held) for each in error.problems]) from None
    return lock_text(lock)


def _named(problem: Problem, scratch: str, held: LockFile) -> Problem:
    return Problem(
        problem.what, problem.why, problem.fix, problem.path, problem.file.replace(scratch, str(held.folder))
    )


def _message(of: RightsizeProposal) -> str:
    saves = f"{of.usd_per_month_expected} USD a month expected, {of.saves_usd_per_month} less than before"
    changes = "\n".join(
        f"* {each.change}: {json.dumps(each.from_)} -> {_short(each.to)}" for each in of.changes
    )
    because = "; ".join(of.because)
    return f"Right-size {of.name}: {saves}\n\n{changes}\n\nConfidence {of.confidence}: {because}.\n"


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
