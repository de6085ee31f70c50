"""A pin of a run costs what a run with it takes more than the run that would be chosen without it."""

from decimal import Decimal

from plimsoll.candidates.pin_cost import PinCost
from plimsoll.candidates.runs.candidate import RunCandidate, RunSearch
from plimsoll.candidates.runs.search import runs_holding
from plimsoll.ground.units import usd_text


def run_pin_cost(tried: RunSearch, best: RunCandidate) -> PinCost | None:
    """Plan the spec without its pins, and compare with the choice; None where it has none."""
    data = tried.space.spec.model_dump(mode="json", exclude_unset=True)
    if not any(value is not None for value in data.pop("pin", {}).values()):
        return None
    free = tried.space.spec.changed(data)
    found = runs_holding(tried.space.under(free))
    if not found:
        return PinCost(None, None, None)
    mine, theirs = best.must_be_sized(), found[0].must_be_sized()
    expected = _more(mine.month.sum_of("expected"), theirs.month.sum_of("expected"))
    ceiling = _more(mine.month.sum_of("ceiling"), theirs.month.sum_of("ceiling"))
    return PinCost(
        usd_per_month_expected=expected,
        usd_per_month_ceiling=ceiling,
        instead=found[0].id,
        usd_per_run_expected=usd_text(mine.bill.expected - theirs.bill.expected),
        usd_per_run_ceiling=usd_text(mine.bill.ceiling - theirs.bill.ceiling),
    )


def _more(mine: Decimal | None, theirs: Decimal | None) -> str | None:
    return usd_text(mine - theirs) if mine is not None and theirs is not None else None
