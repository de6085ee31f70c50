"""Warnings are facts that stop a deployment, or that a careful reader would ask about: a plan says each.

A new warning is one function here and its line in `WARNINGS`. A refusal has none: nothing is deployed.
"""

from collections.abc import Callable, Iterator

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.plan.one_node import single_node, single_spot_node
from plimsoll.plan.sureness import extrapolated, inferred_price, interval
from plimsoll.plan.warning import PlanWarning


def warnings_of(search: Search, best: Candidate) -> tuple[PlanWarning, ...]:
    """Collect every warning of a choice, in the order of the table below."""
    return tuple(warning for warned in WARNINGS for warning in warned(search, best))


def _no_image(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that nothing says which image serves, or what it loads."""
    started, name = search.work.container(best.setup, best.instance), search.workload.name
    if started.image is not None:
        return
    if started.engine is not None:
        why = "the model is described but not named, so the engine has nothing to load; give weights"
    elif started.model is not None:
        why = f"no engine's image is known for {started.model} here; set images.{name} in the stack"
    else:
        why = f"the measured service names no image; set measured.image, or images.{name} in the stack"
    yield PlanWarning("no_image", f"what is deployed cannot start: {why}")


WARNINGS: tuple[Callable[[Search, Candidate], Iterator[PlanWarning]], ...] = (
    _no_image,
    single_node,
    single_spot_node,
    interval,
    extrapolated,
    inferred_price,
)
"""Every warning, what stops a deployment first; each function yields its warning where it applies."""
