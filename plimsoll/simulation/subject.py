"""The subject of a simulation is a plan's choice: its work, its fleet, and what the plan says of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.figures import Figures
from plimsoll.candidates.search import Search, search
from plimsoll.ground.problems import Problem
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.plan.of_stack import NoPlanError
from plimsoll.plan.plan import Plan
from plimsoll.plan.size import answer_of
from plimsoll.simulation.answer.dollars import NodePrices, node_prices
from plimsoll.simulation.chance.elementary import logarithm
from plimsoll.simulation.fleet.autoscaler import ScalingRule
from plimsoll.simulation.fleet.rented import RentedReplicas
from plimsoll.simulation.kinds import Simulated, simulated_work
from plimsoll.sizing.spares import monthly_interruption
from plimsoll.sizing.work.base import Peak
from plimsoll.sizing.work.queue import QueueWorkers
from plimsoll.sizing.work.setup import Estimate
from plimsoll.spec import defaults
from plimsoll.spec.read import LoadedSpec
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:
    from plimsoll.catalog.discounts.terms import Discounts


@record
class SimulationSubject:
    """What is simulated: a kind of work, `qps` at the peak by the hour, and the fleet that the plan rents.

    `serving` is the number of replicas that the plan's `estimates` (by key, milliseconds) are of; spares come
    on top. `limits_ms` are those of the sla.
    """

    name: str
    choice: str
    work: Simulated
    qps: float
    hourly: tuple[float, ...]
    rented: RentedReplicas
    serving: int
    estimates: Mapping[str, Estimate]
    limits_ms: Mapping[str, float]
    prices: NodePrices

    def fixed(self, replicas: int) -> RentedReplicas:
        """Rent a number of replicas that nothing changes."""
        return RentedReplicas(replicas, replicas, replicas, None, self.rented.cold_start_s)

    def starting(self, hour: int) -> int:
        """Count the replicas that run when the load has been that of an hour for a while."""
        share = self.hourly[hour % len(self.hourly)] / max(self.hourly)
        rented = self.rented
        return min(max(-int(-share * rented.most // 1), rented.least), rented.most)


def planned_subject(
    spec: LoadedSpec, speed: SpeedFacts, discounts: "Discounts | None" = None
) -> SimulationSubject:
    """Plan a spec, and take its choice as what is simulated.

    Raises:
        NoPlanError: nothing holds every limit; with the exit code of the refusal.
        SpecError: the plan mixes two types.
    """
    tried = search(spec.workload, spec.architecture, spec.catalog, speed, discounts)
    answer = answer_of(tried, spec.assumed)
    if isinstance(answer, Plan):
        return subject_of(tried, tried.holding[0], answer)
    what = f"{spec.workload.name} has no plan, so there is nothing to simulate"
    problem = Problem(what, answer.message, "'plimsoll plan' lists the ways out")
    raise NoPlanError([problem], answer.exit_code)


def subject_of(tried: Search, best: Candidate, plan: Plan) -> SimulationSubject:
    """Take the choice of a search, planned, as what is simulated.

    Raises:
        SpecError: the plan mixes two types.
    """
    plan.must_be_one_type("a simulation", "capacity.mix")
    peak = Figures(tried).at_peak(best)
    workload = tried.workload
    work = simulated_work(best.setup, tried.traffic, _cv(tried, best))
    serving = _usual(tried, best, peak.serving)
    return SimulationSubject(
        name=workload.name,
        choice=best.id,
        work=work,
        qps=_qps(tried, best, peak),
        hourly=tuple(tried.work.hourly),
        rented=_rented(tried, best, plan),
        serving=serving,
        estimates=plan.latency,
        limits_ms={**workload.sla.latency_limits(), **_wait_limit(tried)},
        prices=node_prices(best),
    )


def _qps(tried: Search, best: Candidate, peak: Peak) -> float:
    """Take the rate of the peak; of a load in flight the rate that keeps the estimated batch running."""
    loaded = best.setup.loaded
    if tried.traffic.peak_qps is not None or loaded is None:
        return peak.qps
    return peak.serving * loaded.replica.qps_of(peak.batch)


def _cv(tried: Search, best: Candidate) -> float:
    measured = tried.workload.measurements
    given = measured[best.setup.place].task_cv if measured else None
    return float(defaults.TASK_CV if given is None else given)


def _usual(tried: Search, best: Candidate, serving: int) -> int:
    """Leave out the workers that only a backlog needs: the wait is estimated without them."""
    return tried.work.of(best.setup).usual(serving) if isinstance(tried.work, QueueWorkers) else serving


def _wait_limit(tried: Search) -> dict[str, float]:
    limits = tried.workload.sla.queue_limits()
    return {key: value for key, value in limits.items() if key.startswith("wait")}


def _rented(tried: Search, best: Candidate, plan: Plan) -> RentedReplicas:
    fleet = best.must_be_sized().fleet
    replicas, offering = fleet.replicas, best.must_be_sized().offering
    schedule = tried.workload.scale.schedule
    least = replicas.min if schedule is None else min(max(schedule.min_replicas, replicas.min), replicas.max)
    scaled = least < replicas.max
    spot = best.option.capacity_type == "spot"
    pool = fleet.pools[-1]
    return RentedReplicas(
        least=least,
        start=replicas.peak,
        most=replicas.max,
        rule=_rule(plan, least) if scaled else None,
        cold_start_s=fleet.cold_start_s,
        base=sum(each.max_replicas for each in fleet.pools if each.capacity_type != "spot"),
        spot=spot,
        per_node=pool.replicas_per_node,
        taken_per_hour=_per_hour(offering.interruption_per_month) if spot else 0.0,
    )


def _per_hour(band_edge: float | None) -> float:
    """Turn a month's chance of being taken back into a rate per node and hour: -ln(1 - p) ÷ 730."""
    return -logarithm(1.0 - monthly_interruption(band_edge)) / float(HOURS_PER_MONTH)


def _rule(plan: Plan, least: int) -> ScalingRule:
    scaling, queue = plan.autoscaling, plan.queue
    window = plan.serving.scale_down_window_s if queue is None else queue.cooldown_s
    counted = queue is None or queue.in_flight_counted
    return ScalingRule(scaling.metric, scaling.target, least, scaling.max_replicas, float(window), counted)
