"""Ways out of a refusal, as documents carry them."""

from typing import Any

from plimsoll.ground.problems import ExitCode
from plimsoll.ground.start_up import record


@record
class WayOut:
    """One single change that makes it fit, and the price it then has."""

    change: str
    from_: Any
    to: Any
    usd_per_month_ceiling: str
    message: str


@record
class Refused:
    """What a search that holds nothing comes to: what clashes, the ways out, and the exit code."""

    binding: tuple[str, ...]
    ways_out: tuple[WayOut, ...]
    message: str
    exit_code: ExitCode
