"""At the peak each replica carries its share of the load; latency, tokens and scaling follow from it."""

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.plan.autoscaling import Autoscaling
from plimsoll.sizing.estimates import Estimate
from plimsoll.sizing.replica import batch_at
from plimsoll.sizing.work.setup import estimates

ALWAYS_REPORTED = {"llm": ("ttft_p95", "tpot_p95")}
"""Latencies reported whether or not the spec limits them (INTERFACE)."""

PERCENTILES = ("p50", "p90", "p95", "p99")


def batch_in_use(search: Search, best: Candidate) -> float:
    """The batch on each replica that carries the peak."""
    way, serving = best.way, best.must_be_sized().fleet.serving
    if way.replica is None or way.batch is None:
        return 0.0
    if search.traffic.peak_qps is not None:
        return batch_at(way.replica, search.traffic.peak_qps / serving, way.batch)
    wanted = (search.traffic.peak_concurrency or 0.0) / serving
    return min(way.batch, way.batch * wanted / way.in_flight)


def peak_qps(search: Search, best: Candidate) -> float:
    """Requests per second at the peak; for a spec in concurrency, what the sized replicas then serve."""
    if search.traffic.peak_qps is not None:
        return search.traffic.peak_qps
    return best.way.qps * (search.traffic.peak_concurrency or 0.0) / best.way.in_flight


def output_tok_per_s(search: Search, best: Candidate) -> float:
    """Tokens generated per second at the mean load; zero where nothing is generated."""
    # the kind of work decides
    if search.architecture is None or search.architecture.task != "llm":
        return 0.0
    return peak_qps(search, best) * search.traffic.mean_fraction * search.traffic.output_tok.mean


def latency(search: Search, best: Candidate) -> dict[str, Estimate]:
    """One entry per sla key, and those that its kind of work always has."""
    keys = [key.removesuffix("_ms") for key in search.workload.sla.latency_limits()]
    keys += _always_reported(search)
    return estimates(best.way, batch_in_use(search, best), list(dict.fromkeys(keys)))


def _always_reported(search: Search) -> tuple[str, ...]:
    # the kind of work decides
    measured = search.workload.measured
    if measured is not None:
        given = (name for name in PERCENTILES if getattr(measured, f"latency_{name}_ms"))
        return tuple(f"latency_{name}" for name in given)
    task = search.architecture.task if search.architecture is not None else "measured"
    return ALWAYS_REPORTED.get(task, ("latency_p95",))


def autoscaling(search: Search, best: Candidate) -> Autoscaling:
    """Scale on what one replica carries at the peak, spares included, so that the peak wants them all."""
    fleet = best.must_be_sized().fleet
    metric, unit, target = _metric(search, best)
    return Autoscaling(
        metric=metric,
        target=float(f"{target:.3g}"),
        unit=unit,
        min_replicas=fleet.replicas.min,
        max_replicas=fleet.replicas.max,
        scale_to_zero=search.workload.scale.to_zero,
    )


def _metric(search: Search, best: Candidate) -> tuple[str, str, float]:
    """The metric to scale on, its unit, and its value per replica at the peak."""
    # the kind of work decides
    fleet, replica = best.must_be_sized().fleet, best.way.replica
    peak = fleet.replicas.peak
    if best.way.measured or replica is None or best.way.tensor_parallel is None:
        return "requests_per_second", "requests/s per replica", peak_qps(search, best) / peak
    target = max(replica.in_flight(batch_in_use(search, best)) * fleet.serving / peak, 1.0)
    return "requests_in_flight", "requests per replica", target
