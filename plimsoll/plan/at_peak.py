"""At the peak each replica carries its share of the load; latency, tokens and scaling follow from it."""

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.plan.autoscaling import Autoscaling
from plimsoll.sizing.work.base import Peak
from plimsoll.sizing.work.setup import Estimate, estimates


def at_peak(search: Search, best: Candidate) -> Peak:
    """Work out what each replica of the choice does at the peak."""
    fleet = best.must_be_sized().fleet
    return search.work.at_peak(best.setup, fleet.serving, fleet.replicas.peak)


def latency(search: Search, best: Candidate, peak: Peak) -> dict[str, Estimate]:
    """Estimate one latency per sla key, and those that its kind of work always has."""
    keys = [key.removesuffix("_ms") for key in search.workload.sla.latency_limits()]
    return estimates(best.setup, peak.batch, list(dict.fromkeys([*keys, *search.work.reported])))


def autoscaling(search: Search, best: Candidate, peak: Peak) -> Autoscaling:
    """Scale on what one replica carries at the peak, spares included, so that the peak wants them all."""
    replicas = best.must_be_sized().fleet.replicas
    scaling = search.work.scaling(best.setup, peak)
    return Autoscaling(
        metric=scaling.metric,
        target=float(f"{scaling.target:.3g}"),
        unit=scaling.unit,
        min_replicas=replicas.min,
        max_replicas=replicas.max,
        scale_to_zero=search.workload.scale.to_zero,
    )
