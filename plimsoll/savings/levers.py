"""The levers of a bill by their strategies; each is one function of a case."""

from collections.abc import Callable
from typing import Final

from plimsoll.savings.cache import cache
from plimsoll.savings.case import LeverAnswer, LeverCase
from plimsoll.savings.commitments import reserved, savings_plan
from plimsoll.savings.idle import scale_to_zero, schedule
from plimsoll.savings.place import family, region
from plimsoll.savings.precision import precision
from plimsoll.savings.right_size import right_size
from plimsoll.savings.smaller_model import smaller_model
from plimsoll.savings.spot import spot

LEVERS: Final[tuple[Callable[[LeverCase], LeverAnswer], ...]] = (
    spot,
    reserved,
    savings_plan,
    precision,
    scale_to_zero,
    schedule,
    smaller_model,
    cache,
    region,
    family,
    right_size,
)
"""Every lever, in the order of INTERFACE."""


def pulled(case: LeverCase) -> list[LeverAnswer]:
    """Ask every lever."""
    return [lever(case) for lever in LEVERS]
