"""The work of a training run whose model is known: its ways, its amount, and what is assumed of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from plimsoll.catalog.facts import Accelerator, Catalog, InstanceType
from plimsoll.engines.base import ContainerSpec
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.limits import HOST, MEMORY, NO_SPEED, PINNED, PRECISION, Reason
from plimsoll.sizing.named_weights import repository_of
from plimsoll.sizing.runs.checkpoint import RunCheckpoint
from plimsoll.sizing.runs.limits import RunLimits
from plimsoll.sizing.runs.pace import Pace, RunStorage, RunWay, Totals
from plimsoll.sizing.runs.saves import Saves
from plimsoll.sizing.training.adapters import trainable_params
from plimsoll.sizing.training.amount import amount_of
from plimsoll.sizing.training.assumed import starting_assumptions, training_assumptions
from plimsoll.sizing.training.memory import training_memory
from plimsoll.sizing.training.split import SplitAsked, Splits
from plimsoll.sizing.training.states import optimizer_bytes
from plimsoll.sizing.training.way import Training, TrainingWay
from plimsoll.spec.runs.asked import RunAsked
from plimsoll.spec.runs.training import TrainingSpec
from plimsoll.speed.training.read import load_training
from plimsoll.speed.training.recipe import TrainingRecipe

WEIGHT_BYTES, ADAPTER_BYTES = 2, 16
"""Of a checkpoint: 16-bit weights beside the optimizer's states; an adapter's weights and states."""

NODE_COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
"""Nodes that are tried until a step fits."""


class ModelledRun:
    """The work of one training run."""

    own_image = False

    def __init__(self, spec: TrainingSpec, arch: Architecture, catalog: Catalog) -> None:
        self._spec, self._arch, self._catalog = spec, arch, catalog
        self._saves = Saves(spec.checkpoint, spec.capacity.hardware_failures_per_1000_node_days)
        self.limits = RunLimits(spec.sla.run_p50_h, spec.sla.run_p90_h, spec.scale.max_run_h)
        self._repository = repository_of(spec.model, arch)
        self._amount = amount_of(spec, arch.max_context_tok)
        self._recipe = recipe_of(spec, self._amount.sequence_tok)
        self._trained = trainable_params(arch, self._recipe)
        self._training = self._shared(self._recipe)
        self._facts = load_training()

    def _shared(self, recipe: TrainingRecipe) -> Training:
        spec = self._spec
        asked = SplitAsked(spec.pin, spec.global_batch_used, spec.training.recompute)
        return Training(
            arch=self._arch,
            facts=load_training(),
            splits=Splits(self._arch, recipe, asked),
            computed_tokens=self._amount.computed,
            global_batch=spec.global_batch_used,
            checkpoint_bytes=self._checkpoint_bytes(),
            pinned_nodes=spec.pin.nodes,
            weights=None if spec.method == "pretrain" else self._repository,
        )

    def _checkpoint_bytes(self) -> float:
        """Size a checkpoint: 14 bytes a parameter with mixed AdamW, 16 per trained one of an adapter."""
        if self._recipe.freezes:
            return float(ADAPTER_BYTES * self._trained)
        return self._arch.params * (WEIGHT_BYTES + optimizer_bytes(self._arch, self._recipe))

    @property
    def model(self) -> str:
        """The model's name, as the spec calls it."""
        return self._repository or self._arch.name

    @property
    def totals(self) -> Totals:
        """Its tokens, steps, and trained parameters."""
        amount = self._amount
        return Totals(
            tokens=amount.tokens,
            steps=amount.steps,
            trainable_params=self._trained,
            sequence_tokens=amount.sequence_tok,
            all_params=self._arch.params,
        )

    def adapted(self, spec: RunAsked) -> "ModelledRun":
        """Take the same model under a changed spec."""
        if not isinstance(spec, TrainingSpec):
            msg = "a training stays one"
            raise TypeError(msg)
        return ModelledRun(spec, self._arch, self._catalog)

    def ways(self, instance: InstanceType) -> Sequence[RunWay]:
        """One way for each acceptable precision on a type that has whole accelerators."""
        accelerator = self._catalog.accelerators.get(instance.accelerator or "")
        if accelerator is None or instance.accelerator_fraction < 1:
            return ()
        asked = self._spec.precisions_used
        if self._spec.precision is None and "bf16" not in accelerator.flops and "fp16" in accelerator.flops:
            asked = ("fp16",)  # what mixed precision was made on: V100, T4
        return [self._way(instance, accelerator, each) for each in asked]

    def _way(self, instance: InstanceType, accelerator: Accelerator, precision: str) -> TrainingWay:
        recipe = replace(self._recipe, precision=precision)
        reasons = (*_unfit(instance, accelerator, precision), *_slower(recipe), *self._unpinned(instance))
        way = TrainingWay(instance, accelerator, recipe, self._training, self._spec.pin.nodes or 1, reasons)
        if reasons:
            return way
        least = self._least(way)
        if least is None:
            return replace(way, reasons=(self._too_large(way),))
        return replace(way, least_nodes=least)

    def _unpinned(self, instance: InstanceType) -> Iterator[Reason]:
        """Refuse a pinned split that the accelerators of a node, or of the pinned nodes, do not have."""
        pin, each = self._spec.pin, instance.accelerators
        ranks, stages = pin.tensor_parallel or 1, pin.pipeline_parallel or 1
        if ranks > each:
            message = (
                f"pin.tensor_parallel asks for {ranks} accelerators of one node, {instance.name} has {each}"
            )
            yield PINNED.broken(message, ranks, each, "accelerators")
        elif pin.nodes is not None and pin.nodes * each % (ranks * stages):
            message = (
                f"tensor_parallel {ranks} × pipeline_parallel {stages} does not divide the "
                f"{pin.nodes * each} accelerators of {pin.nodes} × {instance.name}"
            )
            yield PINNED.broken(message, ranks * stages, pin.nodes * each, "accelerators")

    def _least(self, way: TrainingWay) -> int | None:
        """Find the fewest nodes on which a step fits."""
        if self._spec.pin.nodes is not None:
            return self._spec.pin.nodes if way.layout(self._spec.pin.nodes) is not None else None
        most = self._spec.global_batch_used * 8 // max(way.instance.accelerators, 1)
        counts = (count for count in NODE_COUNTS if count <= max(most, 1))
        return next((count for count in counts if way.layout(count) is not None), None)

    def _too_large(self, way: TrainingWay) -> Reason:
        """Say what one step would take on the fewest and most accelerators that were tried."""
        count = way.instance.accelerators * (self._spec.pin.nodes or 1)
        layout = self._training.splits.smallest(
            count, "full" if self._spec.training.recompute != "none" else "none"
        )
        held = training_memory(self._arch, way.recipe, layout, way.accelerator)
        states = held.states / GIB
        message = (
            f"each of {count} {way.accelerator.name} needs {held.fit_gib:,.2f} GiB ({states:,.2f} of "
            f"weights, gradients and optimizer); {held.usable / GIB:,.2f} GiB are usable"
        )
        return MEMORY.broken(message, round(held.usable / GIB, 2), round(held.fit_gib, 2))

    def server(self, way: RunWay) -> ContainerSpec | None:
        """Say that a training computes itself."""
        del way

    def checkpoint(self, pace: Pace, instance: InstanceType, stay_h: float | None) -> RunCheckpoint | None:
        """Work out what it saves."""
        return self._saves.checkpoint(pace, instance.accelerators, stay_h)

    def storage(self, checkpoint: RunCheckpoint, enforced_h: float) -> RunStorage | None:
        """Say what it leaves in storage."""
        return self._saves.storage(checkpoint, enforced_h)

    def assumed(self, way: RunWay | None, pace: Pace | None) -> Iterator[Assumption]:
        """Tell what was taken for what the spec leaves out, and where the speed is from."""
        yield from training_assumptions(self._spec, self._amount, way, pace)
        yield from starting_assumptions(self._spec, self._arch)


def recipe_of(spec: TrainingSpec, sequence_tok: int) -> TrainingRecipe:
    """Read the recipe of a spec."""
    keys, stack = spec.training, spec.stack_used
    targets = keys.lora.targets
    return TrainingRecipe(
        method=spec.method_used,
        stack=stack,
        precision=spec.precisions_used[0],
        optimizer=keys.optimizer,
        fused_loss=keys.fused_loss,
        compiled=stack != "plain",
        lora_rank=keys.lora.rank,
        lora_targets=(targets,) if isinstance(targets, str) else targets,
        sequence_tok=sequence_tok,
    )


def _slower(recipe: TrainingRecipe) -> Iterator[Reason]:
    """Refuse fp8 under QLoRA: its frozen matrices are brought to 16 bit and multiplied there."""
    if recipe.method == "qlora" and recipe.precision == "fp8":
        message = "qlora multiplies 4-bit weights in 16 bit (bitsandbytes): fp8 would speed nothing"
        yield PRECISION.broken(message, "bf16", "fp8")


def _unfit(instance: InstanceType, accelerator: Accelerator, precision: str) -> Iterator[Reason]:
    """Yield what no number of nodes mends: another platform, no such numbers, no rates."""
    if not accelerator.cuda:
        message = f"{accelerator.name} does not run the training image, which is made for CUDA"
        yield HOST.broken(message, "CUDA", accelerator.name)
        return
    if instance.arch != "x86_64":
        yield HOST.broken(
            f"{instance.name} is {instance.arch}, the training image x86_64", "x86_64", instance.arch
        )
    if not accelerator.flops:
        yield NO_SPEED.broken(f"no data-sheet rates for {accelerator.name}: no speed known")
    elif precision not in accelerator.flops:
        have = ", ".join(sorted(accelerator.flops))
        yield PRECISION.broken(
            f"{accelerator.name} does not multiply in {precision} (it has {have})", precision
        )
