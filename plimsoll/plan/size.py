"""Sizing turns a workload and a catalogue into a plan, or into a refusal with priced ways out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.figures import Figures
from plimsoll.candidates.pin_cost import pin_cost
from plimsoll.candidates.row import CandidateRow
from plimsoll.candidates.search import Search, search
from plimsoll.catalog.facts import Catalog
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.problems import ExitCode
from plimsoll.models.architecture import Architecture
from plimsoll.plan.assumptions import assumptions_of, assumptions_of_choice
from plimsoll.plan.autoscaling import autoscaling
from plimsoll.plan.beside.hosted import hosted_of
from plimsoll.plan.clock import clock_of_bills
from plimsoll.plan.container import Container, container_of
from plimsoll.plan.cost import cost
from plimsoll.plan.plan import BurstType, CacheFigures, Chosen, Clash, Plan, Refusal, Routing
from plimsoll.plan.quotas.quota import quotas_of
from plimsoll.plan.warnings.every import warnings_of
from plimsoll.sizing.pool import Pool
from plimsoll.spec.frozen import PlainWhenAsked
from plimsoll.spec.workload import Workload
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:  # start-up: only a plan with a discounts file reads one
    from plimsoll.catalog.discounts.terms import Discounts


def size(
    workload: Workload,
    architecture: Architecture | None,
    catalog: Catalog,
    speed: SpeedFacts,
    assumed: tuple[Assumption, ...] = (),
    discounts: "Discounts | None" = None,
) -> Plan | Refusal:
    """Size a workload: the cheapest candidate that holds every limit, or why there is none.

    `architecture` is the resolved model, None for a measured service. `catalog` is narrowed to its
    date; `speed` holds the fitted constants of the speed model; `assumed` is what the spec was read with,
    which the answer tells beside its own assumptions; `discounts` are what the organisation pays in place of
    list prices, on that date.
    Pure and deterministic: no clock, no randomness, no files but the catalogue's own.
    """
    return answer_of(search(workload, architecture, catalog, speed, discounts), assumed)


def answer_of(tried: Search, assumed: tuple[Assumption, ...] = ()) -> Plan | Refusal:
    """Write the answer that a search found; `assumed` is told beside its own assumptions."""
    answer = plan_of(tried, tried.holding[0]) if tried.holding else refusal_of(tried)
    return replace(answer, assumptions=(*assumed, *answer.assumptions)) if assumed else answer


def plan_of(tried: Search, best: Candidate) -> Plan:
    """Write the plan of a choice: the first of what holds."""
    setup, fleet, figures = best.setup, best.must_be_sized().fleet, Figures(tried)
    queueing = tried.work.queueing(setup, figures.at_peak(best), fleet.replicas.min)
    return Plan(
        workload=_workload(tried),
        chosen=_chosen(best),
        latency=figures.latency(best),
        memory_gib=setup.memory,
        kv_bytes_per_token=setup.kv_bytes_per_token,
        cost=cost(best, figures.usd_per_million_output_tokens(best)),
        speech=tried.work.speech(setup, figures.at_peak(best)),
        serving=_serving(tried, best),
        autoscaling=autoscaling(tried, best, figures.at_peak(best), queueing),
        queue=queueing,
        candidates=_rows(tried, figures),
        quotas=quotas_of(best.instance_of, _all_pools(best)),
        assumptions=assumptions_of_choice(tried, best),
        pin_cost=pin_cost(tried, best),
        warnings=warnings_of(tried, best),
        clock=clock_of_bills([best], tried.catalog),
        traits=tried.work.traits,
        purchase=best.must_be_sized().purchase,
        cache=_cache(tried, best),
        routing=_routing(tried, best),
        burst=_burst(tried, best),
        alternative=hosted_of(tried, best, figures.at_peak(best)),
    )


def _cache(tried: Search, best: Candidate) -> CacheFigures | None:
    if tried.workload.load.cache is None:
        return None
    from plimsoll.plan.beside.cache import cache_figures  # start-up: few specs have one

    return cache_figures(tried, best)


def _routing(tried: Search, best: Candidate) -> Routing | None:
    if not tried.workload.route.prefix_aware:
        return None
    from plimsoll.plan.beside.routing import routing_of  # start-up: few specs have one

    return routing_of(tried, best)


def _all_pools(best: Candidate) -> tuple[Pool, ...]:
    """List every pool that is rented: those of the replicas, and that of a cache in the cluster."""
    sized = best.must_be_sized()
    own = sized.cache.own if sized.cache is not None else None
    return sized.fleet.pools if own is None else (*sized.fleet.pools, own.pool)


def _serving(tried: Search, best: Candidate) -> Container:
    """Say what a replica is started with; Ray's image is none of the engine's, so nobody knows it."""
    made = container_of(tried.work, best.setup, best.instance, best.must_be_sized().fleet.cold_start_s)
    return replace(made, image=None) if tried.workload.engine.run_by == "ray_serve" else made


def _burst(tried: Search, best: Candidate) -> BurstType | None:
    second = best.must_be_sized().second
    if second is None:
        return None
    from plimsoll.plan.beside.mixed import burst_of  # start-up: few specs allow a second type

    return burst_of(tried, best, second)


def refusal_of(tried: Search) -> Refusal:
    """Write the refusal of a workload for which nothing holds: what clashes, and every way out."""
    # start-up: a plan that holds needs neither
    from plimsoll.candidates.refusal import clash, exit_code, message
    from plimsoll.candidates.ways_out import ways_out

    binding, code = clash(tried.candidates), exit_code(tried)
    return refused(tried, Clash(binding, ways_out(tried), message(tried, binding, code)), code)


def refused(tried: Search, why: Clash, code: ExitCode) -> Refusal:
    """Write the refusal of a workload for a reason."""
    setups = (candidate.setup for candidate in tried.candidates)
    return Refusal(
        workload=_workload(tried),
        kv_bytes_per_token=next((b for setup in setups if (b := setup.kv_bytes_per_token) is not None), None),
        candidates=_rows(tried, Figures(tried)),
        assumptions=assumptions_of(tried),
        clock=clock_of_bills(tried.candidates, tried.catalog),
        binding=why.binding,
        ways_out=why.ways_out,
        message=why.message,
        exit_code=code,
        traits=tried.work.traits,
    )


def _workload(tried: Search) -> Mapping[str, Any]:
    """The spec as it was read, defaults filled in."""
    return PlainWhenAsked(tried.workload)


def _chosen(best: Candidate) -> Chosen:
    option, setup, fleet = best.option, best.setup, best.must_be_sized().fleet
    told = setup.settings
    return Chosen(
        id=best.id,
        instance_type=option.instance.name,
        region=option.region,
        accelerator=option.instance.accelerator,
        accelerators_per_replica=setup.accelerators,
        tensor_parallel=setup.tensor_parallel,
        precision=setup.precision,
        weights=setup.weights.name if setup.weights else None,
        quantization=setup.weights.quantization if setup.weights else None,
        max_tokens=setup.max_tokens,
        capacity=option.capacity_type,
        replicas=fleet.replicas,
        pools=fleet.pools,
        memory_share=told.gpu_memory_utilization if told else None,
        kv_cache_dtype=told.kv_cache_dtype if told else None,
        max_num_seqs=told.max_num_seqs if told else None,
        max_num_batched_tokens=told.max_num_batched_tokens if told else None,
        adapters=told.adapters if told else None,
        share=setup.pod.share,
        pipeline_layers=setup.stage_layers,
        variant=setup.variant,
    )


def _rows(tried: Search, figures: Figures) -> tuple[CandidateRow, ...]:
    """Chosen first, then the dominated in order of preference, then the rejected by id."""
    rejected = sorted(
        (figures.row(candidate, "rejected") for candidate in tried.candidates if not candidate.holds),
        key=lambda row: row.id,
    )
    if not tried.holding:
        return tuple(rejected)
    chosen, *others = tried.holding
    dominated = (figures.row(each, "dominated", chosen.id) for each in others)
    return (figures.row(chosen, "chosen"), *dominated, *rejected)
