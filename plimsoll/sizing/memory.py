"""Memory decides what fits: weights, activations and KV cache on one accelerator of a replica.

The engine may use a fraction of the device. Weights, the peak of one step and what lies outside the
framework come off; the rest is the KV cache.
"""

from math import ceil
from typing import Annotated

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.base import AdapterSlots, EngineProfile
from plimsoll.engines.precision import KEPT_BITS, bits, cache_bytes
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.adapters import adapter_bytes
from plimsoll.sizing.kv_cache import sequence_bytes

SAMPLER_BYTES = 38.3
"""Bytes that sampling needs per request and vocabulary entry: fp32 logits, their sorted copy, indices,
probabilities and running sums. Fitted to the activation peaks that vLLM 0.11 reports on an H100 with
1,024 requests (llm-d Planner, docs/empirical-vllm-memory-results.md): 4.76 GiB for Llama-3.1-8B (we say
4.75), 4.84 for 70B at TP 2 (4.81), 5.56 to 5.64 for Qwen3 (5.63), 7.38 for gpt-oss-120b (7.39)."""

ALONE_BYTES, TOGETHER_BYTES = round(0.15 * GIB), round(0.60 * GIB)
"""Held outside the framework on one accelerator and on each of several (NCCL buffers); same source."""

FP4_HIDDEN_PAD = 256
FP4_WIDTH_PADS = ((10.0, 256), (9.0, 64), (0.0, 128))
"""The fp4 expert kernels pad the residual stream to a multiple of the first, and a rank's share of an
expert's width to one by compute capability: FlashInfer's from 10.0, Triton's on 9.0, Marlin's below (vLLM
v0.22 fused_moe/oracle/mxfp4.py). gpt-oss-120b, 60.8 GiB of files, loads 64.38 GiB with Triton (llm-d
Planner) and 65.97 with Marlin (vllm-project/vllm issue 23278); gpt-oss-20b 13.72 with Marlin."""

HOPPER = 9.0
"""The capability that a weight is told for where nobody names an accelerator."""


@record
class Placement:
    """A model's place: each of `tensor_parallel` ranks has a `share` of one accelerator (g6f: 1/8 to 1/2).

    `precision` is that of the weights, `kv_precision` the element type of the cache; `auto` is 16 bit.
    `made_at_load`: the checkpoint has 16 bit, and the engine quantises it. `adapters` lie beside the weights.
    """

    accelerator: Accelerator
    tensor_parallel: int = 1
    precision: str = "bf16"
    share: float = 1.0
    kv_precision: str = "auto"
    made_at_load: bool = False
    adapters: AdapterSlots | None = None

    @property
    def capability(self) -> float:
        """Compute capability of its accelerator."""
        return self.accelerator.compute_capability or HOPPER

    @property
    def device_bytes(self) -> float:
        """Nominal memory of one rank."""
        return self.accelerator.memory_bytes * self.share

    @property
    def visible_bytes(self) -> int:
        """What CUDA reports of it: nominal less what the driver and ECC keep."""
        return int(self.device_bytes * self.accelerator.visible_share)

    @property
    def outside_bytes(self) -> int:
        """What one rank holds outside the framework."""
        return ALONE_BYTES if self.tensor_parallel == 1 else TOGETHER_BYTES


@record
class MemoryFit:
    """Memory of one accelerator of a replica, in bytes.

    `usable` is the engine's fraction × device memory; `kv_cache` is what is left of it after weights and
    `activations` (the step's peak, CUDA graphs, and what lies outside the framework), negative if they
    do not fit. `longest_sequence` is the cache that one request of the greatest length takes. `loading` is
    the most that weights take while they are loaded, when nothing else is held yet.
    """

    weights: int
    activations: int
    usable: int
    longest_sequence: int
    loading: int
    engine: EngineProfile
    _arch: Architecture
    _placement: Placement

    @property
    def kv_cache(self) -> int:
        """Bytes that are left for the cache; negative if there are none."""
        return self.usable - self.weights - self.activations

    @property
    def sequences_limit(self) -> int:
        """Requests that the engine runs at once at most, whatever the cache holds."""
        return self.engine.sequences

    @property
    def fits(self) -> bool:
        """Whether the engine starts: weights load and fit, and one request of the greatest length does."""
        return self.loads and self.kv_cache >= 0 and self.kv_cache >= self.longest_sequence

    @property
    def loading_room(self) -> int:
        """Bytes that loading may take: all of the device, whatever share is kept for serving."""
        return self._placement.visible_bytes - self._placement.outside_bytes

    @property
    def loads(self) -> bool:
        """Whether the weights get onto the device at all."""
        return self.loading <= self.loading_room

    @property
    def shortfall(self) -> int:
        """Bytes that are missing per accelerator; 0 if it fits."""
        unloaded = self.loading - self.loading_room
        return max(self.longest_sequence - self.kv_cache, -self.kv_cache, unloaded, 0)

    def sequence_bytes(self, tokens: float) -> int:
        """Size the cache that one request of `tokens` takes on this accelerator."""
        return _sequence_bytes(self._arch, self._placement, self.engine, tokens)

    def longest_tok(self, most: int, share: float = 1.0) -> int:
        """Count the tokens of one request that a share of the cache holds: `most`, or whole blocks below.

        Windows and states do not grow, so a long request takes less than its length times that of a token.
        """
        room = int(self.kv_cache * share)
        whole = self.sequence_bytes(most)
        if whole <= room:
            return most
        block = self.engine.block_tok
        low, high = 0, -(-most // block)
        # Where all of it grows with the request, its share of the whole is right, and the next is the proof.
        guesses = [high * max(room, 0) // whole, high * max(room, 0) // whole + 1]
        while high - low > 1:
            middle = guesses.pop(0) if guesses else (low + high) // 2
            if low < middle < high:
                fits = self.sequence_bytes(middle * block) <= room
                low, high = (middle, high) if fits else (low, middle)
        return low * block

    def max_sequences(self, tokens: float) -> int:
        """Count requests of mean length `tokens` that the cache holds at once, within the engine's limit."""
        return min(self.cached_sequences(tokens), self.sequences_limit)

    def cached_sequences(self, tokens: float) -> int:
        """Count requests of mean length `tokens` that the cache holds, whatever the engine lets run."""
        if not self.fits:
            return 0
        each = self.sequence_bytes(tokens)
        return self.kv_cache // each if each else self.sequences_limit


@record
class MemoryGib:
    """Memory of one accelerator, GiB; `kv_cache` is None for a model that keeps none."""

    weights: Annotated[float, "Weights, GiB per accelerator."]
    kv_cache: Annotated[float | None, "What is left for the KV cache, GiB per accelerator."]
    activations: Annotated[float, "Reserve for activations, GiB per accelerator."]
    usable: Annotated[float, "Engine fraction × device memory, GiB per accelerator."]

    @classmethod
    def of(cls, fit: MemoryFit, *, cache: bool) -> "MemoryGib":
        """Tell of a fit; `cache` says whether such a model keeps a KV cache."""
        kv_cache = max(fit.kv_cache, 0) / GIB if cache else None
        return cls(fit.weights / GIB, kv_cache, fit.activations / GIB, fit.usable / GIB)


def fit(
    arch: Architecture, placement: Placement, engine: EngineProfile, max_model_len: float, step: int
) -> MemoryFit:
    """Fit a model on one accelerator of a replica, for requests of at most `max_model_len` tokens.

    `step` is the peak of one step beside the weights, in bytes: each kind of work knows its own.
    weights + activations + cache = fraction × nominal memory. The engine takes its fraction of what CUDA
    reports, which is less than nominal; the difference counts among the activations.
    """
    usable = int(engine.fraction * placement.device_bytes)
    hidden = usable - int(engine.fraction * placement.visible_bytes)
    weights = weight_bytes(arch, placement.precision, placement.tensor_parallel, placement.capability)
    if placement.adapters is not None:
        weights += adapter_bytes(arch, placement.adapters, placement.tensor_parallel)
    return MemoryFit(
        weights=weights,
        activations=hidden + placement.outside_bytes + engine.graph_bytes + step,
        usable=usable,
        longest_sequence=_sequence_bytes(arch, placement, engine, max_model_len, engine.batched_tok),
        loading=loading_bytes(arch, placement, engine.quantising),
        engine=engine,
        _arch=arch,
        _placement=placement,
    )


def _sequence_bytes(
    arch: Architecture, placement: Placement, engine: EngineProfile, tokens: float, step_tok: int = 0
) -> int:
    width = cache_bytes(placement.kv_precision)
    return sequence_bytes(arch, tokens, placement.tensor_parallel, width, engine.block_tok, step_tok)


def weight_bytes(
    arch: Architecture, precision: str, tensor_parallel: int = 1, capability: float = HOPPER
) -> int:
    """Weigh what one accelerator holds: a share of everything that tensor parallelism splits.

    A quantised checkpoint keeps embedding, head and `kept_params` at 16 bit. MLA's down-projections and
    K/V projections beyond one head per rank are held whole. Counting parameters this way gives 67.7 GiB
    for Llama-3.3-70B in fp8 and 61.0 for Qwen3-32B in bf16, against 67.72 and 61.03 measured (llm-d
    Planner): vLLM loads what the files hold, and no surcharge is added.
    """
    width = bits(arch, precision)
    kept = _kept(arch, precision) if width < KEPT_BITS else 0
    packed = arch.params - kept + (_padding(arch, tensor_parallel, capability) if precision == "fp4" else 0)
    whole = packed * width / 8 + kept * 2
    if tensor_parallel == 1:
        return ceil(whole)
    copies = (arch.replicated_params + _copied_projections(arch, tensor_parallel)) * width / 8
    copies += _routers(arch) * (1 - 1 / tensor_parallel) * KEPT_BITS / 8
    return ceil((whole - arch.replicated_params * width / 8) / tensor_parallel + copies)


def loading_bytes(arch: Architecture, placement: Placement, quantising: str) -> int:
    """Weigh the most that one rank holds while weights are loaded.

    A checkpoint of the planned precision is loaded as it is. One of 16 bit that the engine quantises is
    held, by the engine's version (`catalog/data/engines.csv`, fact `quantising`), `whole` until all of it
    is there, in `both` precisions, or one `layer` of it at a time.
    """
    split = placement.tensor_parallel
    made = weight_bytes(arch, placement.precision, split, placement.capability)
    if not placement.made_at_load:
        return made
    read = weight_bytes(arch, "bf16", split)
    if quantising == "layer":
        body = read - 2 * (arch.embedding_params + arch.head_params) // split
        return made + body // max(arch.layers, 1)
    return read + made if quantising == "both" else max(read, made)


def _kept(arch: Architecture, precision: str) -> int:
    """Count the parameters at 16 bit: tables and what else is kept, less tables that the files pack."""
    packed = arch.packed_table_params if precision == arch.native_precision else 0
    return arch.embedding_params + arch.head_params + arch.kept_params - packed


def _routers(arch: Architecture) -> int:
    """Count the parameters of routers, which every rank holds whole (vLLM `ReplicatedLinear`)."""
    return arch.experts.count * arch.hidden * arch.experts.layers if arch.experts is not None else 0


def _padding(arch: Architecture, tensor_parallel: int, capability: float) -> int:
    """Count what the kernels pad all experts by, over all ranks."""
    if arch.experts is None or not arch.experts.ffn_dim:
        return 0
    experts = arch.experts
    unit = next(pad for lowest, pad in FP4_WIDTH_PADS if capability >= lowest)
    stream = _multiple(arch.hidden, FP4_HIDDEN_PAD)
    width = _multiple(experts.ffn_dim / tensor_parallel, unit) * tensor_parallel
    return 3 * (stream * width - arch.hidden * experts.ffn_dim) * experts.count * experts.layers


def _multiple(number: float, unit: int) -> int:
    return ceil(number / unit) * unit


def _copied_projections(arch: Architecture, tensor_parallel: int) -> float:
    """Count K/V projection parameters on a rank beyond its even share, where ranks outnumber K/V heads."""
    extra = 0.0
    for group in arch.attention:
        if group.kv_heads and group.kv_heads < tensor_parallel:
            heads = 1 - group.kv_heads / tensor_parallel
            extra += (
                group.layers * arch.hidden * heads * (group.head_dim + (group.value_dim or group.head_dim))
            )
    return extra


def step_bytes(arch: Architecture, tensor_parallel: int, batched_tok: int, sequences: int) -> int:
    """Take the peak of a step that generates: the larger of the layers' and the sampler's.

    The sampler holds `SAMPLER_BYTES` for every request and vocabulary entry, on every rank, while the last
    hidden states live.
    """
    rows = min(sequences, batched_tok)
    sampler = _stream_bytes(arch, batched_tok) + SAMPLER_BYTES * rows * arch.vocab
    return max(layers_bytes(arch, tensor_parallel, batched_tok), ceil(sampler))


def layers_bytes(arch: Architecture, tensor_parallel: int, batched_tok: int) -> int:
    """Sum what the layers hold at their peak for `batched_tok` tokens.

    That is the residual stream and the widest layer's inputs and outputs.
    """
    widest = 3 * arch.ffn_dim / tensor_parallel
    if arch.experts is not None:
        experts = arch.experts
        width = 3 * experts.ffn_dim / tensor_parallel + arch.hidden
        widest = max(widest, (experts.active + experts.shared) * width)
    return ceil(3 * _stream_bytes(arch, batched_tok) + 2 * batched_tok * widest)


def _stream_bytes(arch: Architecture, batched_tok: int) -> int:
    """Multiply the residual stream of one step out, at 16 bit."""
    return 2 * batched_tok * arch.hidden


def tensor_parallel_problem(arch: Architecture, tensor_parallel: int) -> str:
    """Say why a model cannot be split over so many accelerators, as a clause; empty if it can.

    vLLM splits query heads evenly, and K/V heads evenly or in whole copies; expert and dense widths must
    divide. The vocabulary is padded, so it never forbids a split.
    """
    if tensor_parallel == 1:
        return ""
    if arch.heads and arch.heads % tensor_parallel:
        return f"{arch.heads} attention heads do not divide by tensor parallel {tensor_parallel}"
    for group in arch.attention:
        kv = group.kv_heads
        if kv and kv % tensor_parallel and tensor_parallel % kv:
            return f"{kv} key/value heads neither divide by tensor parallel {tensor_parallel} nor it by them"
    dense = arch.experts is None or arch.layers > arch.experts.layers
    if dense and arch.ffn_dim % tensor_parallel:
        return f"feed-forward width {arch.ffn_dim} does not divide by tensor parallel {tensor_parallel}"
    if arch.experts is not None and arch.experts.ffn_dim % tensor_parallel:
        return f"expert width {arch.experts.ffn_dim} does not divide by tensor parallel {tensor_parallel}"
    return ""
