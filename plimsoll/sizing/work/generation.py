"""Ways to serve an LLM: each tensor parallelism × precision on each accelerator."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from plimsoll.catalog.facts import Accelerator, Catalog, InstanceType
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.estimates import MemoryGib
from plimsoll.sizing.limits import HOST, MEMORY, Reason
from plimsoll.sizing.memory import MemoryFit, fit, kv_bytes_per_token, tensor_parallel_problem, weight_bytes
from plimsoll.sizing.nodes import llm_pod
from plimsoll.sizing.replica import LlmReplica
from plimsoll.sizing.traffic import Traffic, Z
from plimsoll.sizing.work.setup import (
    Way,
    latency_limits_s,
    most_load,
    platform_reasons,
    speed_unknown,
    wanted_precisions,
)
from plimsoll.spec.workload import Workload
from plimsoll.speed import StepModel, step_model
from plimsoll.speed.facts import SpeedFacts, model_family

MODEL_LEN_STEP_TOK = 256
"""max_model_len is rounded up to this, so that small changes of the load do not restart the engine."""


class LlmWays:
    """The ways of one LLM workload; each is worked out once per accelerator and interconnect."""

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
        self.architecture = architecture
        self.accelerators = catalog.accelerators
        self.facts = speed
        self.traffic = traffic
        self.limits_s = latency_limits_s(workload)
        self.max_model_len = model_length(architecture, traffic)
        self._built: dict[tuple[object, ...], Way] = {}
        self._ways: dict[tuple[object, ...], Way] = {}

    def concerns(self, instance: InstanceType) -> bool:
        """Every type with an accelerator is a candidate."""
        return instance.accelerator is not None

    def precisions(self) -> tuple[str, ...]:
        """The precisions to try, in the order of preference."""
        return wanted_precisions(self.workload, self.architecture.native_precision)

    def on(self, instance: InstanceType) -> Sequence[Way]:
        """Powers of two up to the accelerators of the node (and the pinned split) × precisions."""
        splits = [1 << power for power in range(instance.accelerators.bit_length())]
        splits = [split for split in splits if split <= instance.accelerators] or [1]
        pinned = self.workload.pin.tensor_parallel
        if pinned is not None and pinned not in splits and pinned <= instance.accelerators:
            splits.append(pinned)
        return [self._way(instance, split, name) for split in splits for name in self.precisions()]

    def adapted(self, workload: Workload) -> "LlmWays":
        """The ways under a changed spec: memory and speed are kept, limits are tried anew."""
        other = LlmWays(workload, self.architecture, self.catalog, self.facts, self.traffic)
        if workload.engine == self.workload.engine:
            other._built = self._built
        if other.limits_s == self.limits_s:
            other._ways = self._ways
        return other

    def _way(self, instance: InstanceType, split: int, precision: str) -> Way:
        key = (instance.accelerator, instance.accelerator_fraction, split, precision)
        if key not in self._ways:
            if key not in self._built:
                self._built[key] = self._unlimited(instance, split, precision)
            self._ways[key] = self._limited(self._built[key])
        return self._ways[key]

    def _limited(self, way: Way) -> Way:
        """The way with the most load that the latency limits allow."""
        if way.replica is None:
            return way
        batch, broken = most_load(way.replica, self.limits_s)
        reasons = (*way.reasons, *broken)
        fits = not any(reason.code == MEMORY.code for reason in way.reasons)
        if batch is None or not fits:
            return replace(way, reasons=reasons, replica=None)
        return replace(
            way,
            reasons=reasons,
            batch=batch,
            qps=way.replica.qps_of(batch),
            in_flight=way.replica.in_flight(batch) if self.traffic.peak_concurrency else 0.0,
        )

    def _unlimited(self, instance: InstanceType, split: int, precision: str) -> Way:
        """Memory and speed of a way, before any latency limit."""
        arch = self.architecture
        accelerator = self.accelerators[instance.accelerator or ""]
        reasons = list(self._unfit(accelerator, instance, split, precision))
        memory = self._memory(accelerator, instance, split, precision)
        reasons += _memory_reason(memory, accelerator, split, precision, self.max_model_len)
        model = self._speed(accelerator, split, precision, reasons)
        slots = memory.max_sequences(self.traffic.input_tok.mean + self.traffic.output_tok.mean)
        device_bytes = accelerator.memory_bytes * instance.accelerator_fraction
        return Way(
            accelerator=accelerator.name,
            accelerators=split,
            tensor_parallel=split,
            precision=precision,
            pod=llm_pod(split),
            reasons=tuple(reasons),
            replica=self._replica(model, memory, slots) if model is not None else None,
            weights_bytes=weight_bytes(arch, precision),
            memory=_memory_gib(memory),
            kv_bytes_per_token=kv_bytes_per_token(arch),
            max_model_len_tok=self.max_model_len,
            max_num_seqs=max(slots, 1),
            gpu_memory_utilization=round(memory.usable / device_bytes, 4),
            interval=self._interval(model),
            assumptions=tuple(_way_assumptions(model)),
        )

    def _unfit(
        self, accelerator: Accelerator, instance: InstanceType, split: int, precision: str
    ) -> Iterator[Reason]:
        yield from platform_reasons(accelerator, precision)
        if problem := tensor_parallel_problem(self.architecture, split):
            yield HOST.broken(problem, None, split, "accelerators")
        if instance.accelerator_fraction < 1:
            message = f"{instance.family} holds a fraction of an accelerator, which Kubernetes does not count"
            yield HOST.broken(message, 1, instance.accelerator_fraction, "accelerators")

    def _memory(
        self, accelerator: Accelerator, instance: InstanceType, split: int, precision: str
    ) -> MemoryFit:
        return fit(
            self.architecture,
            accelerator,
            tensor_parallel=split,
            precision=precision,
            max_model_len=self.max_model_len,
            engine_version=self.workload.engine.version,
            memory_share=instance.accelerator_fraction,
        )

    def _speed(
        self, accelerator: Accelerator, split: int, precision: str, reasons: list[Reason]
    ) -> StepModel | None:
        """The step model; none for parts that are not CUDA or whose data sheet has no rates."""
        if not accelerator.cuda:
            return None
        if not accelerator.flops or not accelerator.bandwidth:
            reasons.append(speed_unknown(accelerator))
            return None
        return step_model(self.facts, self.architecture, accelerator, tp=split, weights=precision)

    def _replica(self, model: StepModel, memory: MemoryFit, slots: int) -> LlmReplica:
        """A replica; where nothing fits, one slot, so that latency limits are still checked."""
        context = self.traffic.input_tok.mean + self.traffic.output_tok.mean / 2
        return LlmReplica(
            step_s=lambda batch: model.decode_s(batch, context),
            mixed_prefill_s=lambda tokens, running: model.interleaved_s(tokens, running, context),
            first_token_s=model.first_token_s,
            traffic=self.traffic,
            slots=float(max(slots, 1)),
            kv_bound=slots < memory.sequences_limit,
            chunk_tok=float(memory.batched_tok),
        )

    def _interval(self, model: StepModel | None) -> dict[str, tuple[float, float]]:
        if model is None:
            return {}
        assumed = bool(self.architecture.assumed)
        return {
            metric: self.facts.interval(
                kind, model.basis, assumed=assumed, family=model_family(self.architecture)
            )
            for metric, kind in (("ttft", "ttft_load"), ("tpot", "tpot"), ("e2e", "e2e"))
        }


def model_length(architecture: Architecture, traffic: Traffic) -> int:
    """The longest request to admit: p95 prompt plus p95 answer, rounded up, within the model's context."""
    longest = traffic.input_tok.quantile(Z["p95"]) + traffic.output_tok.quantile(Z["p95"])
    rounded = MODEL_LEN_STEP_TOK * math.ceil(longest / MODEL_LEN_STEP_TOK - 1e-9)
    return min(rounded, architecture.max_context_tok) if architecture.max_context_tok else rounded


def _memory_reason(
    memory: MemoryFit, accelerator: Accelerator, split: int, precision: str, max_model_len: int
) -> list[Reason]:
    if memory.fits:
        return []
    weights, activations = memory.weights / GIB, memory.activations / GIB
    needed = weights + activations + memory.longest_sequence / GIB
    usable = memory.usable / GIB
    each = f"each of {split} {accelerator.name}" if split > 1 else f"one {accelerator.name}"
    return [
        MEMORY.broken(
            f"{each} needs {needed:.2f} GiB ({weights:.2f} {precision} weights, "
            f"{activations:.2f} activations, "
            f"{memory.longest_sequence / GIB:.2f} KV cache of one request of {max_model_len} tokens); "
            f"{usable:.2f} GiB are usable",
            round(usable, 3),
            round(needed, 3),
        )
    ]


def _memory_gib(memory: MemoryFit) -> MemoryGib:
    return MemoryGib(
        weights=memory.weights / GIB,
        kv_cache=max(memory.kv_cache, 0) / GIB,
        activations=memory.activations / GIB,
        usable=memory.usable / GIB,
    )


def _way_assumptions(model: StepModel | None) -> Iterator[Assumption]:
    if model is not None and model.basis == "extrapolated":
        yield Assumption(
            "speed basis",
            "extrapolated",
            None,
            "no measured point on this accelerator: its generation's efficiency",
        )
