"""Warnings are facts that stop a deployment, or that a careful reader would ask about: a plan says each.

A new warning is one function here and its line in `WARNINGS`. A refusal has none: nothing is deployed.
"""

from collections.abc import Callable, Iterator
from typing import Annotated

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.ground.start_up import record


@record
class PlanWarning:
    """A fact that is known of the plan and that its reader should know before it is deployed."""

    code: Annotated[str, "Stable code of the warning."]
    message: Annotated[str, "The same in words, with its numbers and what to do."]


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


WARNINGS: tuple[Callable[[Search, Candidate], Iterator[PlanWarning]], ...] = (_no_image,)
"""Every warning, what stops a deployment first; each function yields its warning where it applies."""
