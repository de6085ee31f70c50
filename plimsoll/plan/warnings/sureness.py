"""Sureness: what a plan says of prices not read, speeds that nobody measured, limits that are close."""

from collections.abc import Iterator

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.figures import Figures
from plimsoll.candidates.search import Search
from plimsoll.ground.units import figure
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.latency_limits import HIGH


def inferred_price(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that a line of the bill stands on a price that was derived from others."""
    del search
    priced = {
        (line.unit, line.price.usd): line.price.inferred
        for line in best.must_be_sized().bill.lines
        if line.price.inferred
    }
    for (unit, usd), how in priced.items():
        yield PlanWarning(
            "inferred_price",
            f"{usd:f} USD per {unit} was not read but inferred: {how}; check it before you promise the money",
        )


def extrapolated(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that the speed lies outside what its constants were fitted on."""
    beyond = list(search.work.beyond_measured(best.setup))
    if beyond:
        widest = max(best.setup.interval.values(), key=lambda each: each[1], default=None)
        off = f"; four of five measurements lie within a factor of {widest[1]:.2f}" if widest else ""
        yield PlanWarning(
            "extrapolated",
            f"the speed is extrapolated: {'; '.join(beyond)}{off}; measure one replica before you rely on it",
        )


def interval(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that a limit lies within what four of five measurements would show."""
    found = Figures(search).latency(best)
    sla = search.workload.sla
    for key, limit in (*sla.latency_limits().items(), *sla.queue_limits().items()):
        estimate = found[key]
        if estimate.low < limit < estimate.high:
            yield PlanWarning(
                "interval",
                f"sla.{key} is {figure(limit)} and the estimate {figure(estimate.estimate)}, but four of "
                f"five measurements lie between {figure(estimate.low)} and {figure(estimate.high)} "
                f"{'s' if key == 'drain_s' else 'ms'}: the limit may be missed{_surer(search, best, key)}; "
                "measure one replica, or leave room",
            )


def _surer(search: Search, best: Candidate, key: str) -> str:
    """Say what the pessimistic end of the interval would ask for; nothing of waits, or of a mix."""
    sla = search.workload.sla
    if key not in sla.latency_limits() or sla.confidence >= HIGH or best.must_be_sized().second is not None:
        return ""
    from plimsoll.plan.beside.confidence import decided  # start-up: only where a limit is close

    return f", and {decided(search, best, HIGH)}"
