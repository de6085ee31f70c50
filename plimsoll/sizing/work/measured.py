"""A measured service carries what its owner measured: the measurement pins the accelerator."""

import math
from collections.abc import Iterator, Mapping, Sequence

from plimsoll.catalog.facts import Accelerator, InstanceType
from plimsoll.engines.base import ContainerSpec
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB, figure
from plimsoll.sizing.limits import HOST, MEMORY, PINNED, Reason
from plimsoll.sizing.nodes import PodShape
from plimsoll.sizing.replica import UTILISATION_TARGET, Replica
from plimsoll.sizing.sharing import fraction_problem
from plimsoll.sizing.traffic import QUANTILES, Traffic
from plimsoll.sizing.work.base import Assignment, Peak, Scaling, Traits
from plimsoll.sizing.work.requests import Requests
from plimsoll.sizing.work.setup import LoadedReplica, Setup, most_load
from plimsoll.spec.contradictions import NO_ACCELERATOR
from plimsoll.spec.workload import Measured, Workload

BURSTABLE = ("t2", "t3", "t3a", "t4g")
"""Families that earn CPU credits: a measured rate is not sustained on them."""

FLEX_LABEL = "karpenter.k8s.aws/instance-capability-flex"
"""Karpenter's label of flex types, whose CPU baseline is below 100 %."""

REPEATED = (0.9, 1.1)
"""80 % interval of a measurement repeated on another host of the same type. Source: 44 pairs of one
configuration on two hosts differ by 2.3 % at the median and 18 % at the 90th percentile."""


@record
class MeasuredReplica:
    """A service at the load its owner measured; a lower load is never assumed to be faster."""

    measured_qps: float
    measured_s: Mapping[str, float]

    @property
    def full_batch(self) -> float:
        """The measured rate."""
        return 1.0

    @property
    def most_qps(self) -> float:
        """The measured rate."""
        return self.measured_qps

    @property
    def top_batch(self) -> float:
        """The utilisation target, as a share of the measured rate."""
        return UTILISATION_TARGET

    def qps_of(self, batch: float) -> float:
        """The measured rate times the share in use."""
        return batch * self.measured_qps

    def latencies_s(self, batch: float, keys: Sequence[str]) -> list[float]:
        """The measured statistics; of a lower one that was not measured, the next higher that was."""
        del batch
        return [self._latency(key) for key in keys]

    def _latency(self, key: str) -> float:
        metric, _, name = key.partition("_")
        names = list(QUANTILES)
        for higher in names[names.index(name) :]:
            measured = self.measured_s.get(f"{metric}_{higher}")
            if measured is not None:
                return measured
        return math.inf

    def in_flight(self, batch: float) -> float:
        """Little's law over the slowest measured latency, an upper bound of the mean."""
        return self.qps_of(batch) * max(self.measured_s.values(), default=0.0)


class MeasuredService(Requests):
    """A service of its owner's: one setup per accelerator; the measured one holds, no other was measured."""

    latency_metrics = ("latency",)
    other_precisions = ()
    context_tok = 0

    def __init__(self, workload: Workload, traffic: Traffic, accelerators: Mapping[str, Accelerator]) -> None:
        super().__init__(workload, traffic)
        if workload.measured is None:
            msg = "the workload has no measurement"
            raise ValueError(msg)
        self.measured = workload.measured
        self.accelerators = accelerators
        self._setups: dict[tuple[str | None, str], tuple[Setup, ...]] = {}

    @property
    def traits(self) -> Traits:
        """Say where it was measured, and at what rate."""
        measured, cpu_only = self.measured, self.measured.accelerator == NO_ACCELERATOR
        on = "CPU only" if cpu_only else f"on {measured.accelerator}"
        text = f"measured {on}: {figure(measured.qps_per_replica)} req/s per replica"
        return Traits(text, on_accelerators=not cpu_only, own_image=True)

    @property
    def reported(self) -> Sequence[str]:
        """Report the percentiles that were measured."""
        return tuple(_latencies_s(self.measured))

    def concerns(self, instance: InstanceType) -> bool:
        """Try CPU-only types for a CPU-only measurement, accelerated types for the others."""
        return (instance.accelerator is None) == (self.measured.accelerator == NO_ACCELERATOR)

    def on(self, instance: InstanceType) -> Sequence[Setup]:
        """Try the single setup on a type; there is one for each accelerator and kind of host."""
        key = (instance.accelerator, _host_problem(instance))
        if key not in self._setups:
            self._setups[key] = (self._setup(instance),)
        return self._setups[key]

    def adapted(self, workload: Workload) -> "MeasuredService":
        """Work out the same anew under a changed spec."""
        return MeasuredService(workload, self.traffic, self.accelerators)

    def scaling(self, setup: Setup, peak: Peak) -> Scaling:
        """Scale on requests per second, which is what was measured."""
        del setup
        return Scaling("requests_per_second", "requests/s per replica", peak.qps / peak.replicas)

    def container(self, setup: Setup, instance: InstanceType) -> ContainerSpec:
        """Start the owner's image with the owner's command."""
        del setup, instance
        measured = self.measured
        return ContainerSpec(
            engine=None,
            version=None,
            image=measured.image,
            model=None,
            port=measured.port,
            command=measured.command or (),
        )

    def load_defaults(self) -> Sequence[Assumption]:
        """Assume nothing: a measurement was made with the requests that come."""
        return ()

    def inferred(self) -> Sequence[Assumption]:
        """Infer nothing: engine and model are the owner's own."""
        return ()

    def assumed_of(self, setup: Setup) -> Sequence[Assumption]:
        """Say how much of the measured rate is planned with."""
        return setup.assumptions

    def _setup(self, instance: InstanceType) -> Setup:
        replica = MeasuredReplica(self.measured.qps_per_replica, _latencies_s(self.measured))
        loaded, broken = most_load(replica, self.limits_s)
        count = 0 if self.measured.accelerator == NO_ACCELERATOR else self.measured.accelerators
        return Setup(
            accelerator=instance.accelerator,
            accelerators=count,
            tensor_parallel=None,
            precision=None,
            pod=PodShape(self.measured.cpu, self.measured.memory_gib, count),
            # Two percentiles that were measured alike and are limited alike break with the same words.
            reasons=(*self._unfit(instance), *dict.fromkeys(_as_measured(reason) for reason in broken)),
            loaded=loaded or LoadedReplica.at(replica, replica.top_batch),
            interval={"latency": REPEATED},
            own_image=True,
            assumptions=(_utilisation(replica),),
        )

    def _unfit(self, instance: InstanceType) -> Iterator[Reason]:
        measured = self.measured
        wanted = None if measured.accelerator == NO_ACCELERATOR else measured.accelerator
        if instance.accelerator != wanted:
            message = f"the service was measured on {wanted}; nobody measured it on {instance.accelerator}"
            yield PINNED.broken(message, wanted, instance.accelerator)
        accelerator = self.accelerators.get(instance.accelerator or "")
        if accelerator is not None:
            yield from _memory_reasons(measured.accelerator_memory_gib, instance, accelerator.memory_bytes)
        if problem := _host_problem(instance):
            yield HOST.broken(problem, "x86_64", instance.arch)


def work(assigned: Assignment) -> MeasuredService:
    """Make the work that a spec asks for."""
    return MeasuredService(assigned.workload, assigned.traffic, assigned.catalog.accelerators)


def _latencies_s(measured: Measured) -> dict[str, float]:
    """Take the latencies that were measured, in seconds (`latency_p95`)."""
    given = {name: getattr(measured, f"latency_{name}_ms") for name in QUANTILES}
    return {f"latency_{name}": value / 1000 for name, value in given.items() if value is not None}


def _host_problem(instance: InstanceType) -> str:
    """Say why a measured rate does not hold on a host, as a clause; empty if it does."""
    if instance.family in BURSTABLE:
        return f"{instance.family} is burstable: its CPU credits do not sustain a measured rate"
    if instance.labels.get(FLEX_LABEL) == "true":
        return f"{instance.family} is a flex family: full CPU is not guaranteed, so a measured rate is not"
    if instance.arch != "x86_64":
        return f"{instance.family} is {instance.arch}; the measurement is assumed to be on x86_64"
    return fraction_problem(instance)


def _memory_reasons(needed_gib: float | None, instance: InstanceType, memory_bytes: int) -> Iterator[Reason]:
    have_gib = memory_bytes * instance.accelerator_fraction / GIB
    if needed_gib is not None and needed_gib > have_gib:
        yield MEMORY.broken(
            f"the service uses {needed_gib:g} GiB of accelerator memory; "
            f"{instance.accelerator} has {have_gib:.4g}",
            round(have_gib, 2),
            needed_gib,
        )


def _as_measured(reason: Reason) -> Reason:
    """Word a broken latency limit as what it is here: a measurement, not an estimate."""
    if not (isinstance(reason.value, float) and isinstance(reason.limit, float)):
        return reason
    message = f"measured latency is {reason.value:.4g} ms; the limit is {reason.limit:.4g} ms"
    return Reason(reason.code, reason.limit, reason.value, reason.unit, message)


def _utilisation(replica: Replica) -> Assumption:
    return Assumption(
        "utilisation target", replica.top_batch, "share of the measured rate", "room for waits and bursts"
    )
