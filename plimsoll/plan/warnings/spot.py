"""Spot that was preferred and not taken: a plan says which limit kept it from that."""

from collections.abc import Iterable, Iterator, Sequence

from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.limits import Reason


def spot_not_taken(
    taken: str, instance: str, refused: Iterable[tuple[str, Sequence[Reason]]]
) -> Iterator[PlanWarning]:
    """Warn that no candidate on spot holds every limit, and tell what the nearest of them breaks.

    `taken` is the capacity type of the choice, `instance` its type; `refused` are types that are no spot.
    """
    broken = [(name, reasons) for name, reasons in refused if reasons]
    own = [each for each in broken if each[0] == instance]
    nearest = min(own or broken, key=lambda each: (len(each[1]), each[0]), default=None)
    if nearest is None:
        return
    name, reasons = nearest
    why = "; ".join(reason.message for reason in reasons)
    yield PlanWarning(
        "spot_not_taken",
        f"capacity.spot: prefer was asked for, and this is {taken}: nothing on spot holds every limit; "
        f"{name} on spot: {why}",
    )
