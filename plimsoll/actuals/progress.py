"""A run's progress is its money by day, against what the whole run was planned to cost."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from plimsoll.actuals.anomaly import by_day
from plimsoll.actuals.charge import Charges
from plimsoll.actuals.document import RunDay, RunProgress
from plimsoll.actuals.planned import MoneyOwner, Prices
from plimsoll.actuals.variance import cents
from plimsoll.ground.units import usd_text


def progress_of(
    owners: Sequence[MoneyOwner], charges: Mapping[str, Charges], prices: Prices
) -> tuple[RunProgress, ...]:
    """Follow each run by day."""
    runs = (owner for owner in owners if owner.is_run)
    return tuple(RunProgress(run.name, tuple(_days(run, charges[run.name], prices))) for run in runs)


def _days(run: MoneyOwner, charges: Charges, prices: Prices) -> Iterator[RunDay]:
    reached, plan = Fraction(0), run.plan_usd
    for day, usd in sorted(by_day(charges, prices).items()):
        reached += usd
        share = float(cents(reached / plan * 100)) if plan else None
        yield RunDay(str(day), usd_text(cents(usd)), usd_text(cents(reached)), share)
