"""A spec of any kind of work is planned here: a service's by the month, that of a run by the run."""

from typing import TYPE_CHECKING

from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.spec.read import LoadedSpec
from plimsoll.spec.runs.read import LoadedRun

if TYPE_CHECKING:  # start-up: only a plan with a discounts file, or of a run, has these
    from plimsoll.candidates.runs.candidate import RunSearch
    from plimsoll.catalog.discounts.terms import Discounts
    from plimsoll.plan.runs.plan import RunAnswer
    from plimsoll.speed.facts import SpeedFacts


def planned_one(
    spec: LoadedSpec | LoadedRun, speed: "SpeedFacts", own: "Discounts | None" = None
) -> "Plan | Refusal | RunAnswer":
    """Plan a spec of any kind; `own` is what the organisation pays in place of list prices."""
    if isinstance(spec, LoadedSpec):
        return size(spec.workload, spec.architecture, spec.catalog, speed, spec.assumed, own)
    from plimsoll.plan.runs.size import run_answer_of  # start-up: a service has no run

    return run_answer_of(run_tried(spec, speed, own), spec.assumed)


def run_tried(spec: LoadedRun, speed: "SpeedFacts", own: "Discounts | None" = None) -> "RunSearch":
    """Try every candidate of a run; `own` is what the organisation pays in place of list prices."""
    from plimsoll.plan.runs.size import search_of  # start-up: a service has no run

    return search_of(spec.spec, spec.architecture, spec.catalog, speed, own)


def name_of(spec: LoadedSpec | LoadedRun) -> str:
    """Name the workload of a spec."""
    return spec.spec.name if isinstance(spec, LoadedRun) else spec.workload.name


def as_data(spec: LoadedSpec | LoadedRun) -> dict[str, object]:
    """Write a spec with all its keys, as its plan carries it."""
    asked = spec.spec if isinstance(spec, LoadedRun) else spec.workload
    return asked.model_dump(mode="json")
