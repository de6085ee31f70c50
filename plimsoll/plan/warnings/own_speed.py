"""An own measurement grows old, and ends with the version of the engine that it was made with."""

from collections.abc import Iterator

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.plan.warnings.warning import PlanWarning


def own_speed(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that what was measured is not of the choice, or is older than a year, or has no date."""
    own = best.setup.own
    if own is None:
        yield from _unused(search, best)
        return
    if not own.too_old(search.catalog.asked_on or search.catalog.priced_on):
        return
    title = own.setup.title
    when = f"{title} was measured on {own.day}" if own.day else f"nothing says when {title} was measured"
    yield PlanWarning(
        "stale_calibration",
        f"{when}, and a measurement holds for 365 days: it is used all the same, and check refuses it; "
        "measure again (plimsoll loadtest, plimsoll calibrate)",
    )


def _unused(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that a calibration has measurements of the model, and none of what was chosen."""
    calibration, architecture = search.work.calibration, search.architecture
    if calibration is None or architecture is None:
        return
    measured = [each.setup.title for each in calibration.of_model(architecture.name)]
    if measured:
        setup, started = best.setup, search.work.container(best.setup, best.instance)
        served = f"{started.engine} {started.version}, {setup.precision}"
        yield PlanWarning(
            "unused_calibration",
            f"{calibration.file} moves nothing of this plan: it is of {'; '.join(measured)}, and the choice "
            f"is {setup.tensor_parallel} × {setup.accelerator}, {served}; pin what was measured, or test the "
            "choice (plimsoll loadtest, plimsoll calibrate)",
        )
