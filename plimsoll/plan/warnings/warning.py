"""A warning is one fact of a plan, with the code that programs know it by."""

from typing import Annotated

from plimsoll.ground.start_up import record


@record
class PlanWarning:
    """A fact that is known of the plan and that its reader should know before it is deployed."""

    code: Annotated[str, "Stable code of the warning."]
    message: Annotated[str, "The same in words, with its numbers and what to do."]
