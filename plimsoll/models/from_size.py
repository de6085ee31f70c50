"""An architecture is guessed from the little that is known of a model: parameters, and whatever else.

Everything guessed is named in `assumed`, so that a plan prints it.
"""

from dataclasses import dataclass
from math import ceil, log2, sqrt

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture, AttentionGroup, Experts

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

TIED_SHARE = 0.1
"""Head and embedding share one table where two would take more than this share of the parameters."""

_WIDTH_STEP = KV_HEADS * HEAD_DIM
_EXPERT_MARGIN = 1.25


@record
class KnownSize:
    """A size says what somebody knows of a model; None where they do not.

    `params_b` and `active_params_b` count parameters in 10^9; `active_params_b` of None means all.
    """

    params_b: float
    active_params_b: float | None = None
    layers: int | None = None
    hidden: int | None = None
    heads: int | None = None
    kv_heads: int | None = None
    head_dim: int | None = None
    vocab: int | None = None


_GUESSED = ("layers", "hidden", "heads", "kv_heads", "head_dim", "vocab")


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


def from_size(name: str, known: KnownSize) -> Architecture:
    """Fill in an architecture around a number of parameters.

    Rule: a Llama-like decoder with hidden = 128 × layers and 13 × hidden² parameters per layer, so that
    layers = ∛(parameters ÷ 212,992): 34 for 8 B, 40 for 13 B, 70 for 70 B. A sparse model takes the sizes
    of a dense one with the geometric mean of its total and active parameters. The FFN takes what is left.

    Args:
        name: What plans call the model.
        known: What the spec says.

    Raises:
        SpecError: the sizes contradict each other.
    """
    _check(known)
    params = round(known.params_b * 1e9)
    active = min(round((known.active_params_b or known.params_b) * 1e9), params)
    sizes = _dimensions(known, sqrt(params * active))
    table = sizes.vocab * sizes.hidden
    head = 0 if 2 * table > TIED_SHARE * params else table
    left = params - _attention_params(sizes) - table - head
    matrices = 3 * sizes.hidden * sizes.layers
    if left < matrices:
        raise SpecError(_too_small(known, params - left))
    experts = _experts(sizes, params, active) if active < params else None
    return Architecture(
        name=name,
        task="llm",
        params=params,
        active_params=active,
        layers=sizes.layers,
        hidden=sizes.hidden,
        heads=sizes.heads,
        ffn_dim=experts.ffn_dim * experts.active if experts else ceil(left / matrices),
        vocab=sizes.vocab,
        embedding_params=table,
        head_params=head,
        attention=(AttentionGroup("full", sizes.layers, sizes.kv_heads, sizes.head_dim),),
        experts=experts,
        native_precision="bf16",
        source="usual for a model of its size (params_b)",
        assumed=_assumed(sizes, sparse=experts is not None),
    )


def _assumed(sizes: _Dimensions, *, sparse: bool) -> tuple[str, ...]:
    of_experts = ("experts", "experts_per_token") if sparse else ()
    return (*sizes.assumed, *of_experts, "ffn_dim", "native_precision")


def _check(known: KnownSize) -> None:
    problems: list[Problem] = []
    if known.active_params_b is not None and known.active_params_b > known.params_b:
        what = f"{known.active_params_b:g} active of {known.params_b:g} parameters (10^9)"
        problems.append(
            Problem(what=what, fix="active_params_b is at most params_b", path=("model", "active_params_b"))
        )
    if known.heads and known.kv_heads and known.heads % known.kv_heads:
        what = f"{known.heads} query heads do not divide among {known.kv_heads} key/value heads"
        problems.append(
            Problem(what=what, fix="heads must be a multiple of kv_heads", path=("model", "kv_heads"))
        )
    if problems:
        raise SpecError(problems)


def _dimensions(known: KnownSize, dense_params: float) -> _Dimensions:
    head_dim = known.head_dim or HEAD_DIM
    layers = known.layers or _layers(known, dense_params)
    hidden = known.hidden or _hidden(known, dense_params, layers, head_dim)
    heads = known.heads or max(hidden // head_dim, known.kv_heads or 1)
    if known.kv_heads and heads % known.kv_heads:
        heads = ceil(heads / known.kv_heads) * known.kv_heads
    kv_heads = known.kv_heads or _largest_divisor(heads, KV_HEADS)
    vocab = known.vocab or (VOCAB if known.params_b * 1e9 > SMALL_PARAMS else SMALL_VOCAB)
    assumed = [key for key in _GUESSED if getattr(known, key) is None]
    return _Dimensions(layers, hidden, heads, kv_heads, head_dim, vocab, assumed)


def _layers(known: KnownSize, dense_params: float) -> int:
    if known.hidden:
        return max(round(dense_params / (PARAMS_PER_WIDTH2 * known.hidden**2)), 1)
    per_cube = PARAMS_PER_WIDTH2 * WIDTH_PER_LAYER**2
    return max(2 * round((dense_params / per_cube) ** (1 / 3) / 2), 2)


def _hidden(known: KnownSize, dense_params: float, layers: int, head_dim: int) -> int:
    if known.heads:
        return known.heads * head_dim
    step = _WIDTH_STEP if dense_params > SMALL_PARAMS else HEAD_DIM
    return max(round(sqrt(dense_params / (PARAMS_PER_WIDTH2 * layers)) / step), 1) * step


def _largest_divisor(number: int, most: int) -> int:
    return next(count for count in range(min(most, number), 0, -1) if number % count == 0)


def _attention_params(sizes: _Dimensions) -> int:
    return sizes.layers * sizes.hidden * sizes.head_dim * (2 * sizes.heads + 2 * sizes.kv_heads)


def _experts(sizes: _Dimensions, params: int, active: int) -> Experts:
    """Choose experts such that the idle ones account for total − active: 8 of a power of two × 8 per layer.

    Of R expert parameters the share k/E is active, so R = (total − active) ÷ (1 − k/E); E/k is the next
    power of two above 1.25 × total ÷ active, which keeps R below the total.
    """
    ratio = 2 ** ceil(log2(_EXPERT_MARGIN * params / active))
    chosen = 8 if ratio > 4 else 2
    routed = (params - active) / (1 - 1 / ratio)
    exact = routed / (3 * sizes.hidden * chosen * ratio * sizes.layers)
    width = max(round(exact / EXPERT_STEP), 1) * EXPERT_STEP
    return Experts(chosen * ratio, chosen, 0, width, sizes.layers)


def _too_small(known: KnownSize, taken: int) -> Problem:
    return Problem(
        what=f"params_b {known.params_b:g} is too small for the sizes given with it",
        why=f"attention and the vocabulary alone take {taken / 1e9:.3g} × 10^9 parameters",
        fix="correct params_b, or leave out what you are not sure of",
        path=("model", "params_b"),
    )
