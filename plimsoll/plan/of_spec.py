"""A spec of any kind of work is planned here: a service's by the month, that of a run by the run."""

from typing import TYPE_CHECKING

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.spec.read import LoadedSpec
from plimsoll.spec.runs.read import LoadedRun

if TYPE_CHECKING:  # start-up: only a plan with a discounts file, or of a run, has these
    from plimsoll.candidates.runs.candidate import RunSearch
    from plimsoll.catalog.discounts.terms import Discounts
    from plimsoll.plan.runs.plan import RunAnswer
    from plimsoll.speed.facts import SpeedFacts


NO_TERMS = Problem(
    "a run is planned at list prices",
    "its hours come when it is started, so that no commitment is known to cover them, and what percentages "
    "and rates make of them is not worked out yet",
    "leave the discounts out, or name services alone",
    "--discounts",
)
"""Why a run is not planned on an organisation's own terms."""


def planned_one(
    spec: LoadedSpec | LoadedRun, speed: "SpeedFacts", own: "Discounts | None" = None
) -> "Plan | Refusal | RunAnswer":
    """Plan a spec of any kind.

    Raises:
        SpecError: a run cannot be planned on terms of its own.
    """
    if isinstance(spec, LoadedSpec):
        return size(spec.workload, spec.architecture, spec.catalog, speed, spec.assumed, own)
    from plimsoll.plan.runs.size import run_answer_of  # start-up: a service has no run

    return run_answer_of(run_tried(spec, speed, own), spec.assumed)


def run_tried(spec: LoadedRun, speed: "SpeedFacts", own: "Discounts | None" = None) -> "RunSearch":
    """Try every candidate of a run.

    Raises:
        SpecError: a run cannot be planned on terms of its own.
    """
    from plimsoll.plan.runs.size import search_of  # start-up: a service has no run

    if own is not None:
        raise SpecError(NO_TERMS)
    return search_of(spec.spec, spec.architecture, spec.catalog, speed)


def name_of(spec: LoadedSpec | LoadedRun) -> str:
    """Name the workload of a spec."""
    return spec.spec.name if isinstance(spec, LoadedRun) else spec.workload.name


def as_data(spec: LoadedSpec | LoadedRun) -> dict[str, object]:
    """Write a spec with all its keys, as its plan carries it."""
    asked = spec.spec if isinstance(spec, LoadedRun) else spec.workload
    return asked.model_dump(mode="json")
