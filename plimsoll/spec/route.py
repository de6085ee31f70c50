"""How requests find a replica: evenly, or to the one that holds the prefix of their prompt."""

from collections.abc import Iterator

from pydantic import Field

from plimsoll.ground.problems import Problem
from plimsoll.spec.draft import Draft
from plimsoll.spec.frozen import Frozen

PATH = ("route", "prefix_aware")


class Route(Frozen):
    """How requests are spread over replicas."""

    prefix_aware: bool = Field(
        default=False,
        description="Send prompts that share a prefix to the replicas that hold it: an InferencePool behind "
        "a gateway, where there are replicas to choose from and load.shared_prefix_tokens to share.",
    )


def route_contradictions(spec: Draft) -> Iterator[Problem]:
    """Refuse routing by prefix for what has no prompts."""
    if spec.get(*PATH) is not True:
        return
    if spec.has("measured") and not spec.has("model"):
        why = "a measured service has no prompts that we know of"
        yield Problem("prefix_aware has no meaning beside measured", why, "remove route", PATH)
