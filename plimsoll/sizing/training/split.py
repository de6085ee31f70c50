"""A training step is split so that it fits: the fewest shards of the model, then the least recomputed.

Prefer the smallest tensor × pipeline parallelism that fits, no recompute before full, the lowest ZeRO stage,
and the largest micro-batch. The global batch is the user's: it is accumulated, never changed.
"""

from collections.abc import Iterator
from functools import cache

from plimsoll.catalog.facts import Accelerator, InstanceType
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.training.activations import activation_bytes
from plimsoll.sizing.training.logits import logits_bytes
from plimsoll.sizing.training.memory import USABLE_SHARE, overhead_bytes
from plimsoll.sizing.training.states import states
from plimsoll.spec.runs.training import RunPin
from plimsoll.speed.facts import is_switched
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.recipe import TrainingRecipe

STAGES = (1, 2, 4, 8)
PCIE_RANKS = 2
"""Tensor-parallel ranks over PCIe at most: 20 GB/s between two, 5.2 between four (measured on L40S)."""

SHARDED = (1, 2, 3)
"""ZeRO stages of data-parallel ranks: the optimizer is always sharded, which costs nothing."""


@record
class SplitAsked:
    """What the spec says of a split: its pins, its global batch, and what may be computed again."""

    pin: RunPin
    global_batch: int
    recompute: str


class Splits:
    """Finds the split of one model and recipe; what does not depend on the accelerator is kept."""

    def __init__(self, arch: Architecture, recipe: TrainingRecipe, asked: SplitAsked) -> None:
        self._arch, self._recipe, self._asked = arch, recipe, asked
        self._fixed = cache(self._fixed_bytes)
        self._sample = cache(self._sample_bytes)

    def best(self, instance: InstanceType, accelerator: Accelerator, nodes: int) -> TrainingLayout | None:
        """Find the split on so many nodes; None where nothing fits."""
        usable = usable_bytes(accelerator)
        for ranks, stages in self._models(instance, accelerator, nodes):
            copies = nodes * instance.accelerators // (ranks * stages)
            for recompute, zero in self._tries(instance, accelerator, nodes, copies):
                found = self._batched((ranks, stages, copies, zero), recompute, usable)
                if found is not None:
                    return found
        return None

    def smallest(self, accelerators: int, recompute: str) -> TrainingLayout:
        """The split that takes least of each accelerator, whether or not that fits: for who is refused."""
        pin = self._asked.pin
        ranks, stages = pin.tensor_parallel or 1, pin.pipeline_parallel or 1
        copies = max(accelerators // (ranks * stages), 1)
        return TrainingLayout(
            data_parallel=copies,
            tensor_parallel=ranks,
            pipeline_parallel=stages,
            zero=pin.zero if pin.zero is not None else 3 if copies > 1 else 0,
            micro_batch_samples=pin.micro_batch_samples or 1,
            recompute=recompute,
        )

    def _models(
        self, instance: InstanceType, accelerator: Accelerator, nodes: int
    ) -> Iterator[tuple[int, int]]:
        """Yield shards of layers × stages of layers, the fewest first; shards stay within a node."""
        pin = self._asked.pin
        most = (
            instance.accelerators if is_switched(accelerator.link) else min(PCIE_RANKS, instance.accelerators)
        )
        ranks = (
            [each for each in STAGES if each <= most]
            if pin.tensor_parallel is None
            else [pin.tensor_parallel]
        )
        stages = list(STAGES) if pin.pipeline_parallel is None else [pin.pipeline_parallel]
        total = nodes * instance.accelerators
        pairs = [(rank, stage) for rank in ranks for stage in stages if total % (rank * stage) == 0]
        if self._recipe.freezes and pin.pipeline_parallel is None:
            pairs = [pair for pair in pairs if pair[1] == 1]
        return iter(sorted(pairs, key=lambda pair: (pair[0] * pair[1], pair[1])))

    def _tries(
        self, instance: InstanceType, accelerator: Accelerator, nodes: int, copies: int
    ) -> list[tuple[str, int]]:
        """Pair what is computed again with what is sharded, in the order in which it costs speed.

        Over NVLink and EFA sharded weights hide behind compute; over less, computing again costs less. An
        adapter has next to nothing to shard but weights.
        """
        asked = self._asked.recompute
        recomputes = ("none", "full") if asked == "auto" else (asked,)
        zeros = self._zeros(copies)
        hides = is_switched(accelerator.link) and (nodes == 1 or instance.efa_interfaces > 0)
        if hides and not self._recipe.freezes:
            return [(recompute, zero) for recompute in recomputes for zero in zeros]
        return [(recompute, zero) for zero in zeros for recompute in recomputes]

    def _zeros(self, ranks: int) -> tuple[int, ...]:
        """ZeRO stages to try, the one that sends least first; of an adapter only weights are worth it."""
        if self._asked.pin.zero is not None:
            return (self._asked.pin.zero,)
        if ranks == 1:
            return (0,)
        return (0, 3) if self._recipe.freezes else SHARDED

    def _batched(
        self, shape: tuple[int, int, int, int], recompute: str, usable: int
    ) -> TrainingLayout | None:
        """Take the largest micro-batch that fits; None where not even one sample does."""
        ranks, stages, copies, zero = shape
        room = usable - self._fixed(shape)
        each = self._sample(ranks, stages, recompute)
        share = max(-(-self._asked.global_batch // copies), 1)
        pinned = self._asked.pin.micro_batch_samples
        fitting = int(room // each) if room > 0 else 0
        micro = pinned if pinned is not None else _divisor(share, fitting)
        if micro < 1 or micro > fitting:
            return None
        return TrainingLayout(
            data_parallel=copies,
            tensor_parallel=ranks,
            pipeline_parallel=stages,
            zero=zero,
            micro_batch_samples=micro,
            accumulation=max(-(-share // micro), 1),
            recompute=recompute,
        )

    def _fixed_bytes(self, shape: tuple[int, int, int, int]) -> float:
        """Bytes of one accelerator that no batch changes."""
        ranks, stages, copies, zero = shape
        layout = TrainingLayout(
            data_parallel=copies, tensor_parallel=ranks, pipeline_parallel=stages, zero=zero
        )
        kept = states(self._arch, self._recipe, layout)
        return (
            kept.weights + kept.gradients + kept.optimizer + overhead_bytes(self._recipe, layout) + ROUNDING
        )

    def _sample_bytes(self, ranks: int, stages: int, recompute: str) -> float:
        """Bytes of one accelerator that each sample of a micro-batch adds."""
        layout = TrainingLayout(tensor_parallel=ranks, pipeline_parallel=stages, recompute=recompute)
        tokens = float(self._recipe.sequence_tok)
        kept = activation_bytes(self._arch, self._recipe, layout, tokens)
        return kept + logits_bytes(self._arch, self._recipe, layout, tokens)


ROUNDING = 8
"""Bytes that rounding each of the parts of a step up may add."""


def usable_bytes(accelerator: Accelerator) -> int:
    """What a step may take of an accelerator."""
    return int(accelerator.memory_bytes * accelerator.visible_share * USABLE_SHARE)


def _divisor(share: int, most: int) -> int:
    """Find the most samples, no more than fit, that a rank's share is a multiple of; 0 where none fits."""
    return next((count for count in range(min(share, most), 0, -1) if share % count == 0), 0)
