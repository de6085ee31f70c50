"""Whole requests are answered in batches, one accelerator a replica: encoders, images, pictures."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from plimsoll.catalog.facts import InstanceType
from plimsoll.engines.base import ContainerSpec, RequestEngine, Served
from plimsoll.engines.registry import engine_for, generation_engine
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB
from plimsoll.models.image_size import resized
from plimsoll.sizing.latency_limits import Interval
from plimsoll.sizing.limits import MEMORY, Reason
from plimsoll.sizing.memory.fit import MemoryFit, MemoryGib, fit
from plimsoll.sizing.memory.placement import Placement
from plimsoll.sizing.memory.step import layers_bytes
from plimsoll.sizing.nodes import PodShape
from plimsoll.sizing.replica import UTILISATION_TARGET, batch_at
from plimsoll.sizing.sharing.whole import AS_ONE, shared
from plimsoll.sizing.traffic import QUANTILES, lengths_of
from plimsoll.sizing.waits.batches import BatchCycle
from plimsoll.sizing.work.base import Assignment
from plimsoll.sizing.work.own import as_sure, moved, own_speed, told_of
from plimsoll.sizing.work.requests import DEFAULT, ModelRequests, ServedModel, model_of, token_defaults
from plimsoll.sizing.work.setup import (
    Setup,
    engine_reasons,
    has_rates,
    most_load,
    platform_reasons,
    speed_reasons,
    stored_bytes,
    wanted_precisions,
    weights_reasons,
)
from plimsoll.spec import defaults
from plimsoll.spec.workload import Workload
from plimsoll.speed.forward import SERVER_ENGINE, ForwardModel, forward_model

MAX_BATCH = {"encoder": 64, "vision": 64, "diffusion": 4}
"""Largest dynamic batch per task: what common servers ship with. Assumption."""

STEP_BYTES = {"vision": GIB, "diffusion": 4 * GIB}
"""Peak of one step beside the weights, of tasks without tokens, at the size the model was published for: a
batch of images, one 1024 × 1024 decode. Assumption; larger ones take more by their area."""

POD = PodShape(cpu=3.0, memory_gib=10.0, accelerators=1)
"""One server process with its preprocessing. Assumption."""

PRECISION = "fp16"
"""What servers of whole requests compute in where the spec names nothing. Assumption."""

MEMORY_LIKE = (defaults.ENGINE, defaults.ENGINE_VERSION)
"""The engine whose share of device memory stands for that of servers of whole requests. Assumption."""

TELLS_TOKENS = ("encoder",)
"""Tasks whose prompts have a length that the spec gives."""

_OWN_SIZE = "the size the model was published for"


@record
class BatchReplica:
    """A server that runs whole requests in batches (encoders, images, pictures).

    A batch of b takes f(b); while it runs, λ f(b) requests arrive and form the next, so b = λ f(b).
    Below one request at a time the server idles in between. Waits are those of `BatchCycle`.
    """

    forward_s: Callable[[float], float]
    max_batch: float

    @property
    def full_batch(self) -> float:
        """The largest batch."""
        return self.max_batch

    @property
    def most_qps(self) -> float:
        """One full batch after another."""
        return self.qps_of(self.max_batch)

    @property
    def top_batch(self) -> float:
        """The batch whose rate is the utilisation target times the rate of full batches."""
        return batch_at(self, UTILISATION_TARGET * self.qps_of(self.max_batch), self.max_batch)

    def qps_of(self, batch: float) -> float:
        """λ(b) = b / f(b)."""
        return batch / self.forward_s(max(batch, 1.0))

    def latencies_s(self, batch: float, keys: Sequence[str]) -> list[float]:
        """Time from the request to its answer, with the wait for the batch before."""
        cycle = self._cycle(batch)
        return [cycle.quantile(QUANTILES[key.rpartition("_")[2]]) for key in keys]

    def in_flight(self, batch: float) -> float:
        """Little's law over the mean latency."""
        return self.qps_of(batch) * self._cycle(batch).mean_s

    def _cycle(self, batch: float) -> BatchCycle:
        return BatchCycle.of(self.forward_s, self.qps_of(batch), self.max_batch)


class WholeRequests(ModelRequests):
    """A model that answers whole requests in batches."""

    latency_metrics = ("latency",)
    reported = ("latency_p95",)

    def __init__(self, workload: Workload, model: ServedModel) -> None:
        px, published = workload.load.image_px, model.architecture
        served = published if px is None else resized(published, px)
        super().__init__(workload, replace(model, architecture=served))
        self._published = model
        self._setups: dict[tuple[object, ...], Setup] = {}

    @property
    def engine(self) -> RequestEngine:
        """The engine of the task."""
        return engine_for(self.model.architecture.task)

    @property
    def at_load(self) -> Collection[str]:
        """The precisions that the engine of the task makes of plain weights."""
        return self.engine.made_at_load

    @cached_property
    def wanted(self) -> Sequence[str]:
        """The precisions to try: the spec's, the pinned, or 16 bit."""
        return wanted_precisions(self.workload, PRECISION)

    @property
    def other_precisions(self) -> Sequence[str]:
        """Offer what the engine of the task computes in."""
        return [name for name in super().other_precisions if name in self.engine.precisions]

    def on(self, instance: InstanceType) -> Sequence[Setup]:
        """Try one setup per precision: the spec's, the pinned, or 16 bit."""
        return [self._on(instance, precision) for precision in self.wanted]

    def adapted(self, workload: Workload) -> "WholeRequests":
        """Work out the same anew under a changed spec."""
        return WholeRequests(workload, self._published)

    @property
    def speed_like(self) -> str:
        """The server whose constants every kind of whole request takes."""
        return SERVER_ENGINE

    def container(self, setup: Setup, instance: InstanceType) -> ContainerSpec:
        """Start the engine of the task."""
        weights = setup.weights
        served = Served(
            architecture=self.model.architecture,
            model=weights.name if weights else None,
            accelerator=instance.accelerator,
            precision=setup.precision or "",
            quantise=weights is not None and weights.made_at_load,
            max_tokens=setup.max_tokens or 0,
        )
        return self.engine.container(served)

    def load_defaults(self) -> Iterator[Assumption]:
        """Yield the length of prompts or the size of images, and the precision."""
        load, architecture = self.workload.load, self.model.architecture
        if architecture.task in TELLS_TOKENS:
            lengths = lengths_of(load, architecture)
            yield from token_defaults("load.input_tokens", load.input_tokens, lengths.prompt)
        if architecture.image_px and load.image_px is None:
            yield Assumption("load.image_px", architecture.image_px, "pixels", _OWN_SIZE)
        yield from self.precision_default()

    def engine_default(self) -> Iterator[Assumption]:
        """Yield the engine that is deployed, and its version: a spec cannot choose either."""
        source = f"{self.engine.title} serves {self.model.architecture.task} models"
        yield Assumption("engine", f"{self.engine.name} {self.engine.version}", None, source)

    def precision_default(self) -> Iterator[Assumption]:
        """Yield the precision, where neither the spec nor a pin names one."""
        if self.workload.precision is None and self.workload.pin.precision is None:
            source = f"{DEFAULT}: what servers of whole requests compute in"
            yield Assumption("precision", self.wanted[0], None, source)

    def _on(self, instance: InstanceType, precision: str) -> Setup:
        key = (instance.accelerator, instance.accelerator_fraction, instance.arch, precision)
        if key not in self._setups:
            placement = Placement(self.accelerator(instance), 1, precision, instance.accelerator_fraction)
            self._setups[key] = self._setup(placement, instance)
        return self._setups[key]

    def _setup(self, placement: Placement, instance: InstanceType) -> Setup:
        (name, version), precision = MEMORY_LIKE, placement.precision
        weights = self.weights.in_precision(precision)
        profile = generation_engine(name).profile(version, placement.accelerator)
        step = self._step_bytes(profile.batched_tok)
        memory = fit(self.model.architecture, placement, profile, self.traffic.input_tok.mean, step)
        forward = self._forward(placement)
        own = own_speed(self.model.speed, self.model.architecture.name, placement, self.engine)
        loaded, broken, intervals = None, (), dict[str, Interval]()
        if forward is not None:
            intervals = as_sure({"latency": forward.interval}, own)
            loaded, broken = most_load(moved(self._replica(forward), own), self.limits, intervals)
        return Setup(
            accelerator=placement.accelerator.name,
            accelerators=1,
            tensor_parallel=1,
            precision=placement.precision,
            pod=POD,
            reasons=(
                *platform_reasons(placement.accelerator, precision),
                *engine_reasons(self.engine, placement.accelerator, instance.arch, precision),
                *weights_reasons(weights, precision),
                *shared(instance, ending=AS_ONE),
                *_memory_reasons(memory),
                *speed_reasons(placement.accelerator),
                *broken,
            ),
            loaded=loaded if memory.fits else None,
            interval=intervals,
            least_s={"latency": forward.least_s} if forward is not None else {},
            weights_bytes=stored_bytes(weights, precision),
            weights=weights,
            max_tokens=self.workload.load.max_tokens or self.model.architecture.max_context_tok or None,
            memory=MemoryGib.of(memory, cache=False),
            assumptions=tuple(told_of(own, self.model.speed)),
            own=own,
        )

    def _step_bytes(self, batched_tok: int) -> int:
        """Take the peak of one step: assumed for the task, else of the layers in a full step of tokens."""
        architecture, own_px = self.model.architecture, self._published.architecture.image_px
        assumed = STEP_BYTES.get(architecture.task)
        if assumed is None:
            return layers_bytes(architecture, 1, batched_tok)
        larger = (architecture.image_px / own_px) ** 2 if own_px else 1.0
        return round(assumed * max(larger, 1.0))

    def _forward(self, placement: Placement) -> ForwardModel | None:
        if not has_rates(placement.accelerator):
            return None
        model = self.model
        tokens = self.traffic.input_tok.mean
        return forward_model(
            model.speed, model.architecture, placement.accelerator, placement.precision, tokens
        )

    def _replica(self, forward: ForwardModel) -> BatchReplica:
        return BatchReplica(forward.forward_s, float(MAX_BATCH[self.model.architecture.task]))


def work(assigned: Assignment) -> WholeRequests:
    """Make the work that a spec asks for."""
    return WholeRequests(assigned.workload, model_of(assigned))


def _memory_reasons(memory: MemoryFit) -> Iterator[Reason]:
    if not memory.fits:
        needed = (memory.usable + memory.shortfall) / GIB
        message = f"needs {needed:.2f} GiB, {memory.usable / GIB:.2f} GiB are usable"
        yield MEMORY.broken(message, memory.usable / GIB, needed)
