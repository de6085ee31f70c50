"""The outlook of a run: its answer, and its candidates by what a run costs and how long it takes."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from plimsoll.candidates.runs.candidate import RunCandidate, RunSearch
from plimsoll.ground.start_up import record
from plimsoll.plan.of_spec import run_tried
from plimsoll.plan.outlook.compared import Compared, ComparedCandidate, front
from plimsoll.plan.outlook.run_turns import run_sensitivities
from plimsoll.plan.outlook.sensitivity import Sensitivity
from plimsoll.plan.runs.plan import RunAnswer
from plimsoll.plan.runs.size import run_answer_of
from plimsoll.spec.runs.read import LoadedRun
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:
    from plimsoll.catalog.discounts.terms import Discounts

BesideRuns = Callable[[RunSearch, RunAnswer, LoadedRun, SpeedFacts], RunAnswer]
"""What puts more beside the answer that a search gave."""

HALF_KEEP = "run_p50_h"
"""What runs are compared by: hours that half of them keep."""


@record
class RunOutlook:
    """The plan of a run or its refusal, what was compared, and what the plan costs with one thing turned."""

    answer: RunAnswer
    compared: Compared | None
    sensitivities: tuple[Sensitivity, ...] = ()


def run_outlook(
    spec: LoadedRun,
    speed: SpeedFacts,
    discounts: "Discounts | None" = None,
    beside: BesideRuns | None = None,
) -> RunOutlook:
    """Plan a run, compare its candidates, and turn what it rests on; `beside` adds what rooms above find."""
    tried = run_tried(spec, speed, discounts)
    answer = run_answer_of(tried, spec.assumed)
    answer = answer if beside is None else beside(tried, answer, spec, speed)
    turned = tuple(run_sensitivities(tried)) if tried.holding else ()
    return RunOutlook(answer, compared_runs(tried), turned)


def compared_runs(tried: RunSearch) -> Compared | None:
    """Compare all candidates that have a price and hours; None where none has both."""
    found = sorted(_candidates(tried), key=lambda each: (each.expected, each.time, each.id))
    if not found:
        return None
    return Compared(
        key=HALF_KEEP,
        limit=tried.space.work.limits.p50_h,
        candidates=tuple(found),
        chosen=tried.holding[0].id if tried.holding else None,
        front=front([each for each in found if not each.codes]),
        front_of_all=front(found),
        unit="h",
        every="a run",
    )


def _candidates(tried: RunSearch) -> Iterator[ComparedCandidate]:
    return (_one(each) for each in tried.candidates if each.sized is not None)


def _one(each: RunCandidate) -> ComparedCandidate:
    sized = each.must_be_sized()
    return ComparedCandidate(
        id=each.id,
        instance_type=each.option.instance.name,
        expected=sized.bill.expected,
        time=sized.timed.hours.estimate_h,
        count=sized.timed.pace.nodes,
        codes=tuple(dict.fromkeys(reason.code for reason in each.reasons)),
    )
