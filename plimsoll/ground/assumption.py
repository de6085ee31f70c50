"""An assumption: a number nobody supplied, printed with every plan that uses it."""

from typing import Annotated

from plimsoll.ground.start_up import record

MEASURED_ON = "calibration ran on"
"""The name of the assumption that says when the load test ran which a plan's speed stands on."""


@record
class Assumption:
    """A number nobody supplied, or a fact that was inferred."""

    name: Annotated[str, "What was assumed."]
    value: Annotated[float | int | str | bool | None, "The value taken."]
    unit: Annotated[str | None, "Its unit."]
    source: Annotated[str, "Why this value."]
