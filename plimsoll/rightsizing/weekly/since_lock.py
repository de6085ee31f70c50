"""What moved since a lock: it is planned again with what is here now, and the change is split by cause."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from plimsoll.files.looking import there
from plimsoll.ground.problems import PlimsollError
from plimsoll.ground.start_up import record
from plimsoll.review.diff.diff import diff
from plimsoll.review.diff.document import DiffCauses, DiffMoney, State
from plimsoll.review.diff.locked import locked_entry
from plimsoll.review.diff.shelf import Shelf
from plimsoll.review.diff.spec_changes import SpecChange
from plimsoll.review.lock.opened import LockFile
from plimsoll.review.solved.entry import Entry, asked_of
from plimsoll.review.solved.stored_plan import Per
from plimsoll.spec.runs.read import load_any

if TYPE_CHECKING:
    from plimsoll.spec.overrides import Overrides


@record
class SinceLock:
    """What became of an approved plan: the same spec, or the one that stands beside the lock now."""

    name: Annotated[str, "Workload."]
    state: Annotated[State | None, "same or changed; null where it cannot be planned again here."]
    per: Annotated[Per, "What the money is of: a month, or a run."]
    was: Annotated[DiffMoney, "The three numbers of the lock. US dollars."]
    now: Annotated[DiffMoney, "Those of today; nulls where nothing holds any more. US dollars."]
    causes: Annotated[DiffCauses | None, "The change, split by cause; null where it cannot be planned again."]
    instance_type: Annotated[str | None, "Instance type that is chosen now; null where nothing holds."]
    spec_changes: Annotated[tuple[SpecChange, ...], "What the spec says now and did not when it was locked."]
    why_not: Annotated[str | None, "Why it cannot be planned again here; null where it can."]


def since_lock(held: LockFile, prices: str | None, overrides: "Overrides | None") -> SinceLock:
    """Plan a lock again, with the newest prices (of a folder, or of the lock's own) and this tool.

    The spec is the one that stands beside the lock now; without one it is what the lock holds.
    """
    name = str(held.lock.plan["workload"]["name"])
    nothing = DiffMoney(None, None, None)
    try:
        shelf = Shelf(None, prices or held.prices, held.discounts, held.calibration)
        before = locked_entry(held.text.encode(), str(held.path), held.path, shelf)
        (found,) = diff([before], [_now(held, before, shelf, overrides)], shelf.here).workloads
    except (PlimsollError, OSError) as error:
        said = "; ".join(map(str, error.problems)) if isinstance(error, PlimsollError) else str(error)
        return SinceLock(name, None, "month", nothing, nothing, None, None, (), said[:500])
    was, today = (side and side.usd(found.per) for side in (found.was, found.now))
    return SinceLock(
        name=name,
        state=found.state,
        per=found.per,
        was=was or nothing,
        now=today or nothing,
        causes=found.causes,
        instance_type=found.now and found.now.instance_type,
        spec_changes=found.spec_changes,
        why_not=None,
    )


def _now(held: LockFile, before: Entry, shelf: Shelf, overrides: "Overrides | None") -> Entry:
    today = shelf.here.today
    if not there(held.spec):
        return replace(before, facts=today, stored=None, perhaps=None, plan=None)
    loaded = load_any(held.spec, shelf.catalog, overrides)
    return Entry(str(held.spec), asked_of(loaded), loaded.architecture, today, assumed=loaded.assumed)
