"""An assumption: a number nobody supplied, printed with every plan that uses it."""

from plimsoll.ground.start_up import record


@record
class Assumption:
    """A number nobody supplied, or a fact that was inferred."""

    name: str
    value: float | int | str | bool | None
    unit: str | None
    source: str
