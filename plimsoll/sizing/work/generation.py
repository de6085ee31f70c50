"""Generation answers token by token: a language model at each tensor parallelism × precision."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import ModuleType

from plimsoll.catalog.facts import InstanceType
from plimsoll.engines.benchmarked import floods
from plimsoll.engines.registry import generation_engine
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.sizing.assumed_speed import assumed_speed, assumed_sureness
from plimsoll.sizing.latency_limits import Interval, LatencyLimits, latency_limits
from plimsoll.sizing.limits import Reason
from plimsoll.sizing.memory.adapters import adapter_bytes
from plimsoll.sizing.memory.admission import admitted
from plimsoll.sizing.memory.declared_cache import cache_assumed, cache_type
from plimsoll.sizing.memory.fit import MemoryFit, MemoryGib
from plimsoll.sizing.memory.kv_cache import kv_bytes_per_token
from plimsoll.sizing.memory.longest_request import LongestRequest
from plimsoll.sizing.memory.misfit import cache_reasons, memory_reasons, split_reasons
from plimsoll.sizing.memory.placement import Placement
from plimsoll.sizing.nodes import HOST_MEMORY_SHARE, free_memory_gib, server_pod
from plimsoll.sizing.replica import LlmReplica, least_latencies_s
from plimsoll.sizing.served_weights import Loadable, ServedWeights
from plimsoll.sizing.sharing.whole import shared
from plimsoll.sizing.told import adapters_of, keys_of, settings, told_by
from plimsoll.sizing.traffic import Traffic, lengths_of
from plimsoll.sizing.waits.prompts import kinds_of
from plimsoll.sizing.work.base import Assignment, Peak
from plimsoll.sizing.work.own import as_sure, moved, own_speed, told_of
from plimsoll.sizing.work.requests import (
    ModelRequests,
    ServedModel,
    model_of,
    token_defaults,
)
from plimsoll.sizing.work.setup import (
    Setup,
    engine_reasons,
    has_rates,
    most_load,
    platform_reasons,
    speed_reasons,
    stored_bytes,
    weights_reasons,
)
from plimsoll.spec.engine import Engine
from plimsoll.spec.workload import Workload
from plimsoll.speed import StepModel, step_model
from plimsoll.speed.facts import SpeedFacts

WHOLE_NODE = 8
"""Accelerators of a node from which a pipeline over nodes is tried: smaller nodes have larger sisters."""


class Generation(ModelRequests):
    """A language model that answers requests token by token."""

    latency_metrics = ("ttft", "tpot", "e2e")
    reported = ("ttft_p95", "tpot_p95")

    def __init__(self, workload: Workload, model: ServedModel, setups: "_Setups | None" = None) -> None:
        super().__init__(workload, model)
        self._setups = setups or _Setups(_Placements(model, self.weights), self.limits)

    def on(self, instance: InstanceType) -> Sequence[Setup]:
        """Try powers of two up to the accelerators of the node (and the pinned split) × precisions."""
        splits = [1 << power for power in range(instance.accelerators.bit_length())]
        splits = [split for split in splits if split <= instance.accelerators] or [1]
        pinned = self.workload.pin.tensor_parallel
        if pinned is not None and pinned not in splits and pinned <= instance.accelerators:
            splits.append(pinned)
        single = [self._setups.on(instance, split, name) for split in splits for name in self.wanted]
        return [*single, *self._over_nodes(instance, splits[-1])]

    def _over_nodes(self, instance: InstanceType, split: int) -> Iterator[Setup]:
        """Try the fewest nodes that hold the model, and a pinned split that no node has room for."""
        pinned = self.workload.pin.tensor_parallel
        if pinned is not None and pinned > instance.accelerators >= WHOLE_NODE:
            yield from (self._setups.on(instance, pinned, name) for name in self.wanted)
        most = self.workload.capacity.nodes_per_replica
        if most == 1 or instance.accelerators < WHOLE_NODE:
            return
        for name in self.wanted:
            yield self._setups.over_nodes(instance, (split, most), name)

    def adapted(self, workload: Workload) -> "Generation":
        """Keep memory and speed of the same engine, and try other limits anew."""
        weights = Loadable(workload, self.model.architecture, self.model.catalog, self.at_load)
        setups = self._setups.under(weights, latency_limits(workload))
        return Generation(workload, self.model, setups)

    def output_tok_per_s(self, peak: Peak) -> float:
        """Multiply the answers at the mean load by the tokens of an answer."""
        return peak.qps * self.traffic.mean_fraction * self.traffic.output_tok.mean

    def memory_request_gib(self, setup: Setup, instance: InstanceType) -> float:
        """Request most of a replica's share of its node."""
        replicas = max(instance.accelerators // max(setup.accelerators, 1), 1)
        share = math.floor(HOST_MEMORY_SHARE * free_memory_gib(instance) / replicas)
        return max(setup.pod.memory_gib, float(share))

    def load_defaults(self) -> Iterator[Assumption]:
        """Yield the lengths of prompts and answers, and the precision."""
        load = self.workload.load
        lengths = lengths_of(load, self.model.architecture)
        yield from token_defaults("load.input_tokens", load.input_tokens, lengths.prompt)
        yield from token_defaults("load.output_tokens", load.output_tokens, lengths.answer)
        yield from self.precision_default()


def work(assigned: Assignment) -> Generation:
    """Make the work that a spec asks for."""
    return Generation(assigned.workload, model_of(assigned))


@record
class _Placed:
    """A model on accelerators, before any latency limit: memory, slots for requests, speed if known."""

    __eq__, __hash__ = object.__eq__, object.__hash__

    placement: Placement
    weights: ServedWeights
    memory: MemoryFit
    slots: int
    cache_slots: int
    step: StepModel | None
    reasons: tuple[Reason, ...]


class _Placements:
    """Places a model on each accelerator, split and precision once."""

    def __init__(self, model: ServedModel, weights: Loadable) -> None:
        self.model = model
        self.weights = weights
        self.told = told_by(weights.workload)
        self.engine = weights.workload.engine
        self.keys = keys_of(self.engine)
        self.adapters = adapters_of(weights.workload)
        self.longest = LongestRequest.of(weights.workload.load, model.architecture)
        self._placed: dict[tuple[object, ...], _Placed] = {}
        self._served: dict[str, ServedWeights] = {}

    def on(self, instance: InstanceType, split: int, precision: str, stages: int = 1) -> _Placed:
        """Place the model on a type's accelerators, or a stage of it on those of each of several nodes."""
        wide = split == instance.accelerators >= WHOLE_NODE and instance.efa_interfaces > 0
        key = (instance.accelerator, instance.accelerator_fraction, instance.arch, split, precision)
        key = (*key, wide, stages, instance.name if stages > 1 else "")
        if key not in self._placed:
            accelerator = self.model.accelerators[instance.accelerator or ""]
            placement = Placement(
                accelerator,
                tensor_parallel=split,
                precision=precision,
                share=instance.accelerator_fraction,
                kv_precision=cache_type(self._weights(precision).architecture, self.engine, accelerator),
                made_at_load=self._weights(precision).made_at_load,
                adapters=self.adapters,
                stages=stages,
            )
            self._placed[key] = self._place(placement, instance, wide=wide)
        return self._placed[key]

    def _place(self, placement: Placement, instance: InstanceType, *, wide: bool) -> _Placed:
        traffic, accelerator, precision = self.model.traffic, placement.accelerator, placement.precision
        engine, weights = generation_engine(self.engine.name), self._weights(precision)
        profile = engine.profile(self.engine.version, accelerator).telling(self.keys)
        mean, longest = traffic.input_tok.mean + traffic.output_tok.mean, self.longest.must_fit
        whole = placement.stages == 1
        held = (
            weights.architecture
            if whole
            else _pipeline().fullest_stage(weights.architecture, placement.stages)
        )
        memory = admitted(held, placement, profile, longest, mean)
        return _Placed(
            placement=placement,
            weights=weights,
            memory=memory,
            slots=memory.max_sequences(mean),
            cache_slots=memory.cached_sequences(mean),
            step=self._step(placement, weights, memory),
            reasons=(
                *platform_reasons(accelerator, precision),
                *engine_reasons(engine, accelerator, instance.arch, precision),
                *weights_reasons(weights, precision),
                *cache_reasons(self.engine.name, placement),
                *split_reasons(weights.architecture, placement.tensor_parallel),
                *shared(instance),
                *memory_reasons(memory, placement, longest, whole_node=wide),
                *speed_reasons(accelerator),
            ),
        )

    def _weights(self, precision: str) -> ServedWeights:
        if precision not in self._served:
            self._served[precision] = self.weights.in_precision(precision)
        return self._served[precision]

    def _step(self, placement: Placement, weights: ServedWeights, memory: MemoryFit) -> StepModel | None:
        if not has_rates(placement.accelerator):
            return None
        step = step_model(
            self.model.speed,
            weights.architecture,
            placement.accelerator,
            tp=placement.tensor_parallel,
            weights=placement.precision,
            kv=placement.kv_precision,
            engine=self.engine.name,
        ).cutting(memory.engine.batched_tok)
        if self.adapters is None:
            return step
        return step.reading(adapter_bytes(weights.architecture, self.adapters, placement.tensor_parallel))


class _Setups:
    """Makes the setups of placements under one set of latency limits, each once."""

    def __init__(self, placements: _Placements, limits: LatencyLimits) -> None:
        self.placements = placements
        self.limits = limits
        self._made: dict[_Placed, Setup] = {}

    def under(self, weights: Loadable, limits: LatencyLimits) -> "_Setups":
        """Keep what another engine, other weights or other limits do not change."""
        if told_by(weights.workload) != self.placements.told:
            return _Setups(_Placements(self.placements.model, weights), limits)
        return self if limits == self.limits else _Setups(self.placements, limits)

    def on(self, instance: InstanceType, split: int, precision: str) -> Setup:
        """Make the setup of a split and a precision on a type's accelerators."""
        return self._of(self.placements.on(instance, split, precision))

    def over_nodes(self, instance: InstanceType, spread: tuple[int, int], precision: str) -> Setup:
        """Make the setup of the fewest nodes that hold it; `spread` is the split and the most nodes."""
        split, most = spread
        one = self.placements.on(instance, split, precision)
        placed = one
        for stages in range(2, most + 1):
            placed = self.placements.on(instance, split, precision, stages)
            if placed.memory.fits:
                break
        made = self._of(placed)
        return replace(
            made, reasons=(*made.reasons, *_pipeline().unfit(instance, held_by_one=one.memory.fits))
        )

    def _of(self, placed: _Placed) -> Setup:
        if placed not in self._made:
            self._made[placed] = self._setup(placed)
        return self._made[placed]

    def _setup(self, placed: _Placed) -> Setup:
        model, placement, memory = self.placements.model, placed.placement, placed.memory
        engine, longest = self.placements.engine.name, self.placements.longest.admitted(memory)
        loaded, broken, own = None, (), None
        intervals = dict[str, Interval]()
        if placed.step is not None:
            intervals = assumed_sureness(model.speed, model.architecture, placement, engine, model.traffic)
            flood = placed.step.flood if floods(engine, self.placements.engine.version) else 1.0
            replica = _replica(placed, placed.step, model.traffic, flood, float(longest))
            own = own_speed(model.speed, model.architecture.name, placement, self.placements.engine)
            intervals = as_sure(intervals, own)
            loaded, broken = most_load(moved(replica, own), self.limits, intervals, runs=memory.fits)
        return Setup(
            accelerator=placement.accelerator.name,
            accelerators=placement.tensor_parallel * placement.stages,
            stages=placement.stages,
            stage_layers=_dealt(placed),
            tensor_parallel=placement.tensor_parallel,
            precision=placement.precision,
            pod=server_pod(placement.tensor_parallel),
            reasons=(*placed.reasons, *broken),
            loaded=loaded,
            interval=intervals,
            least_s=least_latencies_s(model.traffic, placed.step) if placed.step is not None else {},
            weights_bytes=stored_bytes(placed.weights, placement.precision),
            weights=placed.weights,
            memory=MemoryGib.of(memory, cache=True),
            kv_bytes_per_token=kv_bytes_per_token(model.architecture, placement.kv_precision),
            max_tokens=longest,
            settings=settings(memory, placement, longest),
            assumptions=(
                *(
                    told_of(own, model.speed)
                    or _speed_assumptions(placed, model.speed, self.placements.engine)
                ),
                *cache_assumed(placed.placement, self.placements.engine),
            ),
            own=own,
        )


def _pipeline() -> ModuleType:
    import plimsoll.sizing.pipeline as found  # start-up: few replicas span nodes

    return found


def _dealt(placed: _Placed) -> tuple[int, ...] | None:
    """Deal the layers out to the stages of a pipeline; None on one node."""
    stages, layers = placed.placement.stages, placed.weights.architecture.layers
    return _pipeline().layers_of_stages(layers, stages) if stages > 1 else None


def _replica(
    placed: _Placed, step: StepModel, traffic: Traffic, flood: float, longest_tok: float
) -> LlmReplica:
    """A replica; where nothing fits, one slot, so that latency limits are still checked."""
    decoding = step.behind(traffic.input_tok.mean + traffic.output_tok.mean / 2)
    times = decoding.decode_s, decoding.interleaved_s, decoding.first_token_s
    if (stages := placed.placement.stages) > 1:
        times = _pipeline().staged(times, stages)
    return LlmReplica(
        step_s=times[0],
        mixed_prefill_s=times[1],
        first_token_s=times[2],
        traffic=traffic,
        kinds=kinds_of(traffic.input_tok, traffic.shared_prefix_tok, longest_tok),
        slots=float(max(placed.slots, 1)),
        cache_slots=float(placed.cache_slots),
        chunk_tok=float(placed.memory.engine.batched_tok),
        flood=flood,
        longest_tok=longest_tok,
    )


def _speed_assumptions(placed: _Placed, speed: SpeedFacts, engine: Engine) -> Iterator[Assumption]:
    if placed.step is None:
        return
    if (dealt := _dealt(placed)) is not None:
        yield from _pipeline().said(dealt)
    yield from assumed_speed(placed.step, placed.placement.adapters, speed, engine)
