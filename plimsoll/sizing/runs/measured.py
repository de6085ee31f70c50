"""A measured training goes at the pace that its owner measured, on the accelerator of the measurement."""

from collections.abc import Iterator, Sequence

from plimsoll.catalog.facts import Catalog, InstanceType
from plimsoll.engines.base import ContainerSpec
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB
from plimsoll.sizing.limits import HOST, MEMORY, PINNED, SCALING, Reason
from plimsoll.sizing.runs.checkpoint import RunCheckpoint
from plimsoll.sizing.runs.limits import RunLimits
from plimsoll.sizing.runs.pace import Pace, RunStorage, RunWay, Totals
from plimsoll.sizing.runs.saves import Saves
from plimsoll.sizing.training.work import TrainingSamples
from plimsoll.spec import defaults
from plimsoll.spec.runs.asked import RunAsked
from plimsoll.spec.runs.training import MeasuredTraining, TrainingSpec

BYTES_PER_PARAMETER = 14
"""Of a checkpoint with the states of mixed AdamW."""


@record
class MeasuredWay:
    """The measured training on one instance type."""

    instance: InstanceType
    measured: MeasuredTraining
    reasons: tuple[Reason, ...]
    samples: float
    checkpoint_bytes: float
    global_batch: int
    pinned_nodes: int | None
    precision: str | None = None

    @property
    def least_nodes(self) -> int:
        """One, or as many as are pinned."""
        return self.pinned_nodes or 1

    @property
    def most_nodes(self) -> int:
        """As many as leave each accelerator one sample of the global batch, or as are pinned."""
        return self.pinned_nodes or max(self.global_batch // max(self.instance.accelerators, 1), 1)

    def pace(self, nodes: int) -> Pace:
        """Divide the samples by what so many accelerators train."""
        count = nodes * self.instance.accelerators
        hours = self.samples / (self.measured.samples_per_s * count) / 3600
        return Pace(nodes, count, hours, hours, hours, self.checkpoint_bytes, reasons=self._too_wide(count))

    def _too_wide(self, count: int) -> tuple[Reason, ...]:
        if count <= self.global_batch:
            return ()
        message = (
            f"a global batch of {self.global_batch} samples leaves {count} accelerators less than one each"
        )
        return (SCALING.broken(message, self.global_batch, count),)


class MeasuredRun:
    """The work of a measured training."""

    own_image = True

    def __init__(self, spec: TrainingSpec, measured: MeasuredTraining, catalog: Catalog) -> None:
        self._spec, self._measured, self._catalog = spec, measured, catalog
        self._saves = Saves(spec.checkpoint, spec.capacity.hardware_failures_per_1000_node_days)
        self.limits = RunLimits(spec.sla.run_p50_h, spec.sla.run_p90_h, spec.scale.max_run_h)
        self.epochs = spec.load.epochs or defaults.EPOCHS
        self.samples = spec.load.samples or 0

    @property
    def model(self) -> str:
        """The measurement in words."""
        measured = self._measured
        return f"measured: {measured.samples_per_s:g} samples/s on one {measured.accelerator}"

    @property
    def totals(self) -> Totals:
        """Its steps; it counts no tokens."""
        work = TrainingSamples(self.samples, self.epochs, packed=False)
        return Totals(steps=work.steps(0, self._spec.global_batch_used))

    def adapted(self, spec: RunAsked) -> "MeasuredRun":
        """Take the same facts under a changed spec."""
        if not isinstance(spec, TrainingSpec) or spec.measured is None:
            msg = "a measured training stays one"
            raise TypeError(msg)
        return MeasuredRun(spec, spec.measured, self._catalog)

    def ways(self, instance: InstanceType) -> Sequence[RunWay]:
        """The one way on an instance type that has accelerators, whole ones."""
        if instance.accelerator is None or instance.accelerator_fraction < 1:
            return ()
        return (
            MeasuredWay(
                instance,
                self._measured,
                tuple(self._misfits(instance)),
                self.samples * self.epochs,
                self._checkpoint_bytes,
                self._spec.global_batch_used,
                self._spec.pin.nodes,
            ),
        )

    @property
    def _checkpoint_bytes(self) -> float:
        """What its owner says of parameters; else no more than it takes of an accelerator."""
        measured = self._measured
        if measured.params_b is not None:
            return measured.params_b * 1e9 * BYTES_PER_PARAMETER
        return (measured.accelerator_memory_gib or 0.0) * GIB

    def _misfits(self, instance: InstanceType) -> Iterator[Reason]:
        measured, known = self._measured, self._catalog.accelerator(self._measured.accelerator)
        wanted = known.name if known is not None else measured.accelerator
        if instance.accelerator != wanted:
            yield PINNED.broken(f"measured on {wanted}", wanted, instance.accelerator)
        count = instance.accelerators
        if measured.cpu * count > instance.allocatable_cpu:
            message = (
                f"{count} accelerator{'' if count == 1 else 's'} take {measured.cpu * count:g} vCPU to feed, "
                f"EKS leaves {instance.allocatable_cpu:g} on the node"
            )
            yield HOST.broken(message, instance.allocatable_cpu, measured.cpu * count, "vCPU")
        if measured.memory_gib * count > instance.allocatable_memory_gib:
            need, left = measured.memory_gib * count, instance.allocatable_memory_gib
            message = (
                f"{count} accelerators take {need:g} GiB of host memory, EKS leaves {left:.1f} on the node"
            )
            yield HOST.broken(message, round(left, 2), need, "GiB")
        need = measured.accelerator_memory_gib
        own = self._catalog.accelerators.get(instance.accelerator or "")
        if need is not None and own is not None and need * GIB > own.memory_bytes * own.visible_share:
            has = own.memory_bytes * own.visible_share / GIB
            message = f"it takes {need:g} GiB, {own.name} has {has:.1f}"
            yield MEMORY.broken(message, round(has, 2), need)

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
        """Tell where the speed is from, and how large a save is taken to be."""
        del way, pace
        measured = self._measured
        yield Assumption("samples per second", measured.samples_per_s, "of one accelerator", measured.source)
        if self._spec.load.epochs is None:
            yield Assumption("load.epochs", defaults.EPOCHS, "epochs", "default of the spec")
        if self._spec.training.global_batch_samples is None:
            batch = self._spec.global_batch_used
            yield Assumption("training.global_batch_samples", batch, "samples", "default of the spec")
        if measured.params_b is None and self._spec.checkpoint.to != "none":
            size = round(self._checkpoint_bytes / 1e9, 2)
            yield Assumption("checkpoint size", size, "GB", "at most what it takes of an accelerator")
