"""Confidence decides how many replicas a choice needs: its interval's part in the answer."""

from collections.abc import Iterator

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.units import figure
from plimsoll.sizing.latency_limits import margin
from plimsoll.spec import defaults


def replicas_at(search: Search, best: Candidate, confidence: float) -> int | None:
    """Count the replicas, without spares, that the same setup needs at another confidence; None if no number.

    Spares for zones and spot are not counted: they follow from the others.
    """
    workload = search.workload
    sla = workload.sla.model_copy(update={"confidence": confidence})
    work = search.work.adapted(workload.model_copy(update={"sla": sla}))
    wanted = best.setup
    for setup in work.on(best.instance):
        if (setup.tensor_parallel, setup.precision) == (wanted.tensor_parallel, wanted.precision):
            return work.needed(setup) if setup.loaded is not None and not setup.reasons else None
    return None


def decided(search: Search, best: Candidate, confidence: float) -> str:
    """Say as a clause how many replicas the same machines would need at another confidence."""
    needed, have = replicas_at(search, best, confidence), search.work.needed(best.setup)
    at = f"at sla.confidence: {confidence:g}"
    if needed is None:
        return f"{at} no number of these replicas would hold it"
    if needed == have:
        return f"{at} the same {'replica' if have == 1 else f'{have} replicas'} would do"
    return f"{at} it would take {needed} of these replicas to carry the peak, not {have}"


def held_at(search: Search, best: Candidate) -> Iterator[Assumption]:
    """Yield at how much above the estimate each latency limit is held, and what that decided."""
    sla = search.workload.sla
    limits = [key.removesuffix("_ms") for key in sla.latency_limits()]
    if sla.confidence == defaults.CONFIDENCE or not limits:
        return
    margins = {key.partition("_")[0]: margin(best.setup.interval, key, sla.confidence) for key in limits}
    held = ", ".join(f"{metric} × {figure(round(value, 3))}" for metric, value in margins.items())
    mixed = best.must_be_sized().second is not None
    less = "on either type" if mixed else decided(search, best, defaults.CONFIDENCE)
    yield Assumption(
        "limits held at confidence",
        sla.confidence,
        "quantile",
        f"estimates are raised before they are held against the sla, and rates lowered: {held}; {less}",
    )
