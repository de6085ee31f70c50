"""An explanation of one code, as documents carry it, and an explanation as people ask for it."""

from typing import Annotated, Literal

from plimsoll.ground.start_up import record

Kind = Literal["reason", "warning", "violation", "policy"]


@record
class Told:
    """What there is to say about a code: what it means, what raises it, what mends it, and an example."""

    means: str
    raised_by: str
    mended_by: str
    example: str


@record
class Explanation:
    """One code, explained."""

    code: Annotated[str, "Stable code, or name of a policy."]
    kind: Annotated[
        Kind,
        "What carries it: reason (a candidate of a plan), warning (a plan), violation (a check), policy.",
    ]
    means: Annotated[str, "What it means."]
    raised_by: Annotated[str, "What raises it."]
    mended_by: Annotated[str, "What mends it."]
    example: Annotated[str, "An example of it."]
