"""Requests arrive at a rate or in a number at once: what all kinds of work share that answer them.

`Requests` knows the load; `ModelRequests` also the model that answers, and what was assumed of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from plimsoll.catalog.facts import Accelerator, InstanceType
from plimsoll.engines.precision import SERVES_BEST_FIRST
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.ground.units import figure
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.nodes import round_up
from plimsoll.sizing.replica import Replica, batch_at
from plimsoll.sizing.traffic import Lengths, Traffic, Z
from plimsoll.sizing.work.base import Assignment, Peak, Scaling, SpeechRate, Traits
from plimsoll.sizing.work.setup import LoadedReplica, Setup, latency_limits_s
from plimsoll.spec import defaults
from plimsoll.spec.workload import TokenCount, Workload
from plimsoll.speed.facts import SpeedFacts

DEFAULT = "default of the spec"
"""The source of an assumption that stands for a key which the spec left out."""


class Requests:
    """Work that answers requests: how many replicas carry the peak, and what each of them then does."""

    def __init__(self, workload: Workload, traffic: Traffic) -> None:
        self.workload = workload
        self.traffic = traffic
        self.limits_s = latency_limits_s(workload)

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

    def at_peak(self, setup: Setup, serving: int, replicas: int) -> Peak:
        """Find the batch on each serving replica; for a load in flight, also the rate that all then serve."""
        loaded = _must_be_loaded(setup)
        qps = self.traffic.peak_qps
        if qps is not None:
            return Peak(qps, batch_at(loaded.replica, qps / serving, loaded.batch), serving, replicas)
        wanted, in_flight = self.traffic.peak_concurrency or 0.0, loaded.in_flight
        batch = min(loaded.batch, loaded.batch * (wanted / serving) / in_flight)
        return Peak(loaded.qps * wanted / in_flight, batch, serving, replicas)

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
    accelerators: Mapping[str, Accelerator]
    speed: SpeedFacts


def model_of(assigned: Assignment) -> ServedModel:
    """Gather what is known of the model that a spec asks for."""
    if assigned.architecture is None:
        msg = "the spec asks for no model"
        raise ValueError(msg)
    return ServedModel(assigned.architecture, assigned.traffic, assigned.catalog.accelerators, assigned.speed)


class ModelRequests(Requests):
    """Requests that a model answers whose facts we know, on accelerators."""

    def __init__(self, workload: Workload, model: ServedModel) -> None:
        super().__init__(workload, model.traffic)
        self.model = model

    @property
    def other_precisions(self) -> Sequence[str]:
        """Offer every precision, unless one is pinned."""
        return SERVES_BEST_FIRST if self.workload.pin.precision is None else ()

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
        """Compare the model, the accelerator and the requests with what was measured."""
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
        """Say how full a replica is planned, after what the setup itself assumes."""
        yield from setup.assumptions
        if setup.loaded is not None:
            yield Assumption(
                "utilisation target",
                float(f"{_planned_share(setup.loaded.replica):.3g}"),
                "share of a replica's capacity",
                "above it waits grow faster than use",
            )

    def precision_default(self) -> Iterator[Assumption]:
        """Yield the precision, where neither the spec nor a pin names one."""
        if self.workload.precision is not None or self.workload.pin.precision is not None:
            return
        architecture = self.model.architecture
        unsaid = "native_precision" in architecture.assumed
        source = f"{DEFAULT}: the model names none" if unsaid else "the published weights"
        yield Assumption("precision", architecture.native_precision, None, source)


def token_defaults(name: str, given: TokenCount | None, taken: Lengths) -> Iterator[Assumption]:
    """Yield the mean and the 95th percentile of a length, where the spec leaves them out."""
    if given is None:
        yield Assumption(name, taken.mean, "tokens", DEFAULT)
    if given is None or given.p95 is None:
        p95, twice = round(taken.quantile(Z["p95"]), 3), defaults.P95_RATIO * taken.mean
        rule = f"{defaults.P95_RATIO} × mean"
        within = "" if p95 >= twice else ", within the model's context"
        yield Assumption(f"{name}.p95", p95, "tokens", f"{DEFAULT}: {rule}{within}")


def published_name(workload: Workload, architecture: Architecture) -> str | None:
    """Name what the engine can load: the spec's `weights`, else the catalogue's name; None without either.

    A config.json or a parameter count says how a model is built, not where its weights are.
    """
    if workload.weights is not None:
        return workload.weights
    known = {name.lower() for name in (architecture.name, *architecture.aliases)}
    named = isinstance(workload.model, str) and workload.model.lower() in known
    return architecture.name if named else None


def _must_be_loaded(setup: Setup) -> LoadedReplica:
    """Return what a setup that is sized always has; one without would be a fault of ours."""
    if setup.loaded is None:
        msg = "a setup is sized on which no replica runs"
        raise ValueError(msg)
    return setup.loaded


def _planned_share(replica: Replica) -> float:
    """The rate at the most that a replica takes, as a share of its rate when full."""
    return replica.qps_of(replica.top_batch) / replica.qps_of(replica.full_batch)


def _assumed_value(architecture: Architecture, name: str) -> float | str | None:
    """Read what was assumed for a fact; None where it is part of a sum and cannot be told apart."""
    if name in {"kv_heads", "head_dim"}:
        return getattr(architecture.attention[0], name) if architecture.attention else None
    if name in {"experts", "experts_per_token"} and architecture.experts is not None:
        return architecture.experts.count if name == "experts" else architecture.experts.active
    value = getattr(architecture, name, None)
    return value if isinstance(value, int | float | str) else None
