"""Generation answers token by token: a language model at each tensor parallelism × precision."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from plimsoll.catalog.facts import InstanceType
from plimsoll.engines.benchmarked import REFERENCE, floods
from plimsoll.engines.registry import generation_engine
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.sizing.latency_limits import Interval, LatencyLimits, latency_limits
from plimsoll.sizing.limits import Reason
from plimsoll.sizing.memory.adapters import adapter_bytes
from plimsoll.sizing.memory.admission import admitted
from plimsoll.sizing.memory.fit import MemoryFit, MemoryGib
from plimsoll.sizing.memory.kv_cache import kv_bytes_per_token
from plimsoll.sizing.memory.longest_request import LongestRequest
from plimsoll.sizing.memory.misfit import cache_reasons, memory_reasons, split_reasons
from plimsoll.sizing.memory.placement import Placement
from plimsoll.sizing.nodes import PodShape, free_memory_gib
from plimsoll.sizing.replica import LlmReplica
from plimsoll.sizing.served_weights import Loadable, ServedWeights
from plimsoll.sizing.sharing import shared
from plimsoll.sizing.told import adapters_of, keys_of, settings, told_by
from plimsoll.sizing.traffic import Traffic, Z, lengths_of
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
from plimsoll.speed.evidence import Sought
from plimsoll.speed.facts import SpeedFacts
from plimsoll.speed.measured_range import LONGEST_TOK, MOST_SHARDS

SERVER_CPU, RANK_CPU = 2.0, 1.0
SERVER_MEMORY_GIB, RANK_MEMORY_GIB = 6.0, 4.0
"""vLLM runs one API process and one worker per rank. Assumption: 2 vCPU and 6 GiB for the server, 1 vCPU
and 4 GiB for each rank; weights are memory-mapped and need no host memory of their own."""

HOST_MEMORY_SHARE = 0.9
"""Share of a replica's part of its node that its pod requests: loading weights takes room, and nothing else
runs there. Assumption."""

_INTERVALS = (("ttft", "ttft_load"), ("tpot", "tpot"), ("e2e", "e2e"))
"""Each latency, and the kind of residuals that its interval comes from."""


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
        return [self._setups.on(instance, split, name) for split in splits for name in self.wanted]

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
        self.adapters = adapters_of(weights.workload)
        self.longest = LongestRequest.of(weights.workload.load, model.architecture)
        self._placed: dict[tuple[object, ...], _Placed] = {}
        self._served: dict[str, ServedWeights] = {}

    def on(self, instance: InstanceType, split: int, precision: str) -> _Placed:
        """Place the model on a type's accelerators."""
        key = (instance.accelerator, instance.accelerator_fraction, instance.arch, split, precision)
        if key not in self._placed:
            accelerator = self.model.accelerators[instance.accelerator or ""]
            placement = Placement(
                accelerator,
                tensor_parallel=split,
                precision=precision,
                share=instance.accelerator_fraction,
                kv_precision=self.engine.kv_cache_dtype,
                made_at_load=self._weights(precision).made_at_load,
                adapters=self.adapters,
            )
            self._placed[key] = self._place(placement, instance)
        return self._placed[key]

    def _place(self, placement: Placement, instance: InstanceType) -> _Placed:
        traffic, accelerator, precision = self.model.traffic, placement.accelerator, placement.precision
        engine, weights = generation_engine(self.engine.name), self._weights(precision)
        profile = engine.profile(self.engine.version, accelerator).telling(keys_of(self.engine))
        mean, longest = traffic.input_tok.mean + traffic.output_tok.mean, self.longest.must_fit
        memory = admitted(weights.architecture, placement, profile, longest, mean)
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
                *memory_reasons(memory, placement, longest),
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
        placed = self.placements.on(instance, split, precision)
        if placed not in self._made:
            self._made[placed] = self._setup(placed)
        return self._made[placed]

    def _setup(self, placed: _Placed) -> Setup:
        model, placement, memory = self.placements.model, placed.placement, placed.memory
        engine, longest = self.placements.engine.name, self.placements.longest.admitted(memory)
        loaded, broken, own = None, (), None
        intervals: Mapping[str, Interval] = {}
        if placed.step is not None:
            intervals = _intervals(model, placement, engine)
            flood = placed.step.flood if floods(engine, self.placements.engine.version) else 1.0
            replica = _replica(model.traffic, placed, placed.step, flood)
            own = own_speed(model.speed, model.architecture.name, placement, self.placements.engine)
            intervals = as_sure(intervals, own)
            loaded, broken = most_load(moved(replica, own), self.limits, intervals, runs=memory.fits)
        return Setup(
            accelerator=placement.accelerator.name,
            accelerators=placement.tensor_parallel,
            tensor_parallel=placement.tensor_parallel,
            precision=placement.precision,
            pod=_pod(placement.tensor_parallel),
            reasons=(*placed.reasons, *broken),
            loaded=loaded,
            interval=intervals,
            least_s=_least_s(model.traffic, placed.step) if placed.step is not None else {},
            weights_bytes=stored_bytes(placed.weights, placement.precision),
            weights=placed.weights,
            memory=MemoryGib.of(memory, cache=True),
            kv_bytes_per_token=kv_bytes_per_token(model.architecture, placement.kv_precision),
            max_tokens=longest,
            settings=settings(memory, placement, longest),
            assumptions=tuple(
                told_of(own, model.speed) or _speed_assumptions(placed, model.speed, self.placements.engine)
            ),
            own=own,
        )


def _pod(split: int) -> PodShape:
    """Shape the pod of a replica: a server, and a worker for each rank."""
    return PodShape(SERVER_CPU + RANK_CPU * split, SERVER_MEMORY_GIB + RANK_MEMORY_GIB * split, split)


def _replica(traffic: Traffic, placed: _Placed, step: StepModel, flood: float) -> LlmReplica:
    """A replica; where nothing fits, one slot, so that latency limits are still checked."""
    decoding = step.behind(traffic.input_tok.mean + traffic.output_tok.mean / 2)
    return LlmReplica(
        step_s=cache(decoding.decode_s),
        mixed_prefill_s=cache(decoding.interleaved_s),
        first_token_s=cache(step.first_token_s),
        traffic=traffic,
        slots=float(max(placed.slots, 1)),
        cache_slots=float(placed.cache_slots),
        chunk_tok=float(placed.memory.engine.batched_tok),
        flood=flood,
    )


def _intervals(model: ServedModel, placement: Placement, engine: str) -> dict[str, Interval]:
    architecture, part = model.architecture, placement.accelerator.name
    mixture, farther = architecture.experts is not None, _farther(model, placement)
    return {
        metric: model.speed.evidence.interval(Sought(kind, architecture.name, part, engine, mixture, farther))
        for metric, kind in _INTERVALS
    }


def _farther(model: ServedModel, placement: Placement) -> int:
    """Count what else lies outside the points: a shape that was assumed, more ranks, longer requests."""
    traffic = model.traffic
    longest = max(traffic.input_tok.mean, traffic.output_tok.mean)
    split = placement.tensor_parallel > MOST_SHARDS
    return bool(model.architecture.assumed) + split + (longest > LONGEST_TOK)


def _least_s(traffic: Traffic, step: StepModel) -> dict[str, float]:
    """Bound each latency of the median request from below, where it is alone on hardware without losses."""
    prompt = max(traffic.input_tok.quantile(Z["p50"]) - traffic.shared_prefix_tok, 1.0)
    answer = max(traffic.output_tok.quantile(Z["p50"]) - 1, 0.0)
    ttft, tpot = step.least_s(prompt, 0.0), step.least_s(1.0, prompt)
    return {"ttft": ttft, "tpot": tpot, "e2e": ttft + answer * tpot}


def _speed_assumptions(placed: _Placed, speed: SpeedFacts, engine: Engine) -> Iterator[Assumption]:
    step, adapters = placed.step, placed.placement.adapters
    if step is None:
        return
    if adapters is not None:
        source = "every step reads all of them; what their kernels cost beside was not measured"
        yield Assumption("adapters in use at once", adapters.count, None, source)
    if floods(engine.name, engine.version):
        source = f"reports of {engine.name} {engine.version} and before, from one user only"
        yield Assumption("reading prompts where more wait", step.flood, "times as long", source)
    if not speed.measured(engine.name):
        source = f"{engine.name} was not measured: it is taken for vLLM's like, with a wider interval"
        yield Assumption("speed of the engine", REFERENCE, None, source)
    if step.basis == "extrapolated":
        yield Assumption(
            "speed basis",
            "extrapolated",
            None,
            "no measured point on this accelerator: its generation's efficiency",
        )
