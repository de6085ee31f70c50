"""Scaling says how far more accelerators still help a run whose global batch is fixed.

ZeRO-3 gathers and reduces as many bytes as there are parameters for every micro-batch, whatever its tokens:
it is hidden behind compute from so many tokens per accelerator on, T* = peak × share ÷ rate of the links (6
N bytes against 6 N T FLOPs; with frozen weights 4 N against 4 N T). A step of fewer than 2 T*, or of less
than one sequence per copy of the model, no longer pays.
"""

from dataclasses import replace
from math import ceil

from plimsoll.ground.start_up import record
from plimsoll.speed.training.facts import TrainingFacts
from plimsoll.speed.training.job import TrainingJob
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.network import collective_bytes_per_s

LEAST = 2.0
"""A step has at least so many T*: the reductions of gradients come on top of the gathers. Inferred."""


@record
class BatchScaling:
    """How the step of a layout stands against what the links need.

    `hidden_tok` is T*; `step_tok` what one accelerator has in a step; `sequences_per_rank` how many
    sequences each data-parallel rank has of it, below one where ranks share a sequence.
    """

    hidden_tok: float
    step_tok: float
    sequences_per_rank: float

    @property
    def pays(self) -> bool:
        """Whether a step has enough work for each accelerator."""
        return self.step_tok >= LEAST * self.hidden_tok and self.sequences_per_rank >= 1


def scaling(facts: TrainingFacts, job: TrainingJob) -> BatchScaling:
    """Weigh the step of a layout; one accelerator alone, or adapters that nothing shards, send nothing."""
    layout = job.layout
    ranks = job.layout.global_batch_samples / (layout.data_parallel * layout.context_parallel)
    return BatchScaling(hidden_tok(facts, job), job.step_tok, ranks)


def hidden_tok(facts: TrainingFacts, job: TrainingJob) -> float:
    """Find T*: the tokens of a micro-batch on one accelerator from which sharding hides behind compute."""
    layout = job.layout
    if layout.data_parallel == 1 or (job.recipe.freezes and layout.zero < 3):
        return 0.0
    rate = collective_bytes_per_s(job.accelerator, job.network, layout.accelerators)
    return job.peak * facts.share(job.accelerator).value / rate


def most_accelerators(facts: TrainingFacts, job: TrainingJob) -> int:
    """Count the accelerators over which the step of a run still pays, in whole copies of the model.

    The global batch stays: more data-parallel ranks have fewer sequences each.
    """
    layout = job.layout
    sequences = layout.global_batch_samples
    least_tok = LEAST * hidden_tok(facts, job)
    tokens = sequences * job.recipe.sequence_tok
    by_links = int(tokens / least_tok / layout.model_parallel) if least_tok else sequences
    return max(min(by_links, sequences), 1) * layout.model_parallel


def with_ranks(layout: TrainingLayout, data_parallel: int) -> TrainingLayout:
    """Spread the same global batch over other data-parallel ranks, with accumulation to match.

    A batch that does not divide is rounded up: the last micro-batches of a step are short.
    """
    each = layout.data_parallel * layout.accumulation
    return replace(layout, data_parallel=data_parallel, accumulation=max(ceil(each / data_parallel), 1))
