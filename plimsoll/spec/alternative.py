"""A hosted price stands beside a plan, so that both can be compared; it is never chosen."""

from typing import Annotated

from pydantic import Field

from plimsoll.spec.frozen import Frozen
from plimsoll.spec.values import Text, Unit

TokenDollars = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False), Unit("US dollars per 10^6 tokens")]


class Alternative(Frozen):
    """What somebody else asks for the same answers."""

    usd_per_million_input_tokens: TokenDollars = Field(
        default=0.0, description="Price of 10^6 prompt tokens.", examples=[0.2]
    )
    usd_per_million_output_tokens: TokenDollars = Field(
        default=0.0, description="Price of 10^6 generated tokens.", examples=[0.6]
    )
    source: Text = Field(description="Who asks it, and when that was read.", examples=["price list 2026-11"])
