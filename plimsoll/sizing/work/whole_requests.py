"""Ways to serve a model that answers whole requests in batches: encoders, images, speech, pictures."""

from collections.abc import Iterator, Sequence

from plimsoll.catalog.facts import Accelerator, Catalog, InstanceType
from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.estimates import MemoryGib
from plimsoll.sizing.limits import HOST, MEMORY, Reason
from plimsoll.sizing.memory import fit, weight_bytes
from plimsoll.sizing.nodes import PodShape
from plimsoll.sizing.replica import BatchReplica
from plimsoll.sizing.traffic import Traffic
from plimsoll.sizing.work.setup import (
    Way,
    latency_limits_s,
    most_load,
    platform_reasons,
    speed_unknown,
    wanted_precisions,
)
from plimsoll.spec.workload import Workload
from plimsoll.speed.facts import SpeedFacts
from plimsoll.speed.forward import ForwardModel, forward_model

MAX_BATCH = {"encoder": 64, "vision": 64, "speech": 16, "diffusion": 4}
"""Largest dynamic batch per task: what common servers ship with. Assumption."""

BATCH_POD = PodShape(cpu=3.0, memory_gib=10.0, accelerators=1)
"""One server process with its preprocessing. Assumption."""


class BatchWays:
    """The ways of one workload without token-by-token generation: one accelerator per replica."""

    def __init__(
        self,
        workload: Workload,
        architecture: Architecture,
        catalog: Catalog,
        speed: SpeedFacts,
        traffic: Traffic,
    ) -> None:
        self.workload = workload
        self.catalog = catalog
        self.traffic = traffic
        self.architecture = architecture
        self.accelerators = catalog.accelerators
        self.facts = speed
        self.tokens = traffic.input_tok.mean
        self.limits_s = latency_limits_s(workload)
        self._ways: dict[tuple[object, ...], Way] = {}

    def concerns(self, instance: InstanceType) -> bool:
        """Every type with an accelerator is a candidate."""
        return instance.accelerator is not None

    def precisions(self) -> tuple[str, ...]:
        """The precisions to try: the spec's, the pinned, or 16 bit."""
        return wanted_precisions(self.workload, "fp16")

    def on(self, instance: InstanceType) -> Sequence[Way]:
        """One way per precision."""
        return [self._way(instance, precision) for precision in self.precisions()]

    def adapted(self, workload: Workload) -> "BatchWays":
        """The ways under a changed spec."""
        return BatchWays(workload, self.architecture, self.catalog, self.facts, self.traffic)

    def _way(self, instance: InstanceType, precision: str) -> Way:
        key = (instance.accelerator, instance.accelerator_fraction, precision)
        if key not in self._ways:
            accelerator = self.accelerators[instance.accelerator or ""]
            self._ways[key] = self._worked_out(accelerator, instance, precision)
        return self._ways[key]

    def _worked_out(self, accelerator: Accelerator, instance: InstanceType, precision: str) -> Way:
        arch = self.architecture
        reasons = list(_unfit(accelerator, instance, precision))
        memory = fit(
            arch,
            accelerator,
            tensor_parallel=1,
            precision=precision,
            max_model_len=self.tokens,
            memory_share=instance.accelerator_fraction,
        )
        if not memory.fits:
            needed = (memory.usable + memory.shortfall) / GIB
            message = f"needs {needed:.2f} GiB, {memory.usable / GIB:.2f} GiB are usable"
            reasons.append(MEMORY.broken(message, memory.usable / GIB, needed))
        model = self._speed(accelerator, precision, reasons)
        replica: BatchReplica | None = None
        batch: float | None = None
        if model is not None:
            most = float(MAX_BATCH[arch.task])
            replica = BatchReplica(forward_s=model.forward_s, max_batch=most)
            batch, broken = most_load(replica, self.limits_s)
            reasons += broken
        usable = replica is not None and batch is not None and memory.fits
        return Way(
            accelerator=accelerator.name,
            accelerators=1,
            tensor_parallel=1,
            precision=precision,
            pod=BATCH_POD,
            reasons=tuple(reasons),
            replica=replica if usable else None,
            batch=batch if usable else None,
            qps=replica.qps_of(batch) if replica is not None and batch is not None and usable else 0.0,
            in_flight=replica.in_flight(batch)
            if replica is not None and batch is not None and usable
            else 0.0,
            weights_bytes=weight_bytes(arch, precision),
            memory=MemoryGib(
                memory.weights / GIB,
                None,
                memory.activations / GIB,
                memory.usable / GIB,
            ),
            interval={"latency": model.interval} if model is not None else {},
        )

    def _speed(self, accelerator: Accelerator, precision: str, reasons: list[Reason]) -> ForwardModel | None:
        if not accelerator.cuda:
            return None
        if not accelerator.flops or not accelerator.bandwidth:
            reasons.append(speed_unknown(accelerator))
            return None
        return forward_model(self.facts, self.architecture, accelerator, precision, self.tokens)


def _unfit(accelerator: Accelerator, instance: InstanceType, precision: str) -> Iterator[Reason]:
    yield from platform_reasons(accelerator, precision)
    if instance.accelerator_fraction < 1:
        message = (
            f"{instance.family} holds a fraction of an accelerator, which Kubernetes does not count as one"
        )
        yield HOST.broken(message, 1, instance.accelerator_fraction, "accelerators")
