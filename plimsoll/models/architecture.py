"""An architecture holds the facts of a model that memory and speed need, and nothing else."""

from typing import Literal

from plimsoll.ground.start_up import record

Task = Literal["llm", "encoder", "vision", "speech", "diffusion"]
AttentionKind = Literal["full", "sliding", "mla", "linear", "cross"]


@record
class AttentionGroup:
    """A run of layers that keep the same kind of attention state.

    `kv_heads` and `head_dim` describe one K (and one V) entry; `value_dim` is the width of V where it
    differs from K's, else 0. For `mla` the cached row is `latent_dim` elements, stored once.
    `window_tok` bounds a sliding window; for `cross` it counts the positions of the other side, which are
    kept and read whole whatever the request's length. `state_bytes` is the constant per-sequence state of one
    linear (Mamba-like) layer. `index_bytes_tok` is what a sparse-attention indexer keeps per token
    and layer beside the cache (DeepSeek-V3.2, GLM-5). `borrowers` are further layers that read the cache of
    these and keep none of their own (Gemma 3n, Gemma 4).
    """

    kind: AttentionKind
    layers: int
    kv_heads: int = 0
    head_dim: int = 0
    latent_dim: int = 0
    window_tok: int = 0
    state_bytes: int = 0
    value_dim: int = 0
    index_bytes_tok: int = 0
    borrowers: int = 0

    def __hash__(self) -> int:
        """Hash what differs most between the groups of a model: a search looks one up some hundred times."""
        return hash((self.kind, self.layers, self.kv_heads))


GATED_MATRICES = 3
"""Weight matrices of a gated feed-forward: gate, up and down."""


@record
class Experts:
    """The mixture-of-experts part: per MoE layer `count` experts, `active` of them per token."""

    count: int
    active: int
    shared: int
    ffn_dim: int
    layers: int


@record
class SpeechParts:
    """The encoder of an encoder–decoder speech model, and what it hands to the decoder.

    Audio is cut into windows of `window_s` seconds; one pass of the encoder makes `frames` positions of each.
    `cross_params` are the decoder's projections of those positions to keys and values, which multiply once a
    window and not in each step. `prompt_tok` tokens come before the first token of an answer.
    """

    window_s: float
    frames: int
    encoder_layers: int
    encoder_params: int
    cross_params: int
    prompt_tok: int


@record
class Architecture:
    """One model.

    `params` and `active_params` are whole counts (not billions); `active_params` is what one token
    multiplies with, the input embedding left out of neither. `embedding_params` is the input
    embedding table, gathered rather than streamed; `head_params` the output projection (0 if tied:
    the table is then streamed once). `forward_flops` is the cost of one item (an image, the encoder's
    pass over a window of audio, one picture) for tasks without tokens, else 0; images and pictures are
    `image_px` wide and high, cut into patches of `patch_px` where a transformer reads them. `passes`
    counts how often the active part runs for one item, one time after another (the steps of a diffusion
    model). `checkpoint_bytes` is the size on disk per native-precision checkpoint, None if unknown.
    `native_precision` is how the weights are published.
    `kept_params` stay at 16 bit in a quantised checkpoint, beside embedding and head, of which the native
    checkpoint packs `packed_table_params` like the rest. `aside_params`, also among `params`, are those
    that no step of text reads as a whole: towers, projectors, and tables looked up row by row.
    """

    name: str
    task: Task
    params: int
    active_params: int
    layers: int = 0
    hidden: int = 0
    heads: int = 0
    ffn_dim: int = 0
    vocab: int = 0
    embedding_params: int = 0
    head_params: int = 0
    attention: tuple[AttentionGroup, ...] = ()
    experts: Experts | None = None
    max_context_tok: int = 0
    native_precision: str = "bf16"
    checkpoint_bytes: int | None = None
    forward_flops: float = 0.0
    image_px: int = 0
    patch_px: int = 0
    passes: int = 1
    speech: SpeechParts | None = None
    aliases: tuple[str, ...] = ()
    gated: bool = False
    kept_params: int = 0
    packed_table_params: int = 0
    aside_params: int = 0
    native_bits: float = 0.0
    replicated_params: int = 0
    locates: bool = False
    """Finds things in an image, with boxes or masks, in place of one answer for the whole."""
    quantised_by: str = ""
    """The method of a quantised checkpoint as engines call it (`awq`); empty for plain weights."""
    cache_precision: str = ""
    """The element type that a quantised checkpoint declares for its KV cache (`fp8`); empty for none."""
    source: str = ""
    as_of: str = ""
    assumed: tuple[str, ...] = ()
    """Names of the facts that were not given but assumed; each becomes an assumption of the plan."""

    left_out: tuple[str, ...] = ()
    """Names of the facts that the config leaves out, because they are the defaults of its class."""

    @property
    def generates(self) -> bool:
        """Whether it answers token by token, and so keeps a cache."""
        return self.task == "llm"

    @property
    def asleep_per_expert(self) -> float:
        """Parameters of one expert, all layers, by what one token leaves asleep; 0 where it wakes all."""
        experts = self.experts
        if experts is None or experts.active >= experts.count:
            return 0.0
        return (self.params - self.active_params) / (experts.count - experts.active)

    @property
    def gated_per_expert(self) -> int:
        """Parameters of one expert, all layers, with a gate and rows of the full width; 0 without experts."""
        experts = self.experts
        return GATED_MATRICES * self.hidden * experts.ffn_dim * experts.layers if experts is not None else 0

    @property
    def routed_params(self) -> int:
        """Parameters of all experts that tokens are routed to; 0 without any.

        Those of gated experts, fewer where those that sleep are fewer: experts without a gate have two
        matrices, and some read a narrower row than the rest (Nemotron 3).
        """
        if self.experts is None:
            return 0
        gated, asleep = self.gated_per_expert, self.asleep_per_expert
        return int(self.experts.count * min(gated, asleep or gated))
