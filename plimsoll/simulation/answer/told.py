"""What a simulation found is told as its document: numbers, minutes out of the sla, dollars, assumptions."""

from collections.abc import Iterator, Sequence

from plimsoll.ground.assumption import Assumption
from plimsoll.simulation.answer.document import (
    SCHEMA,
    ArrivalsTold,
    Counted,
    DollarsTold,
    FleetTold,
    LatencyTold,
    LimitTold,
    ServedTold,
    SimulationDocument,
    SlaTold,
    TraceTold,
    per_million,
)
from plimsoll.simulation.answer.measure import Statistic
from plimsoll.simulation.answer.minutes import Minute
from plimsoll.simulation.arrivals import BURSTINESS, ArrivalProcess
from plimsoll.simulation.fleet.autoscaler import TICK_S
from plimsoll.simulation.run import Simulation

_PERCENTILES = ("mean", "p50", "p95", "p99")


def told(
    found: Simulation, arrivals: ArrivalProcess | TraceTold, seed: int, assumed: Sequence[Assumption] = ()
) -> SimulationDocument:
    """Tell what a simulation found; `assumed` is what the plan stands on."""
    minutes, statistics = found.minutes(), found.statistics()
    subject, fleet = found.subject, found.fleet
    spent = subject.prices.usd(fleet)
    hours = max(round(fleet.ended), 1)
    tokens = sum(fleet.stream.answers) if "tpot" in subject.work.metrics else 0
    return SimulationDocument(
        schema=SCHEMA,
        name=subject.name,
        chosen=subject.choice,
        seed=seed,
        arrivals=_arrivals(found, arrivals),
        served=_served(found),
        latency=_latency(found, statistics),
        sla=_sla(found, statistics, minutes),
        fleet=_fleet(found, minutes),
        cost=DollarsTold(spent, spent * 3600 / hours, per_million(spent, tokens)),
        minutes=minutes,
        assumptions=(*_assumptions(found, arrivals), *assumed),
    )


def _arrivals(found: Simulation, arrivals: ArrivalProcess | TraceTold) -> ArrivalsTold:
    stream = found.stream
    drawn = arrivals if isinstance(arrivals, ArrivalProcess) else None
    lasts = stream.times[-1] if len(stream) else 0.0
    return ArrivalsTold(
        process=drawn.process if drawn is not None else "trace",
        requests=len(stream),
        duration_s=lasts,
        mean_qps=len(stream) / lasts if lasts else 0.0,
        peak_qps=found.subject.qps,
        from_hour=drawn.from_hour if drawn is not None and drawn.process == "diurnal" else None,
        trace=None if isinstance(arrivals, ArrivalProcess) else arrivals,
    )


def _served(found: Simulation) -> ServedTold:
    done, fleet = found.fleet.outcomes.done, found.fleet
    return ServedTold(
        requests=sum(at >= 0 for at in done),
        measured=sum(at >= 0 for at in done[found.since :]),
        refused=len(fleet.outcomes.refused),
        sent_again=fleet.sent_again,
        duration_s=fleet.ended,
    )


def _latency(found: Simulation, statistics: dict[str, Statistic]) -> dict[str, LatencyTold]:
    """Tell each latency at the percentiles that people ask for, and at those that are limited."""
    subject, told_ = found.subject, dict[str, LatencyTold]()
    for key, statistic in statistics.items():
        name = f"{key}_ms"
        limit, estimate = subject.limits_ms.get(name), subject.estimates.get(name)
        if key.rpartition("_")[2] in _PERCENTILES or limit is not None:
            simulated, error = statistic.told_ms
            told_[name] = LatencyTold(
                simulated=simulated,
                standard_error=error,
                estimate=estimate.estimate if estimate is not None else None,
                limit=limit,
            )
    return told_


def _sla(found: Simulation, statistics: dict[str, Statistic], minutes: Sequence[Minute]) -> SlaTold:
    asked = [minute for minute in minutes if minute.latency_ms]
    limits: list[LimitTold] = []
    out: set[int] = set()
    for key, limit in found.subject.limits_ms.items():
        missed = {minute.minute for minute in asked if minute.latency_ms.get(key, 0.0) > limit}
        statistic = statistics.get(key.removesuffix("_ms"))
        if statistic is not None:
            out |= missed
            limits.append(LimitTold(key, limit, statistic.seconds * 1000 <= limit, len(missed)))
    return SlaTold(len(asked), len(out), tuple(limits))


def _fleet(found: Simulation, minutes: Sequence[Minute]) -> FleetTold:
    fleet, count = found.fleet, max(len(minutes), 1)
    replicas = [minute.replicas for minute in minutes] or [0.0]
    kept = [minute.kv_use for minute in minutes if minute.kv_use is not None]
    return FleetTold(
        replicas=Counted(min(replicas), sum(replicas) / count, max(replicas)),
        cold_starts=fleet.cold_starts,
        cold_start_s=fleet.rented.cold_start_s,
        taken_back=fleet.taken_back,
        preemptions=fleet.preemptions,
        gpu_use=sum(minute.gpu_use for minute in minutes) / count,
        kv_use=sum(kept) / len(kept) if kept else None,
        in_flight=sum(minute.in_flight for minute in minutes) / count,
        prefix_hits=fleet.prefix_hits,
    )


def _assumptions(found: Simulation, arrivals: ArrivalProcess | TraceTold) -> Iterator[Assumption]:
    if isinstance(arrivals, ArrivalProcess) and arrivals.process == "bursty":
        source = "gamma distributed gaps; BurstGPT's days have 1.5 to 4"
        yield Assumption("spread of gaps between requests", BURSTINESS, "standard deviation ÷ mean", source)
    if found.subject.work.metrics != ("wait",):
        yield Assumption("routing", "each request to a replica by chance", None, "what a Service does")
    if found.stream.blocks:
        source = "each replica keeps what it read; what was used longest ago goes first"
        yield Assumption("prefix cache", f"blocks of {found.stream.block_tok}", "tokens", source)
    rented = found.fleet.rented
    if rented.rule is not None:
        source = "the manifests' autoscaler: polling, HPA's rules for steps and windows"
        yield Assumption("autoscaler looks every", TICK_S, "s", source)
        yield Assumption("cold start", rented.cold_start_s, "s", "node, image, weights, engine")
    if rented.taken_per_hour:
        source = "AWS's band for the type"
        yield Assumption(
            "spot nodes taken back", float(f"{rented.taken_per_hour:.3g}"), "per node-hour", source
        )
