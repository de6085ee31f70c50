"""Communication is what links add to a token's time, for tensors, stages, experts, gradients and weights.

All in seconds per token on one accelerator, but for the pipeline's factor.
"""

from math import ceil

from plimsoll.speed.training.facts import TrainingFacts
from plimsoll.speed.training.job import TrainingJob
from plimsoll.speed.training.network import collective_bytes_per_s

BYTES = 2

TENSOR_REDUCES = 4
"""All-reduces per layer of a token's hidden state: two forward, two backward (Megatron-LM, arXiv
1909.08053)."""

INTERLEAVED = {"tuned": 4}
"""Stages of each rank where a stack interleaves them (arXiv 2104.04473); others run them one after
another."""

EXCHANGES = 4
"""Times that a token's copies cross to experts or back: two forward, two backward."""

REDUCED, GATHERED_TRAINED, GATHERED_FROZEN = 4, 6, 4
"""Bytes per parameter: an all-reduce of 16-bit gradients; ZeRO-3's two gathers and one scatter, or two
gathers where weights are frozen (arXiv 1910.02054)."""


def bubble(job: TrainingJob) -> float:
    """How much longer a step takes with pipeline stages: (p - 1) ÷ (v m) for idle ends, and uneven layers.

    Source: arXiv 2104.04473. m micro-batches, v interleaved stages; the fullest stage sets the pace.
    """
    stages, layers = job.layout.pipeline_parallel, max(job.arch.layers, 1)
    if stages == 1:
        return 1.0
    interleaved = INTERLEAVED.get(job.recipe.stack, 1)
    batches = job.layout.accumulation * job.layout.micro_batch_samples
    return (1 + (stages - 1) / (interleaved * batches)) * ceil(layers / stages) * stages / layers


def tensor_s(facts: TrainingFacts, job: TrainingJob) -> float:
    """Time the all-reduces of tensor parallelism, of which a share is not hidden.

    A ring moves 2 (t - 1) ÷ t of the payload; t accelerators wait for it.
    """
    ranks = job.layout.tensor_parallel
    if ranks == 1:
        return 0.0
    moved = TENSOR_REDUCES * BYTES * job.arch.hidden * job.arch.layers * 2 * (ranks - 1)
    rate = collective_bytes_per_s(job.accelerator, job.network, ranks)
    return facts.value("exposed") * moved / rate


def exchanging_s(facts: TrainingFacts, job: TrainingJob) -> float:
    """Time the exchange of tokens between ranks that hold different experts.

    In a rack of one NVLink domain it overlaps with products; in nodes it does not, and may leave them.
    """
    experts = job.arch.experts
    if experts is None or job.layout.accelerators == 1:
        return 0.0
    moved = EXCHANGES * BYTES * experts.active * job.arch.hidden * experts.layers
    rate = collective_bytes_per_s(job.accelerator, job.network, expert_ranks(job))
    place = "rack" if "nvl72" in job.accelerator.link else "node"
    return facts.value(f"exchange.{place}") * moved / rate


def gradients_s(facts: TrainingFacts, job: TrainingJob) -> float:
    """Time the reduction of gradients once a step, of which a share is not hidden."""
    layout = job.layout
    if layout.data_parallel == 1 or job.recipe.freezes:
        return 0.0
    moved = REDUCED * _copied_params(job) / layout.model_parallel
    return facts.value("exposed") * moved / _rate(job) / job.step_tok


def sharded_s(facts: TrainingFacts, job: TrainingJob) -> float:
    """Time the gathers of sharded weights in every micro-batch, of which plain stacks hide nothing.

    Standard and plain stacks were measured with stage 3 alone: what lower stages save is not counted. Tuned
    ones keep weights whole and shard the optimizer.
    """
    layout = job.layout
    if layout.zero < (3 if job.recipe.stack == "tuned" else 1) or layout.data_parallel == 1 or job.encodes:
        return 0.0
    each = GATHERED_FROZEN if job.recipe.freezes else GATHERED_TRAINED
    seconds = each * _copied_params(job) / layout.model_parallel / _rate(job) / job.micro_batch_tok
    return seconds * (1.0 if job.recipe.stack == "plain" else facts.value("gathers_exposed"))


def expert_ranks(job: TrainingJob) -> int:
    """Over how many ranks experts are spread: those of a node or rack, as far as there are any."""
    experts = job.arch.experts
    most = experts.count if experts is not None else 1
    return max(min(job.network.per_node, job.layout.accelerators // job.layout.model_parallel, most), 1)


def _copied_params(job: TrainingJob) -> float:
    """Parameters that data-parallel ranks hold alike: experts that are spread are held by fewer."""
    routed = job.arch.routed_params
    return job.arch.params - routed + routed / expert_ranks(job)


def _rate(job: TrainingJob) -> float:
    return collective_bytes_per_s(job.accelerator, job.network, job.layout.accelerators)
