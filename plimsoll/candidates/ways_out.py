"""Ways out of a refusal, as documents carry them."""

from typing import Annotated, Any

from plimsoll.ground import meaning
from plimsoll.ground.start_up import record


@record
class WayOut:
    """One single change that makes it fit, and the price it then has."""

    change: Annotated[str, "Dotted path into the spec."]
    from_: Annotated[Any, "What stands there."]
    to: Annotated[Any, "What to put there."]
    usd_per_month_ceiling: Annotated[str, "Ceiling of the plan it then has. " + meaning.USD_PER_MONTH]
    message: Annotated[str, "The same in words."]


@record
class Refusal:
    """Why there is no plan: the smallest set of limits that clash, and the priced ways out."""

    binding: Annotated[tuple[str, ...], "Codes of the smallest set of limits that clash."]
    ways_out: Annotated[tuple[WayOut, ...], "Single changes that make it fit, cheapest first."]
    message: Annotated[str, "The same in words."]
