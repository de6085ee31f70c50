"""A plan is verified by simulation: its choice at the peak, held against what the closed form says of it."""

from collections.abc import Iterator
from dataclasses import replace

from plimsoll.ground.start_up import record
from plimsoll.ground.units import figure
from plimsoll.plan.plan import Plan
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.simulation.answer.measure import Statistic
from plimsoll.simulation.arrivals import ArrivalProcess
from plimsoll.simulation.kinds import MeasuredWork
from plimsoll.simulation.run import simulate
from plimsoll.simulation.subject import SimulationSubject

REQUESTS = 20_000
"""Requests that a choice is verified on: a p95 has a standard error of a few percent."""

TOLERATED = 0.20
"""Share by which a simulated latency may be longer than the estimate: what the closed form is held to."""

ERRORS = 3.0
"""Standard errors that the difference must exceed as well, so that chance alone seldom warns."""

_NOISY = "p99"
"""A p99 never warns: of 20,000 requests it is the 180th longest, and tells of a few bursts."""


@record
class HeldLatency:
    """One latency of a plan held against its simulation, milliseconds."""

    key: str
    estimate: float
    simulated: float
    error: float
    limit: float | None

    @property
    def disagrees(self) -> bool:
        """Whether it takes longer than the plan says, beyond what is tolerated and what chance explains."""
        over = self.simulated - self.estimate
        return not self._noisy and over > TOLERATED * self.estimate and over > ERRORS * self.error

    @property
    def _noisy(self) -> bool:
        return f"_{_NOISY}_" in self.key

    def __str__(self) -> str:
        simulated = f"{figure(_rounded(self.simulated))} ± {figure(_rounded(self.error))} ms"
        return f"{self.key} is {simulated} where the plan says {figure(_rounded(self.estimate))}"


@record
class Verified:
    """A plan with what its simulation found: the warning among its warnings, and every latency held."""

    plan: Plan
    held: tuple[HeldLatency, ...]

    def __str__(self) -> str:
        if not self.held:
            return "what was measured is not held against a model of it; nothing is simulated"
        wrong = any(each.disagrees for each in self.held)
        said = "disagree with the plan (simulation_disagrees)" if wrong else "agree with the plan"
        return f"{REQUESTS:,} simulated requests at the peak {said}: {'; '.join(map(str, self.held))}"


def verified(plan: Plan, subject: SimulationSubject, seed: int = 1) -> Verified:
    """Serve requests at the peak with the replicas that carry it, and warn where they take longer.

    Nothing but the plan's warnings changes. A measured service is not held: a model of it does not overrule
    what was measured.
    """
    if isinstance(subject.work, MeasuredWork):
        return Verified(plan, ())
    arrivals = ArrivalProcess("poisson", subject.qps, REQUESTS)
    found = simulate(subject, arrivals, seed, subject.fixed(subject.serving)).statistics()
    held = tuple(_held(subject, found))
    wrong = [each for each in held if each.disagrees]
    if not wrong:
        return Verified(plan, held)
    return Verified(replace(plan, warnings=(*plan.warnings, _warning(wrong))), held)


def _held(subject: SimulationSubject, found: dict[str, Statistic]) -> Iterator[HeldLatency]:
    for key, estimate in subject.estimates.items():
        statistic = found.get(key.removesuffix("_ms"))
        if statistic is not None:
            seconds, error = statistic.seconds * 1000, statistic.error_s * 1000
            yield HeldLatency(key, estimate.estimate, seconds, error, subject.limits_ms.get(key))


def _warning(wrong: list[HeldLatency]) -> PlanWarning:
    """Say which latencies are longer, which limits that breaks, and what to do."""
    broken = [
        f"sla.{each.key} is {figure(each.limit)}"
        for each in wrong
        if each.limit is not None and each.simulated > each.limit
    ]
    breaks = f", beyond the limit ({', '.join(broken)})" if broken else ""
    said = "; ".join(str(each) for each in wrong)
    what = f"{REQUESTS:,} simulated requests at the peak disagree with the closed form: {said}{breaks}"
    fix = "leave room in the limit, or plan a replica more: scale.min_replicas"
    return PlanWarning("simulation_disagrees", f"{what}; {fix}")


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
