"""A miss is a candidate of a capacity type that fails a limit; the nearest fails the fewest."""

from collections.abc import Collection, Sequence
from typing import Any

from plimsoll.sizing.limits import Reason


def nearest_miss(candidates: Sequence[Any], capacity: str, free: Collection[str]) -> str:
    """Say what the candidate fails that fails least; codes in `free` do not count."""
    apart = [
        (_left(each.reasons, free), each) for each in candidates if each.option.capacity_type == capacity
    ]
    failing = [(reasons, each) for reasons, each in apart if reasons]
    if not failing:
        return ""
    reasons, nearest = min(failing, key=lambda each: (len(each[0]), each[1].id))
    return f"{nearest.option.instance.name}: {'; '.join(reason.message for reason in reasons)}"


def _left(reasons: Sequence[Reason], free: Collection[str]) -> list[Reason]:
    return [reason for reason in reasons if reason.code not in free]
