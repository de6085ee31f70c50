"""Compute is what one token costs where it is computed: products, attention, and what crosses memory between.

All in seconds per token on one accelerator. Products: 6 FLOPs per parameter (2 forward, 4 backward; Kaplan
et al., arXiv 2001.08361), 4 where weights are frozen and have no gradients, over the share of the dense
peak that a generation reaches, the stack's factor, and that of fp8 or fp4. Attention: 6 per layer, query
width and token of context (causal: half of the 12 that MFU counts), 12 for encoders, at 16 bit. Memory:
what a layer keeps, crossing so often.

Recompute has no factor: the runs behind the shares used what fits, some of them all of it.
"""

from collections.abc import Iterator

from plimsoll.models.layer_widths import attention_widths
from plimsoll.speed.training.facts import TrainingFacts
from plimsoll.speed.training.job import TrainingJob
from plimsoll.speed.training.kept import inside_bytes, stream_bytes

TRAINED, FROZEN = 6, 4
CAUSAL, BOTH_WAYS = 6, 12

ENCODER_BYTES, SCORE_BYTES = 34, 5
"""Bytes that an encoder's layer keeps per token and hidden unit, and per head and token of context: without
FlashAttention (arXiv 2205.05198)."""

NARROW = ("fp8", "fp4")


def compute_s(facts: TrainingFacts, job: TrainingJob) -> float:
    """Sum products, attention and memory of one token, without what is fixed per micro-batch."""
    return products_s(facts, job) + attention_s(facts, job) + memory_s(facts, job)


def products_s(facts: TrainingFacts, job: TrainingJob) -> float:
    """Time the matrix products; small matrices of experts reach less (`experts`)."""
    flops = (FROZEN if job.recipe.freezes else TRAINED) * job.read_params
    routed = _expert_params(job) * (FROZEN if job.recipe.freezes else TRAINED)
    dense = max(flops - routed, 0)
    return (dense + routed / facts.value("experts")) / _rate(facts, job)


def attention_s(facts: TrainingFacts, job: TrainingJob) -> float:
    """Time the scores and sums of attention; ranks that share a causal sequence without balance wait.

    The last of c ranks has (2c - 1) of c² parts of the triangle; in c rounds all take 2c ÷ (c + 1) of the
    mean. Megatron balances them (arXiv 2310.01889 and its zigzag order). Windows bound the context.
    """
    factor = BOTH_WAYS if job.encodes else CAUSAL
    flops = factor * sum(width * context for width, context in _contexts(job))
    shared = job.layout.context_parallel
    waiting = 1.0 if job.recipe.stack == "tuned" else 2 * shared / (shared + 1)
    return flops * waiting / (job.peak * facts.value("attention"))


def memory_s(facts: TrainingFacts, job: TrainingJob) -> float:
    """Time what crosses memory between products: a multiple of what layers keep, higher without fusion."""
    passes = facts.value("passes.eager" if job.eager else "passes.fused")
    return kept_bytes(job) * passes / job.accelerator.bandwidth


def kept_bytes(job: TrainingJob) -> float:
    """Weigh what all layers keep of one token."""
    arch = job.arch
    if job.encodes:
        scores = SCORE_BYTES * arch.heads * job.recipe.sequence_tok
        return arch.layers * (ENCODER_BYTES * arch.hidden + scores)
    return arch.layers * stream_bytes(arch) + inside_bytes(arch)


def _rate(facts: TrainingFacts, job: TrainingJob) -> float:
    """FLOP/s of matrix products of one accelerator."""
    stack = 1.0 if job.encodes or job.recipe.stack == "standard" else facts.value(f"stack.{job.recipe.stack}")
    frozen = facts.value("frozen") if job.recipe.freezes else 1.0
    return job.peak * facts.share(job.accelerator).value * stack * frozen * _narrower(facts, job)


def _narrower(facts: TrainingFacts, job: TrainingJob) -> float:
    """What 8- and 4-bit products gain over 16-bit ones, on parts that have them."""
    precision, flops = job.recipe.precision, job.accelerator.flops
    if precision not in NARROW or flops.get("fp8", 0.0) <= job.peak:
        return 1.0
    gain = facts.value("fp8.tuned" if job.recipe.stack == "tuned" else "fp8")
    return gain * facts.value("fp4") if precision == "fp4" and "fp4" in flops else gain


def _expert_params(job: TrainingJob) -> int:
    """Parameters of the experts that one token is routed to."""
    experts = job.arch.experts
    return job.arch.routed_params * experts.active // experts.count if experts else 0


def _contexts(job: TrainingJob) -> Iterator[tuple[float, float]]:
    """Yield, for each group of layers, layers × width of scores and the tokens that a query sees at most.

    Layers with a state see none; of a window the causal half is nearly all of it.
    """
    sequence = float(job.recipe.sequence_tok)
    for widths in attention_widths(job.arch):
        seen = min(sequence, 2.0 * widths.window_tok) if widths.window_tok else sequence
        context = 0.0 if widths.kind == "linear" else seen
        yield widths.layers * (widths.query + widths.out) / 2, context
