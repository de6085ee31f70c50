"""An architecture guessed from the little a spec says: parameters, and whatever else is known.

Everything guessed is named in `assumed`, so that a plan prints it.
"""

from dataclasses import dataclass
from math import ceil, log2, sqrt
from typing import TYPE_CHECKING

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.models.architecture import Architecture, AttentionGroup, Experts

if TYPE_CHECKING:  # pydantic costs more start-up than everything else here together
    from plimsoll.spec.workload import ModelShape

WIDTH_PER_LAYER = 128
"""Hidden width ÷ layers: 128 for Llama 8B, 13B and 405B, 102 for 70B, 80 for Qwen 32B."""

PARAMS_PER_WIDTH2 = 13
"""Parameters of a layer ÷ hidden²: 2.5 of grouped-query attention, 10.5 of a gated FFN 3.5 × as wide."""

HEAD_DIM = 128
KV_HEADS = 8
VOCAB = 128_256
SMALL_VOCAB = 32_000
SMALL_PARAMS = 5e8
"""Below this many parameters a large vocabulary would be most of the model: Llama 2's is taken."""

EXPERT_STEP = 128
"""Expert widths are multiples of this, so that they split over accelerators."""

CONTEXT_TOK = 131_072
"""What Llama 3.1 and most models since have."""

TIED_SHARE = 0.1
"""Head and embedding share one table where two would take more than this share of the parameters."""

_WIDTH_STEP = KV_HEADS * HEAD_DIM
_EXPERT_MARGIN = 1.25


@dataclass(slots=True)
class _Dimensions:
    """Sizes, given or guessed, and the names of the guessed ones."""

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    vocab: int
    assumed: list[str]


def from_shape(name: str, shape: "ModelShape") -> Architecture:
    """Fill in an architecture around a number of parameters.

    Rule: a Llama-like decoder with hidden = 128 × layers and 13 × hidden² parameters per layer, so that
    layers = ∛(parameters ÷ 212,992): 34 for 8 B, 40 for 13 B, 70 for 70 B. A sparse model takes the sizes
    of a dense one with the geometric mean of its total and active parameters. The FFN takes what is left.

    Args:
        name: What plans call the model.
        shape: What the spec says.

    Raises:
        SpecError: the sizes contradict each other.
    """
    params = round(shape.params_b * 1e9)
    active = min(round((shape.active_params_b or shape.params_b) * 1e9), params)
    _check(shape)
    sizes = _dimensions(shape, sqrt(params * active))
    attention = _attention_params(sizes)
    table = sizes.vocab * sizes.hidden
    head = 0 if 2 * table > TIED_SHARE * params else table
    left = params - attention - table - head
    if left < 3 * sizes.hidden * sizes.layers:
        raise SpecError(_too_small(shape, params - left))
    experts = _experts(sizes, params, active) if active < params else None
    ffn_dim = ceil(left / (3 * sizes.hidden * sizes.layers))
    if experts is not None:
        sizes.assumed += ["experts", "experts_per_token"]
        ffn_dim = experts.ffn_dim * experts.active
    return Architecture(
        name=name,
        task="llm",
        params=params,
        active_params=active,
        layers=sizes.layers,
        hidden=sizes.hidden,
        heads=sizes.heads,
        ffn_dim=ffn_dim,
        vocab=sizes.vocab,
        embedding_params=table,
        head_params=head,
        attention=(AttentionGroup("full", sizes.layers, sizes.kv_heads, sizes.head_dim),),
        experts=experts,
        max_context_tok=CONTEXT_TOK,
        native_precision="bf16",
        source="the spec (params_b)",
        assumed=(*sizes.assumed, "ffn_dim", "max_context_tok", "native_precision"),
    )


def _check(shape: "ModelShape") -> None:
    problems: list[Problem] = []
    if shape.active_params_b is not None and shape.active_params_b > shape.params_b:
        what = f"{shape.active_params_b:g} active of {shape.params_b:g} parameters (10^9)"
        problems.append(
            Problem(what=what, fix="active_params_b is at most params_b", path="model.active_params_b")
        )
    if shape.heads and shape.kv_heads and shape.heads % shape.kv_heads:
        what = f"{shape.heads} query heads do not divide among {shape.kv_heads} key/value heads"
        problems.append(Problem(what=what, fix="heads must be a multiple of kv_heads", path="model.kv_heads"))
    if problems:
        raise SpecError(problems)


def _dimensions(shape: "ModelShape", dense_params: float) -> _Dimensions:
    assumed = [
        key
        for key in ("layers", "hidden", "heads", "kv_heads", "head_dim", "vocab")
        if getattr(shape, key) is None
    ]
    head_dim = shape.head_dim or HEAD_DIM
    per_cube = PARAMS_PER_WIDTH2 * WIDTH_PER_LAYER**2
    if shape.layers:
        layers = shape.layers
    elif shape.hidden:
        layers = max(round(dense_params / (PARAMS_PER_WIDTH2 * shape.hidden**2)), 1)
    else:
        layers = max(2 * round((dense_params / per_cube) ** (1 / 3) / 2), 2)
    if shape.hidden:
        hidden = shape.hidden
    elif shape.heads:
        hidden = shape.heads * head_dim
    else:
        step = _WIDTH_STEP if dense_params > SMALL_PARAMS else HEAD_DIM
        hidden = max(round(sqrt(dense_params / (PARAMS_PER_WIDTH2 * layers)) / step), 1) * step
    heads = shape.heads or max(hidden // head_dim, shape.kv_heads or 1)
    if shape.kv_heads and heads % shape.kv_heads:
        heads = ceil(heads / shape.kv_heads) * shape.kv_heads
    kv_heads = shape.kv_heads or next(
        count for count in range(min(KV_HEADS, heads), 0, -1) if heads % count == 0
    )
    vocab = shape.vocab or (VOCAB if shape.params_b * 1e9 > SMALL_PARAMS else SMALL_VOCAB)
    return _Dimensions(layers, hidden, heads, kv_heads, head_dim, vocab, assumed)


def _attention_params(sizes: _Dimensions) -> int:
    return sizes.layers * sizes.hidden * sizes.head_dim * (2 * sizes.heads + 2 * sizes.kv_heads)


def _experts(sizes: _Dimensions, params: int, active: int) -> Experts:
    """Experts such that the idle ones account for total − active: 8 of a power of two × 8 per layer.

    Of R expert parameters the share k/E is active, so R = (total − active) ÷ (1 − k/E); E/k is the next
    power of two above 1.25 × total ÷ active, which keeps R below the total.
    """
    ratio = 2 ** ceil(log2(_EXPERT_MARGIN * params / active))
    chosen = 8 if ratio > 4 else 2
    routed = (params - active) / (1 - 1 / ratio)
    exact = routed / (3 * sizes.hidden * chosen * ratio * sizes.layers)
    width = max(round(exact / EXPERT_STEP), 1) * EXPERT_STEP
    return Experts(chosen * ratio, chosen, 0, width, sizes.layers)


def _too_small(shape: "ModelShape", taken: int) -> Problem:
    return Problem(
        what=f"params_b {shape.params_b:g} is too small for the sizes given with it",
        why=f"attention and the vocabulary alone take {taken / 1e9:.3g} × 10^9 parameters",
        fix="correct params_b, or leave out what you are not sure of",
        path="model.params_b",
    )
