"""A step of an engine takes what a roofline with measured efficiency, all-reduce and overhead says.

t = (memory^q + compute^q)^(1/q) + all-reduce + overhead. Memory time is weights streamed (the
distinct experts of a mixture) and KV cache read; compute time is FLOPs over the reached share of the
dense peak. The q-norm rounds the corner of the roofline: at the ridge neither limit is reached.
"""

from dataclasses import replace

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.benchmarked import REFERENCE, chunk_tokens
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
    fixed_s: float
    sequence_s: float
    prefill_fixed_s: float
    request_s: float
    token_s: float
    token_memory_s: float
    chunk_tok: float
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
        return replace(self, fixed_s=self.fixed_s + more, prefill_fixed_s=self.prefill_fixed_s + more)

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
        memory = self.weights_s(chunk) + chunk * self.token_memory_s
        compute = sequences * self.prompt_s(tokens, context_tok) / chunks
        return chunks * (self.rounded_s(memory, compute) + self.reduced_s(chunk) + self.prefill_fixed_s)

    def mixed_prefill_s(self, tokens: float, context_tok: float = 0.0) -> float:
        """Time what reading one prompt adds to steps that decode anyway, where nothing of it hides.

        The upper end of `Decoding.interleaved_s`, independent of the batch.
        """
        chunks = max(tokens / self.chunk_tok, 1.0)
        moved = tokens * (self.token_memory_s + self.reduce_s_byte * self.work.hidden)
        extra = chunks * (self.prefill_fixed_s - self.fixed_s)
        return self.mixed * (self.prompt_s(tokens, context_tok) + moved + extra)

    def first_token_s(self, tokens: float, cached_tok: float = 0.0) -> float:
        """Time to first token of a request that is alone."""
        return self.request_s + tokens * self.token_s + self.prefill_s(tokens, cached_tok)

    def least_s(self, tokens: float, context_tok: float) -> float:
        """Bound a step of one sequence from below: bytes ÷ bandwidth, FLOPs ÷ peak of the data sheet."""
        w = self.work
        moved = w.dense_bytes + w.expert_bytes * w.active_experts + w.kv_bytes_at(context_tok)
        return max(moved * self.sheet_s_byte, tokens * w.flops_tok * self.sheet_s_flop)

    def weights_s(self, tokens: float) -> float:
        """Time the reading of the weights that so many tokens wake."""
        w = self.work
        return w.dense_bytes * self.read_s_byte + w.expert_bytes_at(tokens) * self.expert_s_byte

    def prompt_s(self, tokens: float, context_tok: float) -> float:
        """Time the multiplying of one prompt behind a context."""
        w = self.work
        return (
            tokens * w.flops_tok * self.flop_s
            + w.attention_flops(tokens, context_tok) * w.prefill_attn_share * self.attn_flop_s
            + w.head_flops * self.head_flop_s
        )

    def rounded_s(self, memory: float, compute: float) -> float:
        """Put memory and compute of a step together, the corner of the roofline rounded."""
        larger, smaller = (memory, compute) if memory > compute else (compute, memory)
        if larger <= 0:
            return 0.0
        return larger * (1.0 + (smaller / larger) ** self.blend) ** (1.0 / self.blend)

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
        per_tok = w.flops_tok * model.flop_s + w.head_flops * model.head_flop_s
        self._model = model
        self._read_bytes = w.kv_bytes_at(context_tok)
        self._compute_s = per_tok + w.attention_flops(1.0, context_tok) * model.attn_flop_s
        self._alone: dict[float, float] = {}
        self._chunks: dict[float, _Chunks] = {}

    def decode_s(self, batch: float) -> float:
        """One decode step of `batch` sequences."""
        model = self._model
        return self._alone_s(batch) + model.reduced_s(batch) + model.fixed_s + batch * model.sequence_s

    def interleaved_s(self, tokens: float, batch: float) -> float:
        """Time what reading one prompt adds to the steps in which `batch` sequences decode.

        Prompts are cut into chunks of `chunk_tok`; each shares its step, and the weights read in it,
        with the decodes. Small chunks cost little while the step is bound by memory.
        """
        model, cut = self._model, self._chunks.get(tokens)
        if cut is None:
            cut = self._chunks[tokens] = _cut(model, tokens)
        memory = self._memory_s(batch + cut.tokens, batch) + cut.moved_s
        more = model.rounded_s(memory, batch * self._compute_s + cut.compute_s) - self._alone_s(batch)
        return cut.mixed * (max(more + cut.reduce_s, 0.0) + model.prefill_fixed_s - model.fixed_s)

    def _alone_s(self, batch: float) -> float:
        """Time memory and compute of a step without a prompt."""
        found = self._alone.get(batch)
        if found is None:
            memory = self._memory_s(batch, batch)
            found = self._alone[batch] = self._model.rounded_s(memory, batch * self._compute_s)
        return found

    def _memory_s(self, tokens: float, batch: float) -> float:
        return self._model.weights_s(tokens) + batch * self._read_bytes * self._model.kv_s_byte


@record
class _Chunks:
    """A prompt is cut into chunks of so many `tokens`: seconds of one, and the `mixed` weight of all."""

    tokens: float
    moved_s: float
    compute_s: float
    reduce_s: float
    mixed: float


def _cut(model: StepModel, tokens: float) -> _Chunks:
    chunks = max(tokens / model.chunk_tok, 1.0)
    chunk = tokens / chunks
    return _Chunks(
        tokens=chunk,
        moved_s=chunk * model.token_memory_s,
        compute_s=model.prompt_s(tokens, 0.0) / chunks,
        reduce_s=model.reduce_s_byte * model.work.hidden * chunk,
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
    constants = facts.engine(engine)
    of = Setting(
        work=step_work(arch, weights, kv),
        accelerator=accelerator,
        device=device,
        engine=constants,
        engine_name=engine,
        weights=weights,
        tp=tp,
    )
    return StepModel(
        work=of.work,
        tp=tp,
        basis=basis,
        chunk_tok=chunk_tokens(engine, accelerator),
        mixed=constants.mixed,
        burst=constants.burst,
        flood=constants.flood,
        blend=facts.blend,
        **reading(facts, of),
        **multiplying(facts, of),
        **reducing(facts, of),
        **overhead(of),
    )
