"""The documents of `offers`, `models`, `accuracy` and `preview` as types, for their published schemas.

The commands write these documents as plain data; the tests hold their output against these types.
"""

from typing import Any

from pydantic import BaseModel, Field

UnitPrice = str
_USD_HOUR = "US dollars per instance-hour with all decimals of the source; null if it is not sold so."
_SOURCE = "Where the facts come from."
_AS_OF = "Date of the oldest of the facts."


class PerHour(BaseModel):
    """Unit prices by the way of buying."""

    on_demand: UnitPrice | None = Field(description=_USD_HOUR, examples=["0.8048"])
    spot: UnitPrice | None = Field(description=_USD_HOUR)
    reserved_1y: UnitPrice | None = Field(description=_USD_HOUR + " One year, no upfront payment.")


class Inferred(BaseModel):
    """How a price was derived where no list price was read; null where one was."""

    on_demand: str | None = Field(description="Derivation of the on-demand price.")
    spot: str | None = Field(description="Derivation of the spot price.")
    reserved_1y: str | None = Field(description="Derivation of the one-year price.")


class Offer(BaseModel):
    """One instance type in one region."""

    instance_type: str = Field(description="EC2 instance type.", examples=["g6.xlarge"])
    region: str = Field(description="AWS region.", examples=["us-east-1"])
    accelerator: str | None = Field(description="Accelerator; null for a CPU-only type.", examples=["L4"])
    accelerators: int = Field(description="Accelerators of one instance.")
    accelerator_fraction: float = Field(description="Share of one accelerator (1, or less for a slice).")
    usd_per_hour: PerHour = Field(description="Prices.")
    inferred: Inferred = Field(description="Derivations of prices that were not read from a list.")
    spot_flag: str | None = Field(description="What is odd about the spot price, if anything is.")
    zones: int = Field(description="Availability zones that offer it.")
    source: str = Field(description=_SOURCE)
    as_of: str = Field(description=_AS_OF)


class Offers(BaseModel):
    """What AWS rents, where, at what price."""

    priced_on: str = Field(description="Date of the prices.", examples=["2026-08-10"])
    offers: list[Offer] = Field(description="Every offer that was asked for.")


class Attention(BaseModel):
    """A run of layers that keep the same kind of attention state."""

    kind: str = Field(description="full, sliding, mla or linear.", examples=["full"])
    layers: int = Field(description="Layers of this kind.")
    kv_heads: int | None = Field(description="Key/value heads.")
    head_dim: int | None = Field(description="Width of one head.")
    latent_dim: int | None = Field(description="Width of the cached latent (MLA).")
    window_tok: int | None = Field(description="Tokens that a sliding window keeps.")


class ExpertCounts(BaseModel):
    """The experts of a mixture-of-experts layer."""

    count: int = Field(description="Routed experts.")
    active: int = Field(description="Routed experts that one token uses.")
    shared: int = Field(description="Experts that every token uses.")


class ModelFacts(BaseModel):
    """One model of the catalogue."""

    name: str = Field(description="Catalogue name.", examples=["BAAI/bge-m3"])
    aliases: list[str] = Field(description="Other names that a spec may use.")
    task: str = Field(description="llm, encoder, vision, speech or diffusion.", examples=["encoder"])
    params: int = Field(description="Parameters.")
    active_params: int = Field(description="Parameters that one token multiplies with.")
    layers: int | None = Field(description="Layers.")
    hidden: int | None = Field(description="Width of the residual stream.")
    heads: int | None = Field(description="Query heads.")
    vocab: int | None = Field(description="Vocabulary size.")
    attention: list[Attention] = Field(description="Attention state, by runs of layers.")
    experts: ExpertCounts | None = Field(description="Mixture of experts; null for a dense model.")
    max_context_tok: int | None = Field(description="Longest context, tokens.")
    native_precision: str = Field(description="Precision the weights are published in.")
    weights_gib: float = Field(description="Weights at that precision, GiB.")
    kv_bytes_per_token: int | None = Field(description="KV cache that one more token adds, bytes.")
    forward_flops: float | None = Field(description="FLOPs of one item, for tasks without tokens.")
    gated: bool = Field(description="Whether its weights need an accepted licence.")
    assumed: list[str] = Field(description="Facts that were assumed rather than read.")
    source: str = Field(description=_SOURCE)
    as_of: str = Field(description=_AS_OF)


class Models(BaseModel):
    """The models that a spec can name."""

    models: list[ModelFacts] = Field(description="Every model that was asked for.")


class Row(BaseModel):
    """The answer to one measured point."""

    id: str = Field(description="Identifier of the point, as in the file.")
    answered: bool = Field(description="Whether there is a prediction.")
    predicted: float | None = Field(description="The metric of the row in its unit, for the whole system.")
    low: float | None = Field(description="10th percentile of the measured value.")
    high: float | None = Field(description="90th percentile of the measured value.")
    reason: str | None = Field(description="Why there is no prediction; null if there is one.")


class Summary(BaseModel):
    """The score over all rows that have a measured value."""

    rows: int = Field(description="Rows of the file.")
    answered: int = Field(description="Rows with a prediction.")
    fitted_constants: int = Field(description="Constants of the speed model that were fitted.")
    subsets: list[dict[str, Any]] = Field(description="Scores, one per set of rows.")


class Accuracy(BaseModel):
    """The speed model scored against measured points."""

    points: str = Field(description="The file of points.")
    rows: list[Row] = Field(description="One answer per line of the file, in its order.")
    summary: Summary = Field(description="The score.")


class Bounds(BaseModel):
    """Monthly US dollars with two decimals; null if something cannot be priced or has no bound."""

    floor: str | None = Field(description="With no traffic.", examples=["2727.75"])
    ceiling: str | None = Field(description="The most it can cost.", examples=["3051.64"])


class NotPriced(BaseModel):
    """A resource without a price."""

    urn: str = Field(description="Resource.")
    code: str = Field(description="Violation code.")
    message: str = Field(description="Why it cannot be priced.")


class PreviewedResource(BaseModel):
    """One resource that the stack would create."""

    urn: str = Field(description="Pulumi URN.")
    type: str = Field(description="Pulumi type token.")
    name: str = Field(description="Logical name.")
    parent: str | None = Field(description="URN of the parent.")
    provider: str | None = Field(description="URN of the provider.")
    inputs: dict[str, Any] = Field(description="Inputs; secrets and unknown values are named, not shown.")
    dependencies: list[str] = Field(description="URNs it depends on.")
    usd_per_month: Bounds = Field(description="What it can cost by itself.")


class Preview(BaseModel):
    """The resource graph of a stack, priced."""

    stack: str = Field(description="Stack.")
    region: str | None = Field(description="AWS region.")
    priced_on: str = Field(description="Date of the prices.")
    usd_per_month: Bounds = Field(description="The whole graph.")
    cannot_price: list[NotPriced] = Field(description="Resources without a price.")
    resources: list[PreviewedResource] = Field(description="Every resource, by URN.")
