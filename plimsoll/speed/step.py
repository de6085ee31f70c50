"""A step of an engine takes what a roofline with measured efficiency, all-reduce and overhead says.

t = sum over kernels of (memory^q + compute^q)^(1/q), all-reduces, gaps; and the host beside. Kernels run one
after the other and each has its own roofline: products with weights that every token takes, those of the
distinct experts of a mixture, attention over the cache, and what crosses memory between them. The q-norm
rounds the corner of a roofline: at the ridge neither limit is reached. The host's work on a step overlaps
with the accelerator's as far as the engine plans ahead.
"""

from dataclasses import replace

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.benchmarked import REFERENCE, SERVING, chunk_tokens, graphed_tokens
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.speed.coefficients import Setting, multiplying, overhead, reading, reducing
from plimsoll.speed.facts import Basis, SpeedFacts
from plimsoll.speed.step_work import StepWork, step_work


@record
class StepModel:
    """Times of one replica, in seconds. Every method is non-decreasing in each argument.

    `decode_s` and `prefill_s` are the two ends of a step; `mixed_prefill_s` is the marginal cost of
    prefill tokens that share a step with decoding. `first_token_s` adds what a lone request meets
    outside the accelerator. `sheet_s_byte` and `sheet_s_flop` are the data sheet's own rates. All
    coefficients are fixed at construction: a call costs microseconds.
    """

    setting: Setting
    work: StepWork
    tp: int
    basis: Basis
    read_s_byte: float
    expert_s_byte: float
    kv_s_byte: float
    flop_s: float
    head_flop_s: float
    attn_flop_s: float
    reduce_s: float
    reduce_s_byte: float
    gaps_s: float
    host_s: float
    sequence_s: float
    eager_s: float
    request_s: float
    token_s: float
    token_memory_s: float
    chunk_tok: float
    graphed_tok: float
    ahead: bool
    overlap: float
    mixed: float
    burst: float
    flood: float
    blend: float
    sheet_s_byte: float
    sheet_s_flop: float

    def cutting(self, chunk_tok: float) -> "StepModel":
        """Cut prompts into steps of another budget than the engine's own."""
        return self if chunk_tok == self.chunk_tok else replace(self, chunk_tok=float(chunk_tok))

    def reading(self, more_bytes: float) -> "StepModel":
        """Read so many bytes more on each rank in every step: all adapters beside the weights."""
        more = more_bytes * self.read_s_byte * self.tp
        return replace(self, gaps_s=self.gaps_s + more)

    def behind(self, context_tok: float) -> "Decoding":
        """Take the steps of sequences that all look back on `context_tok` tokens."""
        return Decoding(self, context_tok)

    def decode_s(self, batch: float, context_tok: float) -> float:
        """One decode step of `batch` sequences that each look back on `context_tok` tokens."""
        return Decoding(self, context_tok).decode_s(batch)

    def prefill_s(self, tokens: float, context_tok: float = 0.0, sequences: float = 1.0) -> float:
        """A step that reads `tokens` prompt tokens behind `context_tok` cached ones, per sequence.

        `sequences` prompts of that length go through together; the weights are read once per step.
        Prompts longer than the engine's step budget (`chunk_tok`) take several steps, and each reads the
        weights again.
        """
        everything = tokens * sequences
        chunks = max(everything / self.chunk_tok, 1.0)
        chunk = everything / chunks
        part = sequences / chunks
        worked = self.products_s(chunk, part) + part * self.attended_s(tokens, context_tok)
        worked += chunk * self.token_memory_s + self.reduced_s(chunk)
        return chunks * (self.host_s + self.launched_s(worked + self.gaps_s, chunk))

    def mixed_prefill_s(self, tokens: float, context_tok: float = 0.0) -> float:
        """Time what reading one prompt adds to steps that decode anyway, where nothing of it hides.

        The upper end of `Decoding.interleaved_s`, independent of the batch.
        """
        chunks = max(tokens / self.chunk_tok, 1.0)
        w = self.work
        per_tok = (w.flops_tok + w.expert_flops_tok) * self.flop_s + self.token_memory_s
        per_tok += self.reduce_s_byte * w.hidden
        once = w.head_flops * self.head_flop_s + self.attended_s(tokens, context_tok)
        return self.mixed * (tokens * per_tok + once + chunks * self.eager_s)

    def first_token_s(self, tokens: float, cached_tok: float = 0.0) -> float:
        """Time to first token of a request that is alone."""
        return self.request_s + tokens * self.token_s + self.prefill_s(tokens, cached_tok)

    def least_s(self, tokens: float, context_tok: float) -> float:
        """Bound a step of one sequence from below: bytes ÷ bandwidth, FLOPs ÷ peak of the data sheet."""
        w = self.work
        moved = w.dense_bytes + w.expert_bytes * w.active_experts + w.kv_bytes_at(context_tok)
        return max(moved * self.sheet_s_byte, tokens * (w.flops_tok + w.expert_flops_tok) * self.sheet_s_flop)

    def products_s(self, tokens: float, sampled: float) -> float:
        """Time the products with weights of a step: every kernel has a roofline of its own.

        Those that all tokens take stand apart from those of experts; `sampled` tokens take the head.
        """
        w = self.work
        multiplied = tokens * w.flops_tok * self.flop_s + sampled * w.head_flops * self.head_flop_s
        dense = self.rounded_s(w.dense_bytes * self.read_s_byte, multiplied)
        if not w.experts:
            return dense
        read = w.expert_bytes_at(tokens) * self.expert_s_byte
        return dense + self.rounded_s(read, tokens * w.expert_flops_tok * self.flop_s)

    def attended_s(self, tokens: float, context_tok: float) -> float:
        """Time the scores and values of one prompt behind a context."""
        w = self.work
        return w.attention_flops(tokens, context_tok) * w.prefill_attn_share * self.attn_flop_s

    def rounded_s(self, memory: float, compute: float) -> float:
        """Put memory and compute of a step together, the corner of the roofline rounded."""
        larger, smaller = (memory, compute) if memory > compute else (compute, memory)
        if larger <= 0:
            return 0.0
        return larger * (1.0 + (smaller / larger) ** self.blend) ** (1.0 / self.blend)

    def launched_s(self, worked_s: float, tokens: float) -> float:
        """Time a step's work where more tokens than graphs were captured for are launched layer by layer.

        Launches of current engines run ahead of the accelerator, so that the longer of both holds.
        """
        if tokens <= self.graphed_tok:
            return worked_s
        return max(worked_s, self.eager_s) if self.ahead else worked_s + self.eager_s

    def stepped_s(self, worked_s: float, host_s: float) -> float:
        """Time a step: what the accelerator does in it, and the host beside, as far as they overlap."""
        larger, smaller = (worked_s, host_s) if worked_s > host_s else (host_s, worked_s)
        if smaller <= 0:
            return larger
        power = 1 + self.overlap
        return larger * (1.0 + (smaller / larger) ** power) ** (1.0 / power)

    def reduced_s(self, tokens: float) -> float:
        """Time the all-reduces of a step of so many tokens."""
        return self.reduce_s + self.reduce_s_byte * self.work.hidden * tokens


class Decoding:
    """Steps in which all sequences look back on one context: what their number leaves alone stands once.

    A search asks each of its setups for some twenty such steps, with the same few prompts between them.
    """

    def __init__(self, model: StepModel, context_tok: float) -> None:
        """Work out what one sequence reads and multiplies in a step."""
        w = model.work
        self._model = model
        read_s = w.kv_bytes_at(context_tok) * model.kv_s_byte
        self._attended_s = model.rounded_s(read_s, w.attention_flops(1.0, context_tok) * model.attn_flop_s)
        self._reduce_s_tok = model.reduce_s_byte * w.hidden
        self._alone: dict[float, float] = {}
        self._beside: dict[tuple[float, float], float] = {}
        self._first: dict[float, float] = {}
        self._chunks: dict[float, _Chunks] = {}

    def decode_s(self, batch: float) -> float:
        """One decode step of `batch` sequences."""
        found = self._alone.get(batch)
        if found is None:
            model = self._model
            worked = model.products_s(batch, batch) + batch * self._attended_s
            worked += model.reduce_s + self._reduce_s_tok * batch + model.gaps_s
            found = self._alone[batch] = model.stepped_s(worked, model.host_s + batch * model.sequence_s)
        return found

    def interleaved_s(self, tokens: float, batch: float) -> float:
        """Time what reading one prompt adds to the steps in which `batch` sequences decode.

        Prompts are cut into chunks of `chunk_tok`; each shares its step, and the weights read in it,
        with the decodes. Small chunks cost little while the step is bound by memory.
        """
        key = (tokens, batch)
        found = self._beside.get(key)
        if found is None:
            found = self._beside[key] = self._interleaved_s(tokens, batch)
        return found

    def first_token_s(self, tokens: float) -> float:
        """Time to first token of a request that is alone, with nothing of its prompt in the cache."""
        found = self._first.get(tokens)
        if found is None:
            found = self._first[tokens] = self._model.first_token_s(tokens)
        return found

    def _interleaved_s(self, tokens: float, batch: float) -> float:
        model, cut = self._model, self._chunks.get(tokens)
        if cut is None:
            cut = self._chunks[tokens] = _cut(model, tokens)
        tokens = batch + cut.tokens
        worked = model.products_s(tokens, batch + cut.sampled) + batch * self._attended_s
        worked += cut.worked_s + (model.reduce_s + self._reduce_s_tok * tokens) + model.gaps_s
        step = model.stepped_s(model.launched_s(worked, tokens), model.host_s + batch * model.sequence_s)
        return cut.mixed * max(step - self.decode_s(batch), 0.0)


@record
class _Chunks:
    """A prompt is cut into chunks of so many `tokens`: what one takes beside products; the `mixed` weight.

    `sampled` is a chunk's share of the one token that is sampled behind a prompt.
    """

    tokens: float
    sampled: float
    worked_s: float
    mixed: float


def _cut(model: StepModel, tokens: float) -> _Chunks:
    chunks = max(tokens / model.chunk_tok, 1.0)
    chunk = tokens / chunks
    return _Chunks(
        tokens=chunk,
        sampled=1 / chunks,
        worked_s=chunk * model.token_memory_s + model.attended_s(tokens, 0.0) / chunks,
        mixed=model.mixed * chunks,
    )


def step_model(
    facts: SpeedFacts,
    arch: Architecture,
    accelerator: Accelerator,
    *,
    tp: int = 1,
    weights: str = "bf16",
    kv: str = "bf16",
    engine: str = REFERENCE,
) -> StepModel:
    """Precompute the step times of one setup of a model.

    Args:
        facts: The fitted constants.
        arch: The model.
        accelerator: The part, with its data-sheet peaks.
        tp: Tensor-parallel ranks.
        weights: Weight format (`bf16`, `fp8`, `int4`, …).
        kv: KV-cache format.
        engine: Normalised engine name.
    """
    device, basis = facts.device(accelerator, engine)
    of = Setting(
        work=step_work(arch, weights, kv),
        accelerator=accelerator,
        device=device,
        basis=basis,
        engine=facts.engine(engine),
        engine_name=engine,
        weights=weights,
        tp=tp,
    )
    return stepping(facts, of)


def stepping(facts: SpeedFacts, of: Setting) -> StepModel:
    """Precompute the step times of a setting, whatever its layout."""
    return StepModel(
        setting=of,
        work=of.work,
        tp=of.tp,
        basis=of.basis,
        chunk_tok=chunk_tokens(of.engine_name, of.accelerator),
        graphed_tok=graphed_tokens(of.engine_name),
        ahead=of.engine_name in SERVING,
        overlap=of.engine.overlap,
        mixed=of.engine.mixed,
        burst=of.engine.burst,
        flood=of.engine.flood,
        blend=facts.blend,
        **reading(facts, of),
        **multiplying(facts, of),
        **reducing(facts, of),
        **overhead(of),
    )


def spread_over(facts: SpeedFacts, model: StepModel, groups: int) -> StepModel:
    """Lay a mixture out over groups of ranks that each keep all of attention, and share its experts."""
    if groups == 1:
        return model
    return stepping(facts, replace(model.setting, work=replace(model.work, spread=groups)))
