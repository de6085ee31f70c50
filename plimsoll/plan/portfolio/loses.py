"""What a workload loses that gets fewer replicas than it asks for, in words."""

from collections.abc import Iterator

from plimsoll.ground.units import figure
from plimsoll.plan.portfolio.contender import Contender, JointOffer


def loses(contender: Contender, offer: JointOffer | None) -> str:
    """Say what no longer holds, and above which load; `offer` is None for who is refused."""
    if offer is None:
        return f"it is not served: {_promises(contender)}"
    parts = [*_spares(contender, offer), *_load(contender, offer)]
    return "; ".join(parts)


def _spares(contender: Contender, offer: JointOffer) -> Iterator[str]:
    whole, given = offer.whole.must_be_sized().fleet, offer.given.must_be_sized().fleet
    spares = whole.replicas.max - whole.serving - (given.replicas.max - given.serving)
    if spares > 0:
        why = (
            "spot capacity is taken back" if offer.whole.option.capacity_type == "spot" else "a zone is away"
        )
        less = f"it has {spares} spare replica{'' if spares == 1 else 's'} less: "
        yield f"{less}while {why}, {_promises(contender)} at the peak"


def _load(contender: Contender, offer: JointOffer) -> Iterator[str]:
    serving, left = (each.must_be_sized().fleet.serving for each in (offer.whole, offer.given))
    if left < serving:
        rate = _rate(contender, left / serving)
        yield f"it carries {left / serving:.0%} of its peak, {rate}: above it {_promises(contender)}"


def _rate(contender: Contender, share: float) -> str:
    """`10 of 16 requests per second`."""
    load = contender.tried.workload.load
    if (rate := load.rate) is not None:
        return f"{figure(rate.peak * share)} of {figure(rate.peak)} requests per second"
    if load.queue is not None:
        peak = load.queue.tasks_per_s.peak
        return f"{figure(peak * share)} of {figure(peak)} tasks per second"
    return f"{figure((load.concurrency or 0) * share)} of {figure(load.concurrency)} requests in flight"


def _promises(contender: Contender) -> str:
    """Name each limit of the sla that no longer holds."""
    sla = contender.tried.workload.sla
    promised = {**sla.latency_limits(), **sla.queue_limits()}
    limits = [f"{key} ≤ {figure(value)}" for key, value in promised.items()]
    limits.append(f"availability {figure(sla.availability)}")
    return f"{', '.join(limits)} no longer hold{'s' if len(limits) == 1 else ''}"
