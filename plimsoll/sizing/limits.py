"""Limits: what a candidate must hold, and what it means to break one."""

from typing import Annotated

from plimsoll.ground.start_up import record


@record
class Reason:
    """One limit that a candidate fails: the limit, the value it reached, their unit."""

    code: Annotated[str, "Stable code of the limit."]
    limit: Annotated[float | str | None, "The limit; null if it is no number."]
    value: Annotated[float | str | None, "The value reached."]
    unit: Annotated[str | None, "Unit of both."]
    message: Annotated[str, "The same in words."]
