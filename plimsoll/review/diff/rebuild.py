"""An engine that is built for one accelerator must be built again where a change takes another."""

from collections.abc import Iterable

from plimsoll.review.diff.assumptions import AssumptionChange

ENGINE = "engine built for"
"""The assumption that says for which accelerator (`plimsoll.sizing.measured_where`)."""


def rebuild(changes: Iterable[AssumptionChange] | None) -> str | None:
    """Say what must be built before the change is deployed; None where nothing, or where it is not known."""
    for each in changes or ():
        if each.name == ENGINE and each.now is not None:
            was = "another engine" if each.was is None else str(each.was)
            what = "build the engine" if each.was is None else "rebuild the engine"
            return f"{what} for {each.now}, and measure it there: {was} serves until now ({each.source})"
    return None
