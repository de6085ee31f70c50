"""A hosted price stands beside a plan, so that both can be compared; it is never chosen."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from plimsoll.ground.problems import Problem
from plimsoll.spec.draft import Draft
from plimsoll.spec.frozen import Frozen
from plimsoll.spec.values import Text, Unit, Within

TokenDollars = Annotated[float, Within(0, 1e6), Unit("US dollars per 10^6 tokens")]


class Alternative(Frozen):
    """What somebody else asks for the same answers."""

    usd_per_million_input_tokens: TokenDollars = Field(
        default=0.0, description="Price of 10^6 prompt tokens.", examples=[0.2]
    )
    usd_per_million_output_tokens: TokenDollars = Field(
        default=0.0, description="Price of 10^6 generated tokens.", examples=[0.6]
    )
    source: Text = Field(description="Who asks it, and when that was read.", examples=["price list 2026-11"])


def alternative_contradictions(spec: Draft) -> Iterator[Problem]:
    """Refuse a price of tokens beside what counts none: its month would be made up."""
    if spec.has("measured") and not spec.has("model"):
        why = "its prices are of tokens, and a measured service counts none"
        yield Problem("alternative has no meaning beside measured", why, "remove it", ("alternative",))
