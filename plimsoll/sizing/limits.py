"""Limits: what a candidate must hold, and what it means to break one."""

from plimsoll.ground.start_up import record


@record
class Reason:
    """One limit that a candidate fails: the limit, the value it reached, their unit."""

    code: str
    limit: float | str | None
    value: float | str | None
    unit: str | None
    message: str
