"""The models as the JSON document that scripts read: `plimsoll.dev/models/v1`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from plimsoll.ground import meaning
from plimsoll.ground.meaning import Example
from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture, AttentionGroup
from plimsoll.show import json_text
from plimsoll.show.text import PIPED, Style
from plimsoll.sizing.memory.kv_cache import kv_bytes_per_token
from plimsoll.sizing.memory.weights import weight_bytes

SCHEMA = "plimsoll.dev/models/v1"


@dataclass(frozen=True, slots=True)
class Attention:
    """A run of layers that keep the same kind of attention state."""

    kind: Annotated[str, "full, sliding, mla or linear.", Example("full")]
    layers: Annotated[int, "Layers of this kind."]
    kv_heads: Annotated[int | None, "Key/value heads."]
    head_dim: Annotated[int | None, "Width of one head."]
    latent_dim: Annotated[int | None, "Width of the cached latent (MLA)."]
    window_tok: Annotated[int | None, "Tokens that a sliding window keeps."]


@dataclass(frozen=True, slots=True)
class ExpertCounts:
    """The experts of a mixture-of-experts layer."""

    count: Annotated[int, "Routed experts."]
    active: Annotated[int, "Routed experts that one token uses."]
    shared: Annotated[int, "Experts that every token uses."]


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One model of the catalogue."""

    name: Annotated[str, "Catalogue name.", Example("BAAI/bge-m3")]
    aliases: Annotated[list[str], "Other names that a spec may use."]
    task: Annotated[str, "llm, encoder, vision, speech or diffusion.", Example("encoder")]
    params: Annotated[int, "Parameters."]
    active_params: Annotated[int, "Parameters that one token multiplies with."]
    layers: Annotated[int | None, "Layers."]
    hidden: Annotated[int | None, "Width of the residual stream."]
    heads: Annotated[int | None, "Query heads."]
    vocab: Annotated[int | None, "Vocabulary size."]
    attention: Annotated[list[Attention], "Attention state, by runs of layers."]
    experts: Annotated[ExpertCounts | None, "Mixture of experts; null for a dense model."]
    max_context_tok: Annotated[int | None, "Longest context, tokens."]
    native_precision: Annotated[str, "Precision the weights are published in."]
    weights_gib: Annotated[float, "Weights at that precision, GiB."]
    kv_bytes_per_token: Annotated[int | None, "KV cache that one more token adds, bytes."]
    forward_flops: Annotated[float | None, "FLOPs of one item, for tasks without tokens."]
    gated: Annotated[bool, "Whether its weights need an accepted licence."]
    assumed: Annotated[list[str], "Facts that were assumed rather than read."]
    source: Annotated[str, "Where the facts come from."]
    as_of: Annotated[str, "Date of the oldest of the facts."]


@dataclass(frozen=True, slots=True)
class ModelList:
    """The models that a spec can name."""

    schema: Annotated[str, meaning.SCHEMA]
    models: Annotated[list[ModelFacts], "Every model that was asked for."]


def document(models: Sequence[Architecture]) -> ModelList:
    """Put models into their document."""
    return ModelList(SCHEMA, [_facts(model) for model in models])


def as_json(answer: Sequence[Architecture], _: Style = PIPED) -> str:
    """Write the models that were asked for."""
    return json_text.as_json(document(answer))


def _facts(model: Architecture) -> ModelFacts:
    experts = model.experts
    return ModelFacts(
        name=model.name,
        aliases=list(model.aliases),
        task=model.task,
        params=model.params,
        active_params=model.active_params,
        layers=model.layers or None,
        hidden=model.hidden or None,
        heads=model.heads or None,
        vocab=model.vocab or None,
        attention=[_attention(group) for group in model.attention],
        experts=ExpertCounts(experts.count, experts.active, experts.shared) if experts else None,
        max_context_tok=model.max_context_tok or None,
        native_precision=model.native_precision,
        weights_gib=round(weight_bytes(model, model.native_precision) / GIB, 2),
        kv_bytes_per_token=kv_bytes_per_token(model) if model.generates else None,
        forward_flops=model.forward_flops or None,
        gated=model.gated,
        assumed=list(model.assumed),
        source=model.source,
        as_of=model.as_of,
    )


def _attention(group: AttentionGroup) -> Attention:
    return Attention(
        kind=group.kind,
        layers=group.layers,
        kv_heads=group.kv_heads or None,
        head_dim=group.head_dim or None,
        latent_dim=group.latent_dim or None,
        window_tok=group.window_tok or None,
    )
