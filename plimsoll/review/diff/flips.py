"""A choice flips where another candidate is the cheapest after a step; it says what the earlier lost by."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated

from plimsoll.catalog.facts import Catalog, Price
from plimsoll.ground.start_up import record
from plimsoll.ground.units import exact_text, usd_display
from plimsoll.review.diff.causes import Step
from plimsoll.review.solved.facts import Cause
from plimsoll.review.solved.solution import Solution
from plimsoll.review.solved.tried import TriedCandidate

DEARER, NOT_TRIED, NOT_KNOWN = "dearer", "not_tried", "not_known"
"""Codes beside those of limits: it holds and costs more; the spec admits it no more; nothing says why."""


@record
class Flip:
    """Another candidate became the choice, and this is what the earlier one lost by."""

    cause: Annotated[Cause, "What had changed: tool, speed, prices or spec."]
    was: Annotated[str, "Candidate that was chosen before."]
    now: Annotated[str, "Candidate that is chosen after."]
    code: Annotated[
        str,
        "Limit that the earlier choice breaks now; dearer if it still holds, not_tried if the spec admits it "
        "no more, not_known if the answer was read and not solved.",
    ]
    message: Annotated[str, "The same in words, with the price rows that moved."]


def flips(was: Solution, walked: Sequence[Step]) -> tuple[Flip, ...]:
    """List the steps after which another candidate is chosen."""
    return tuple(_flips(was, walked))


def _flips(was: Solution, walked: Sequence[Step]) -> Iterator[Flip]:
    before = was
    for step in walked:
        after = step.after
        if after is None or after.choice is None:
            continue
        if before.choice is not None and before.choice.id != after.choice.id:
            code, message = _lost_by(before, after, before.choice.id, after.choice.id)
            yield Flip(step.cause, before.choice.id, after.choice.id, code, message)
        before = after


def _lost_by(before: Solution, after: Solution, old: str, new: str) -> tuple[str, str]:
    if after.tried is None or after.best is None:
        return NOT_KNOWN, "the answer was read from a file, so what became of the earlier choice is not known"
    loser = after.tried.candidate(old)
    if loser is None:
        return NOT_TRIED, f"{old} is no candidate any more"
    if loser.reasons:
        return loser.reasons[0].code, "; ".join(reason.message for reason in loser.reasons)
    costs = _costs(after.best, loser, after.tried.every)
    return DEARER, "; ".join([costs, *_moved(before, after, (old, new))])


def _costs(winner: TriedCandidate, loser: TriedCandidate, every: str) -> str:
    return (
        f"it is expected to cost {usd_display(loser.expected)} {every}, the new choice "
        f"{usd_display(winner.expected)}"
    )


def _moved(before: Solution, after: Solution, ids: Sequence[str]) -> Iterator[str]:
    """Name the price rows of both choices that are others than before."""
    if before.tried is None or after.tried is None:
        return
    told: dict[str, None] = {}
    for each in ids:
        candidate = after.tried.candidate(each)
        if candidate is not None:
            old, new = (_rows(candidate, tried.catalog) for tried in (before.tried, after.tried))
            moved = (name for name in new if _usd(old[name]) != _usd(new[name]))
            told |= {f"{name} {_text(old[name])} → {_text(new[name])}": None for name in moved}
    yield from told


def _usd(price: Price | None) -> Decimal | None:
    return None if price is None else price.usd


def _rows(candidate: TriedCandidate, catalog: Catalog) -> dict[str, Price | None]:
    """Read the prices of an hour of a candidate's type, by a name that people know."""
    name = candidate.instance_type
    offering = catalog.offering(name, candidate.region)
    prices = {f"{name} on-demand": offering and offering.on_demand}
    if candidate.capacity == "spot":
        prices[f"{name} spot"] = offering and offering.spot
    return prices


def _text(price: Price | None) -> str:
    return "no price" if price is None else f"${exact_text(price.usd)} ({price.as_of})"
