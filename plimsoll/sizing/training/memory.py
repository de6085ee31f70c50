"""Memory of a training step on one accelerator, by two formulas: one predicts, one refuses.

`central` = max(weights + optimizer + activations + logits, weights + gradients + optimizer) + 0.2 GB:
gradients grow as activations die. `fit` = the sum of all, with what frameworks hold beside; it must be
within `usable`.
"""

from math import ceil

from plimsoll.catalog.facts import Accelerator
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.training.activations import activation_bytes
from plimsoll.sizing.training.logits import logits_bytes
from plimsoll.sizing.training.states import states
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.recipe import TrainingRecipe

USABLE_SHARE = 0.97
"""Of what the driver reports; the rest is fragmentation that `expandable_segments` leaves. Inferred."""

ALLOCATED = 0.2e9
CONTEXT = 0.6e9
"""The allocator's own, and the CUDA context (0.5 to 0.9 GiB: ml-engineering, HEAD 2026-08-22)."""

COLLECTIVES = 1.5e9
"""NCCL's buffers beside more than one rank (1 to 2 GiB: ml-engineering, HEAD 2026-08-22)."""

LIVE = 4e9
"""ZeRO-3 keeps 1e9 parameters live and 1e9 for reuse, in 16 bit (DeepSpeed's stage3_max_live_parameters and
stage3_max_reuse_distance, defaults; Hugging Face documents 2 GB for each). Where all is trained, gathered
layers and fp32 gradients hide it."""

BUCKETS = 9e9
"""DeepSpeed's buckets of stages 1 and 2: 5e8 elements × 2 bytes × 2 × 4.5 (Hugging Face's DeepSpeed guide on
allgather_bucket_size and reduce_bucket_size)."""


@record
class TrainingMemory:
    """Bytes on each accelerator. `usable` is what a step may take; `overhead` is what frameworks hold."""

    weights: int
    gradients: int
    optimizer: int
    activations: int
    logits: int
    overhead: int
    usable: int

    @property
    def states(self) -> int:
        """Weights, gradients and the optimizer's: what no smaller batch makes less."""
        return self.weights + self.gradients + self.optimizer

    @property
    def central(self) -> int:
        """The peak to expect of the framework's allocator, as tools report it."""
        forward = self.weights + self.optimizer + self.activations + self.logits
        return max(forward, self.states) + ceil(ALLOCATED)

    @property
    def fit(self) -> int:
        """The peak to refuse by: everything at once."""
        return self.states + self.activations + self.logits + self.overhead

    @property
    def fits(self) -> bool:
        """Whether everything at once is within what is usable."""
        return self.fit <= self.usable

    @property
    def fit_gib(self) -> float:
        """The peak to refuse by, GiB."""
        return self.fit / GIB


def training_memory(
    arch: Architecture, recipe: TrainingRecipe, layout: TrainingLayout, accelerator: Accelerator
) -> TrainingMemory:
    """Weigh one training step of a language model or encoder on one of its accelerators.

    Networks of convolutions have no such formula: their memory must be measured.
    """
    kept = states(arch, recipe, layout)
    tokens = layout.micro_batch_samples * recipe.sequence_tok
    return TrainingMemory(
        weights=ceil(kept.weights),
        gradients=ceil(kept.gradients),
        optimizer=ceil(kept.optimizer),
        activations=ceil(activation_bytes(arch, recipe, layout, tokens)),
        logits=ceil(logits_bytes(arch, recipe, layout, tokens)),
        overhead=ceil(overhead_bytes(recipe, layout)),
        usable=int(accelerator.memory_bytes * accelerator.visible_share * USABLE_SHARE),
    )


def overhead_bytes(recipe: TrainingRecipe, layout: TrainingLayout) -> float:
    """Weigh what lies outside the formulas: context, collectives, live parameters, DeepSpeed's buckets."""
    total = CONTEXT + (COLLECTIVES if layout.accelerators > 1 else 0.0)
    if layout.zero == 3 and recipe.freezes and layout.data_parallel > 1:
        total += LIVE
    if recipe.stack == "plain" and layout.zero in (1, 2) and not recipe.freezes:
        total += BUCKETS
    return total
