"""A run's spec and the facts become a plan, or a refusal with priced ways out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from plimsoll.candidates.row import CandidateRow, Verdict
from plimsoll.candidates.runs.candidate import RunCandidate, RunSearch, RunSpace
from plimsoll.candidates.runs.pins import run_pin_cost
from plimsoll.candidates.runs.search import run_search
from plimsoll.catalog.clock import INSTANCE_HOUR, Clock, clock_of
from plimsoll.catalog.facts import Catalog
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.units import usd_text
from plimsoll.models.architecture import Architecture
from plimsoll.plan.quotas.quota import quotas_of
from plimsoll.plan.runs.assumptions import run_assumptions
from plimsoll.plan.runs.container import run_container
from plimsoll.plan.runs.cost import alternative_of, run_cost
from plimsoll.plan.runs.figures import chosen_run, deadline_figures, run_figures, save_figures
from plimsoll.plan.runs.plan import RunAnswer, RunPlan, RunRefusal
from plimsoll.plan.runs.warnings import run_warnings
from plimsoll.sizing.runs.registry import run_work_of
from plimsoll.sizing.work.base import Traits
from plimsoll.sizing.work.setup import Estimate
from plimsoll.spec.runs.asked import RunAsked
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:  # start-up: only a plan with a discounts file reads one
    from plimsoll.catalog.discounts.terms import Discounts


def size_run(
    spec: RunAsked,
    architecture: Architecture | None,
    catalog: Catalog,
    speed: SpeedFacts,
    assumed: tuple[Assumption, ...] = (),
    discounts: "Discounts | None" = None,
) -> RunAnswer:
    """Size a run: the cheapest candidate that holds every limit, or why there is none.

    Pure and deterministic, as `plimsoll.plan.size.size` is of services; the arguments are the same.
    """
    return run_answer_of(search_of(spec, architecture, catalog, speed, discounts), assumed)


def run_answer_of(tried: RunSearch, assumed: tuple[Assumption, ...] = ()) -> RunAnswer:
    """Write the answer that a search found; `assumed` is told beside its own assumptions."""
    answer = plan_of_run(tried, tried.holding[0]) if tried.holding else refusal_of_run(tried)
    return replace(answer, assumptions=(*assumed, *answer.assumptions)) if assumed else answer


def search_of(
    spec: RunAsked,
    architecture: Architecture | None,
    catalog: Catalog,
    speed: SpeedFacts,
    discounts: "Discounts | None" = None,
) -> RunSearch:
    """Try every candidate of a run."""
    return run_search(RunSpace(spec, run_work_of(spec, architecture, catalog, speed), catalog, discounts))


def plan_of_run(tried: RunSearch, best: RunCandidate) -> RunPlan:
    """Write the plan of a choice: the first of what holds."""
    space, sized = tried.space, best.must_be_sized()
    chosen = chosen_run(space, best)
    return RunPlan(
        workload=space.spec.model_dump(mode="json"),
        chosen=chosen,
        run=run_figures(space, best),
        memory_gib=sized.timed.pace.memory,
        trainable_params=space.work.totals.trainable_params,
        checkpoint=save_figures(space, sized.timed.checkpoint),
        deadline=deadline_figures(space, best),
        cost=run_cost(space, sized),
        candidates=_rows(tried),
        quotas=quotas_of(lambda _: best.option.instance, chosen.pools),
        assumptions=run_assumptions(space, best),
        pin_cost=run_pin_cost(tried, best),
        warnings=run_warnings(tried, best),
        clock=_clock([best], space.catalog),
        traits=_traits(space),
        container=run_container(space, best),
        purchase=sized.month.purchase,
        alternative=alternative_of(space),
    )


def refusal_of_run(tried: RunSearch) -> RunRefusal:
    """Write the refusal of a run for which nothing holds: what clashes, and every way out."""
    # start-up: a plan that holds needs neither
    from plimsoll.candidates.runs.refusal import run_clash
    from plimsoll.candidates.runs.ways_out import run_ways_out

    binding, message, code = run_clash(tried)
    return RunRefusal(
        workload=tried.space.spec.model_dump(mode="json"),
        trainable_params=tried.space.work.totals.trainable_params,
        candidates=_rows(tried),
        assumptions=run_assumptions(tried.space, None),
        clock=_clock(tried.candidates, tried.space.catalog),
        binding=binding,
        ways_out=run_ways_out(tried),
        message=message,
        exit_code=code,
        traits=_traits(tried.space),
    )


def _traits(space: RunSpace) -> Traits:
    return Traits(space.work.model, on_accelerators=True, own_image=space.work.own_image)


def _rows(tried: RunSearch) -> tuple[CandidateRow, ...]:
    """Chosen first, then the dominated in order of preference, then the rejected by id."""
    rejected = sorted(
        (_row(candidate, "rejected") for candidate in tried.candidates if not candidate.holds),
        key=lambda row: row.id,
    )
    if not tried.holding:
        return tuple(rejected)
    chosen, *others = tried.holding
    return (_row(chosen, "chosen"), *(_row(each, "dominated", chosen.id) for each in others), *rejected)


def _row(candidate: RunCandidate, verdict: Verdict, dominated_by: str | None = None) -> CandidateRow:
    """The candidate as the document carries it; null where something cannot be worked out."""
    option, timed, sized = candidate.option, candidate.timed, candidate.sized
    monthly = sized.month.usd_per_month if sized is not None else None
    return CandidateRow(
        id=candidate.id,
        instance_type=option.instance.name,
        region=option.region,
        tensor_parallel=timed.pace.split if timed is not None else None,
        precision=option.way.precision,
        capacity=option.capacity_type,
        verdict=verdict,
        replicas=None,
        latency=None,
        usd_per_month_expected=monthly.expected if monthly is not None else None,
        usd_per_month_ceiling=monthly.ceiling if monthly is not None else None,
        usd_per_million_output_tokens=None,
        dominated_by=dominated_by,
        reasons=candidate.reasons,
        usd_per_run_expected=usd_text(sized.bill.expected) if sized is not None else None,
        usd_per_run_ceiling=usd_text(sized.bill.ceiling) if sized is not None else None,
        nodes=timed.pace.nodes if timed is not None else None,
        run_h=_hours(candidate),
    )


def _hours(candidate: RunCandidate) -> Estimate | None:
    if candidate.timed is None or candidate.sized is None:
        return None
    hours = candidate.timed.hours
    return Estimate(round(hours.estimate_h, 4), round(hours.low_h, 4), round(hours.high_h, 4))


def _clock(candidates: Sequence[RunCandidate], catalog: Catalog) -> Clock:
    """Say which days the prices of instance-hours were read on: of bills, else of what is offered."""
    sized = (each.sized for each in candidates if each.sized is not None)
    prices = [line.price for each in sized for line in each.bill.lines if line.unit == INSTANCE_HOUR]
    if not prices:
        offered = (each.option.offering for each in candidates if each.option.offering is not None)
        prices = [price for each in offered for price in (each.on_demand, each.spot) if price is not None]
    return clock_of({price.as_of for price in prices if not price.inferred}, catalog.asked_on)
