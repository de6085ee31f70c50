"""An own measurement grows old, and ends with the version of the engine that it was made with."""

from collections.abc import Iterator

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.plan.warnings.warning import PlanWarning


def stale_calibration(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that the measurement which moved the estimates is older than a year, or has no date."""
    own = best.setup.own
    if own is None or not own.too_old(search.catalog.asked_on or search.catalog.priced_on):
        return
    title = own.setup.title
    when = f"{title} was measured on {own.day}" if own.day else f"nothing says when {title} was measured"
    yield PlanWarning(
        "stale_calibration",
        f"{when}, and a measurement holds for 365 days: it is used all the same, and check refuses it; "
        "measure again (plimsoll loadtest, plimsoll calibrate)",
    )
