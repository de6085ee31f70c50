"""Requests arrive at a rate or in a number at once: what all kinds of work share that answer them.

`Requests` knows the load; `ModelRequests` also the model that answers, and what was assumed of it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING

from plimsoll.catalog.facts import Accelerator, Catalog, InstanceType
from plimsoll.engines.base import ContainerSpec, Served
from plimsoll.engines.precision import SERVES_BEST_FIRST
from plimsoll.engines.registry import generation_engine
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.ground.units import figure
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.latency_limits import latency_limits
from plimsoll.sizing.limits import Reason
from plimsoll.sizing.nodes import round_up
from plimsoll.sizing.replica import batch_at
from plimsoll.sizing.served_weights import Loadable, published_name
from plimsoll.sizing.traffic import Traffic
from plimsoll.sizing.work.base import Assignment, Peak, Queueing, Scaling, SpeechRate, Traits
from plimsoll.sizing.work.own import told_of_candidates
from plimsoll.sizing.work.setup import (
    Estimate,
    LoadedReplica,
    Setup,
    estimates,
    wanted_precisions,
)
from plimsoll.spec import defaults
from plimsoll.spec.lengths import Length
from plimsoll.spec.load import TokenCount
from plimsoll.spec.workload import Workload
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:  # start-up: a plan is seldom calibrated
    from plimsoll.calibration.calibration import Calibration

DEFAULT = "default of the spec"
CLASS_DEFAULT = "left out of the config: default of its class (Transformers 5.24)"
"""The source of an assumption that stands for a key which the spec left out."""


class Requests:
    """Work that answers requests: how many replicas carry the peak, and what each of them then does."""

    def __init__(self, workload: Workload, traffic: Traffic) -> None:
        self.workload = workload
        self.traffic = traffic
        self.limits = latency_limits(workload)

    @property
    def hourly(self) -> Sequence[float]:
        """The load of each hour as a fraction of the peak."""
        return self.traffic.hourly

    def needed(self, setup: Setup) -> int:
        """Count the replicas that carry the peak, without spares."""
        loaded = _must_be_loaded(setup)
        if self.traffic.peak_qps is not None:
            return max(round_up(self.traffic.peak_qps / loaded.qps), 1)
        return max(round_up((self.traffic.peak_concurrency or 0.0) / loaded.in_flight), 1)

    def reaching(self, share: float) -> "Requests":
        """Take the same work where a cache answers the rest."""
        found = copy(self)
        found.traffic = self.traffic.reaching(share)
        return found

    def at_peak(self, setup: Setup, serving: int, replicas: int) -> Peak:
        """Find the batch on each serving replica; for a load in flight, also the rate that all then serve."""
        loaded = _must_be_loaded(setup)
        qps = self.traffic.peak_qps
        if qps is not None:
            return Peak(qps, batch_at(loaded.replica, qps / serving, loaded.batch), serving, replicas)
        wanted, in_flight = self.traffic.peak_concurrency or 0.0, loaded.in_flight
        batch = min(loaded.batch, loaded.batch * (wanted / serving) / in_flight)
        return Peak(loaded.qps * wanted / in_flight, batch, serving, replicas)

    def kept(self, setup: Setup, replicas: int, cold_start_s: float) -> int:
        """Keep one: a request that finds it busy waits while others start."""
        del setup, replicas, cold_start_s
        return 1

    def too_many(self, replicas: int) -> Iterable[Reason]:
        """Let any number of replicas share requests."""
        del replicas
        return ()

    def on_spot(self, setup: Setup) -> Iterable[Reason]:
        """Run on spot: a request ends within the notice."""
        del setup
        return ()

    def softer(self) -> Iterable[tuple[str, Sequence[float]]]:
        """Limit nothing beside latencies, unless a kind says otherwise."""
        return ()

    def estimated(self, setup: Setup, peak: Peak, keys: Sequence[str]) -> Mapping[str, Estimate]:
        """Estimate what one replica does at its batch."""
        return estimates(setup, peak.batch, keys)

    def queueing(self, setup: Setup, peak: Peak, kept: int) -> Queueing | None:
        """Say that requests do not wait in a queue, unless a kind says otherwise."""
        del setup, peak, kept
        return None

    def scaling(self, setup: Setup, peak: Peak) -> Scaling:
        """Scale on requests in flight per replica, which queues show before latency does."""
        in_flight = _must_be_loaded(setup).replica.in_flight(peak.batch)
        target = max(in_flight * peak.serving / peak.replicas, 1.0)
        return Scaling("requests_in_flight", "requests per replica", target)

    def beyond_measured(self, setup: Setup) -> Iterable[str]:
        """Say that it lies within, unless a kind says otherwise."""
        del setup
        return ()

    def output_tok_per_s(self, peak: Peak) -> float:
        """Say that nothing is generated, unless a kind says otherwise."""
        del peak
        return 0.0

    def speech(self, setup: Setup, peak: Peak) -> SpeechRate | None:
        """Say that no speech is transcribed, unless a kind says otherwise."""
        del setup, peak
        return None

    def memory_request_gib(self, setup: Setup, instance: InstanceType) -> float:
        """Request what the pod's shape says, unless a kind says otherwise."""
        del instance
        return setup.pod.memory_gib


@record
class ServedModel:
    """A model, the traffic it serves, and the facts that its memory and its speed follow from."""

    architecture: Architecture
    traffic: Traffic
    catalog: Catalog
    speed: SpeedFacts

    @property
    def accelerators(self) -> Mapping[str, Accelerator]:
        """The accelerators of the catalogue, by name."""
        return self.catalog.accelerators


def model_of(assigned: Assignment) -> ServedModel:
    """Gather what is known of the model that a spec asks for."""
    if assigned.architecture is None:
        msg = "the spec asks for no model"
        raise ValueError(msg)
    return ServedModel(assigned.architecture, assigned.traffic, assigned.catalog, assigned.speed)


class ModelRequests(Requests):
    """Requests that a model answers whose facts we know, on accelerators."""

    def __init__(self, workload: Workload, model: ServedModel) -> None:
        super().__init__(workload, model.traffic)
        self.model = model

    @property
    def at_load(self) -> Collection[str]:
        """The precisions that the spec's engine makes of plain weights when it loads them."""
        return generation_engine(self.workload.engine.name).made_at_load

    def container(self, setup: Setup, instance: InstanceType) -> ContainerSpec:
        """Start the spec's engine, and tell it what sizing found."""
        engine, weights = self.workload.engine, setup.weights
        served = Served(
            architecture=self.model.architecture,
            model=weights.name if weights else None,
            accelerator=instance.accelerator,
            version=engine.version,
            tensor_parallel=setup.accelerators // setup.stages,
            pipeline_parallel=setup.stages,
            precision=setup.precision or "",
            quantise=weights is not None and weights.made_at_load,
            settings=setup.settings,
        )
        return generation_engine(engine.name).serve(served)

    @property
    def calibration(self) -> "Calibration | None":
        """What the organisation measured itself."""
        return self.model.speed.calibration

    @property
    def context_tok(self) -> int:
        """The model's context, tokens; 0 where it is not known."""
        return self.model.architecture.max_context_tok

    @cached_property
    def weights(self) -> Loadable:
        """What can be loaded, in one precision or another."""
        return Loadable(self.workload, self.model.architecture, self.model.catalog, self.at_load)

    @cached_property
    def wanted(self) -> Sequence[str]:
        """The precisions to try: the spec's, the pinned, or what the weights hold."""
        return wanted_precisions(self.workload, self.weights.default_precision())

    @property
    def other_precisions(self) -> Sequence[str]:
        """Offer every precision for which there is something to load, unless one is pinned."""
        return self.weights.changed_to(SERVES_BEST_FIRST) if self.workload.pin.precision is None else ()

    @property
    def traits(self) -> Traits:
        """Name the model, or its size, and the precisions that the spec accepts."""
        model, precisions = self.workload.model, self.workload.precision
        if model is not None and not isinstance(model, str):
            text = f"a model of {figure(model.params_b)} B parameters"
        else:
            text = f"{model} {' or '.join(precisions)}" if precisions else f"{model}"
        return Traits(text, on_accelerators=True, own_image=False)

    def concerns(self, instance: InstanceType) -> bool:
        """Try every type with an accelerator."""
        return instance.accelerator is not None

    def accelerator(self, instance: InstanceType) -> Accelerator:
        """Look up the accelerator of a candidate."""
        return self.model.accelerators[instance.accelerator or ""]

    def inferred(self) -> Iterator[Assumption]:
        """Yield the engine's version, weights without a name, and each fact of the model that was assumed."""
        architecture = self.model.architecture
        yield from self.engine_default()
        yield from told_of_candidates(self.model.speed, architecture.name)
        if published_name(self.workload, architecture) is None:
            yield Assumption(
                "weights",
                "not named",
                None,
                "give weights: the engine cannot load a model from its description",
            )
        for name in architecture.assumed:
            value = _assumed_value(architecture, name)
            yield Assumption(f"model.{name}", value, None, architecture.source or "estimated")
        for name in architecture.left_out:
            yield Assumption(f"model.{name}", getattr(architecture, name), None, CLASS_DEFAULT)

    def engine_default(self) -> Iterator[Assumption]:
        """Yield the engine and its version, where the spec leaves the version out."""
        engine = self.workload.engine
        if "version" not in engine.model_fields_set:
            yield Assumption("engine", f"{engine.name} {engine.version}", None, DEFAULT)

    @property
    def speed_like(self) -> str:
        """The engine whose measured speed stands for this kind's."""
        return self.workload.engine.name

    def beyond_measured(self, setup: Setup) -> Iterable[str]:
        """Compare model, accelerator and requests with what was measured, unless the owner did that."""
        if setup.own is not None:
            return ()
        from plimsoll.speed.measured_range import Serving, beyond_measured  # asked of the choice alone

        traffic, model = self.traffic, self.model
        served = Serving(
            task=model.architecture.task,
            accelerator=model.accelerators[setup.accelerator or ""],
            engine=self.speed_like,
            shards=setup.accelerators,
            prompt_tok=traffic.input_tok.mean,
            answer_tok=traffic.output_tok.mean,
        )
        return beyond_measured(model.speed, served)

    def assumed_of(self, setup: Setup) -> Iterator[Assumption]:
        """Say what is loaded, how long requests may be, how full a replica is, after the setup's own."""
        yield from setup.assumptions
        yield from self._weights_assumed(setup)
        if setup.max_tokens and self.workload.load.max_tokens is None:
            source = f"{DEFAULT}: {self._limit_source(setup.max_tokens)}"
            yield Assumption("load.max_tokens", setup.max_tokens, "tokens", source)
        if setup.loaded is not None:
            replica = setup.loaded.replica
            yield Assumption(
                "utilisation target",
                float(f"{replica.qps_of(replica.top_batch) / replica.most_qps:.3g}"),
                "share of a replica's capacity",
                "above it waits grow faster than use",
            )

    def _weights_assumed(self, setup: Setup) -> Iterator[Assumption]:
        """Yield the checkpoint that the catalogue names, or that the engine makes the precision itself."""
        loaded = setup.weights
        if loaded is None or loaded.name is None or self.workload.weights is not None:
            return
        if loaded.made_at_load:
            source = "made by the engine when it loads them; give weights to load a checkpoint"
            yield Assumption("weights", f"{loaded.name} in {setup.precision}", None, source)
        elif loaded.name != published_name(self.workload, self.model.architecture):
            source = "the catalogue's checkpoint of that precision; give weights for another"
            yield Assumption("weights", loaded.name, None, source)

    def _limit_source(self, admitted: int) -> str:
        """Say what bounds the longest request."""
        context = self.model.architecture.max_context_tok
        if not context:
            return "a p95 prompt and a p95 answer, since the model's context is not known"
        if admitted >= context:
            return "the model's context"
        return f"what the cache of one replica holds; the model's context is {context:,}"

    def precision_default(self) -> Iterator[Assumption]:
        """Yield the precision, where neither the spec nor a pin names one."""
        if self.workload.precision is not None or self.workload.pin.precision is not None:
            return
        unsaid = "native_precision" in self.model.architecture.assumed
        source = f"{DEFAULT}: the model names none" if unsaid else "the published weights"
        yield Assumption("precision", self.wanted[0], None, source)


def token_defaults(name: str, given: TokenCount | None, taken: Length) -> Iterator[Assumption]:
    """Yield the mean and the 95th percentile of a length, where the spec leaves them out."""
    if given is None:
        yield Assumption(name, taken.mean, "tokens", DEFAULT)
    if given is None or given.p95 is None:
        twice = taken.p95 == defaults.P95_RATIO * taken.mean
        source = f"{DEFAULT}: {defaults.P95_RATIO} × mean" if twice else f"{DEFAULT}: what the context leaves"
        yield Assumption(f"{name}.p95", taken.p95, "tokens", source)


def _must_be_loaded(setup: Setup) -> LoadedReplica:
    """Return what a setup that is sized always has; one without would be a fault of ours."""
    if setup.loaded is None:
        msg = "a setup is sized on which no replica runs"
        raise ValueError(msg)
    return setup.loaded


def _assumed_value(architecture: Architecture, name: str) -> float | str | None:
    """Read what was assumed for a fact; None where it is part of a sum and cannot be told apart."""
    if name in {"kv_heads", "head_dim"}:
        return getattr(architecture.attention[0], name) if architecture.attention else None
    if name in {"experts", "experts_per_token"} and architecture.experts is not None:
        return architecture.experts.count if name == "experts" else architecture.experts.active
    value = "read as a Llama-like decoder" if name == "model_type" else getattr(architecture, name, None)
    return value if isinstance(value, int | float | str) else None
