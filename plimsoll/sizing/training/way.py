"""A way to train: one precision on one instance type, split so that it fits, at the speed of its split."""

from plimsoll.catalog.facts import Accelerator, InstanceType
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.limits import NETWORK, SCALING, Reason
from plimsoll.sizing.runs.pace import Layout, Pace, StepMemoryGib
from plimsoll.sizing.training.memory import training_memory
from plimsoll.sizing.training.split import Splits
from plimsoll.speed.training.communication import gradients_s, sharded_s, tensor_s
from plimsoll.speed.training.facts import TrainingFacts
from plimsoll.speed.training.job import TrainingJob
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.network import Network
from plimsoll.speed.training.rate import TrainingSpeed, training_speed
from plimsoll.speed.training.recipe import TrainingRecipe

MOST_WAITING = 1 / 3
"""Share of a step's time that may be communication: below twice T*, the tokens of an accelerator at which
sending takes as long as computing."""


@record
class Training:
    """What every way of one run shares: the model, its splits, its speed, its amount, its batch."""

    arch: Architecture
    facts: TrainingFacts
    splits: Splits
    computed_tokens: float
    global_batch: int
    checkpoint_bytes: float
    pinned_nodes: int | None
    weights: str | None
    """What it starts from; None where nothing names it."""


@record
class TrainingWay:
    """One recipe on one instance type, whatever the nodes."""

    instance: InstanceType
    accelerator: Accelerator
    recipe: TrainingRecipe
    training: Training
    least_nodes: int
    reasons: tuple[Reason, ...]

    @property
    def precision(self) -> str:
        """The precision of the matrix products."""
        return self.recipe.precision

    @property
    def most_nodes(self) -> int:
        """As many as leave each copy of the model one sample of the global batch, or as are pinned."""
        if self.training.pinned_nodes is not None:
            return self.training.pinned_nodes
        layout = self.layout(self.least_nodes)
        ranks = layout.tensor_parallel * layout.pipeline_parallel if layout is not None else 1
        return max(self.training.global_batch * ranks // self.instance.accelerators, self.least_nodes)

    def layout(self, nodes: int) -> TrainingLayout | None:
        """Split a step over so many nodes."""
        return self.training.splits.best(self.instance, self.accelerator, nodes)

    def pace(self, nodes: int) -> Pace | None:
        """Work out the pace on so many nodes; None where nothing fits.

        The global batch is shared evenly: where ranks do not divide it, some last micro-batch is short.
        """
        layout = self.layout(nodes)
        if layout is None:
            return None
        job = TrainingJob(
            self.training.arch, self.accelerator, self.recipe, layout, Network.of(self.instance)
        )
        speed = training_speed(self.training.facts, job)
        hours = self.training.computed_tokens / 3600
        return Pace(
            nodes=nodes,
            accelerators=layout.accelerators,
            compute_h=hours / speed.tokens_per_s,
            low_h=hours / speed.high,
            high_h=hours / speed.low,
            checkpoint_bytes=self.training.checkpoint_bytes,
            tokens_per_s=speed.tokens_per_s,
            mfu=speed.mfu,
            layout=_written(layout),
            weights=self.training.weights,
            memory=self.memory(layout),
            reasons=(*self._too_few(layout), *self._waiting(job, nodes, speed)),
        )

    def memory(self, layout: TrainingLayout) -> StepMemoryGib:
        """Weigh a step on each accelerator."""
        held = training_memory(self.training.arch, self.recipe, layout, self.accelerator)
        return StepMemoryGib(
            weights=round(held.weights / GIB, 4),
            gradients=round(held.gradients / GIB, 4),
            optimizer=round(held.optimizer / GIB, 4),
            activations=round(held.activations / GIB, 4),
            logits=round(held.logits / GIB, 4),
            overhead=round(held.overhead / GIB, 4),
            usable=round(held.usable / GIB, 4),
        )

    def _too_few(self, layout: TrainingLayout) -> tuple[Reason, ...]:
        batch = self.training.global_batch
        if layout.data_parallel <= batch:
            return ()
        most = batch * layout.tensor_parallel * layout.pipeline_parallel
        message = (
            f"a global batch of {batch} sequences leaves {layout.accelerators} accelerators less than one "
            f"each; {most} still pay"
        )
        return (SCALING.broken(message, most, layout.accelerators),)

    def _waiting(self, job: TrainingJob, nodes: int, speed: TrainingSpeed) -> tuple[Reason, ...]:
        """Refuse a step that is more waiting for the network than a third."""
        facts, layout = self.training.facts, job.layout
        gradients = gradients_s(facts, job)
        waited = gradients + tensor_s(facts, job) + sharded_s(facts, job)
        share = waited * speed.tokens_per_s / layout.accelerators
        if nodes > 1 and not job.network.efa and not self.recipe.freezes:
            message = f"{nodes} nodes exchange gradients in every step, and {self.instance.name} has no EFA"
            return (NETWORK.broken(message, "EFA", self.instance.interconnect),)
        if share <= MOST_WAITING:
            return ()
        said = f"{share:.0%} of a step on {layout.accelerators} accelerators is waiting for the network"
        if nodes > 1 and gradients > waited / 2:
            most = max(
                int(layout.accelerators * MOST_WAITING * (1 - share) / (share * (1 - MOST_WAITING))), 1
            )
            text = f"{said}: the global batch is too small for so many; {most} still pay"
            return (SCALING.broken(text, most, layout.accelerators),)
        return (NETWORK.broken(said, MOST_WAITING, round(share, 4), "share of a step"),)


def _written(layout: TrainingLayout) -> Layout:
    return Layout(
        data_parallel=layout.data_parallel,
        tensor_parallel=layout.tensor_parallel,
        pipeline_parallel=layout.pipeline_parallel,
        zero=layout.zero,
        micro_batch_samples=layout.micro_batch_samples,
        accumulation=layout.accumulation,
        recompute=layout.recompute,
    )
