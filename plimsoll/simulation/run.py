"""Run a simulation: a subject, its arrivals, a seed; the same three give the same bytes everywhere."""

from dataclasses import dataclass, replace

from plimsoll.simulation.answer.measure import Statistic, statistics_of
from plimsoll.simulation.answer.minutes import Minute, minutes_of
from plimsoll.simulation.arrivals import ArrivalProcess
from plimsoll.simulation.fleet.leases import ServingFleet
from plimsoll.simulation.fleet.rented import RentedReplicas
from plimsoll.simulation.servers.stream import Stream
from plimsoll.simulation.subject import SimulationSubject

WARM_UP = 0.1
"""Share of the requests that only fill an empty fleet and are not measured, where the load is steady."""


@dataclass(slots=True)
class Simulation:
    """A fleet that has served a stream; `since` is the first request that is measured."""

    subject: SimulationSubject
    fleet: ServingFleet
    since: int

    @property
    def stream(self) -> Stream:
        """What was asked."""
        return self.fleet.stream

    def statistics(self) -> dict[str, Statistic]:
        """Work out every latency's percentiles by key (`ttft_p95`), seconds."""
        fleet, found = self.fleet, dict[str, Statistic]()
        for metric in self.subject.work.metrics:
            found |= statistics_of(metric, fleet.stream, fleet.outcomes, self.since)
        return found

    def minutes(self) -> tuple[Minute, ...]:
        """Write the fleet's series, minute by minute: what right-sizing would read from Prometheus."""
        return minutes_of(self.subject.work, self.fleet)


def simulate(
    subject: SimulationSubject, arrivals: ArrivalProcess, seed: int = 1, rented: RentedReplicas | None = None
) -> Simulation:
    """Draw requests and serve them with what the plan rents, or with `rented` in its place.

    What right-sizing reads of a fleet, minute by minute, is `simulate(subject, arrivals).minutes()`:
    requests, latencies, replicas, GPU and KV use. `arrivals` need not be at the plan's own rate
    (`around_the_peak(qps, hourly, count)`), nor `rented` what the plan rents
    (`replace(subject.rented, least=6, start=6, most=6, rule=None)` is a fleet of six for ever); `subject`
    comes of `planned_subject(load_workload(…), load_speed())` or of `subject_of(search, candidate, plan)`.

    Raises:
        ValueError: no requests come.
    """
    stream = subject.work.stream(arrivals.times(seed), seed)
    steady = arrivals.process in ("poisson", "bursty")
    fleet_of = rented or subject.rented
    if rented is None and arrivals.process == "diurnal":
        fleet_of = replace(fleet_of, start=subject.starting(arrivals.from_hour))
    return serve(subject, stream, seed, fleet_of, since=int(WARM_UP * len(stream)) if steady else 0)


def serve(
    subject: SimulationSubject, stream: Stream, seed: int, rented: RentedReplicas, *, since: int = 0
) -> Simulation:
    """Serve a stream that is there already (a trace) with a fleet; the first `since` are not measured."""
    fleet = subject.work.fleet(rented, stream, seed)
    fleet.serve()
    return Simulation(subject, fleet, since)
