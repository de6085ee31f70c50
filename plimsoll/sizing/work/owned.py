"""What its owner measured runs where it was measured: on its accelerator, by its image, on hosts alike."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from plimsoll.catalog.facts import Accelerator, InstanceType
from plimsoll.engines.base import ContainerSpec
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.units import GIB
from plimsoll.sizing.limits import HOST, MEMORY, NO_SPEED, Reason
from plimsoll.sizing.measured_where import bindings, unmeasured
from plimsoll.sizing.nodes import PodShape
from plimsoll.sizing.replica import Replica
from plimsoll.sizing.sharing.share import Tenancy, fraction, part_text
from plimsoll.sizing.sharing.whole import fraction_problem
from plimsoll.sizing.traffic import Traffic
from plimsoll.sizing.work.base import Traits
from plimsoll.sizing.work.requests import Requests
from plimsoll.sizing.work.setup import LoadedReplica, Setup
from plimsoll.spec.measured.service_rules import NO_ACCELERATOR
from plimsoll.spec.workload import Measured, Workload

BURSTABLE = ("t2", "t3", "t3a", "t4g")
"""Families that earn CPU credits: a measured rate is not sustained on them."""

FLEX_LABEL = "karpenter.k8s.aws/instance-capability-flex"
"""Karpenter's label of flex types, whose CPU baseline is below 100 %."""

REPEATED = (0.9, 1.1)
"""80 % interval of a measurement repeated on another host of the same type. Source: 44 pairs of one
configuration on two hosts differ by 2.3 % at the median and 18 % at the 90th percentile."""

INTERVAL = {"latency": REPEATED}
"""The interval of each latency of what was measured."""


class OwnedWork(Requests):
    """Work of its owner's: a setup per accelerator and variant; the measured one holds, no other.

    A kind says what one replica carries (`carried`, `loaded`) and how much of it is planned with (`assumed`).
    """

    other_precisions = ()
    context_tok = 0
    calibration = None

    def __init__(self, workload: Workload, traffic: Traffic, accelerators: Mapping[str, Accelerator]) -> None:
        super().__init__(workload, traffic)
        if not workload.measurements:
            msg = "the workload has no measurement"
            raise ValueError(msg)
        self.measurements = workload.measurements
        self.accelerators = accelerators
        self._setups: dict[tuple[str | None, float, str, str], tuple[Setup, ...]] = {}

    @property
    def measured(self) -> Measured:
        """The measurement of work that has one alone, else the first."""
        return self.measurements[0]

    @property
    def traits(self) -> Traits:
        """Say where it was measured, and at what rate."""
        on_cpus = all(each.accelerator == NO_ACCELERATOR for each in self.measurements)
        if len(self.measurements) == 1:
            text = f"measured {self._where(self.measured)}: {self.carried(self.measured)}"
        else:
            told = (f"{each.variant} {self._where(each)}: {self.carried(each)}" for each in self.measurements)
            text = f"measured in {len(self.measurements)} variants ({'; '.join(told)})"
        return Traits(text, on_accelerators=not on_cpus, own_image=True)

    @staticmethod
    def _where(measured: Measured) -> str:
        return "CPU only" if measured.accelerator == NO_ACCELERATOR else f"on {measured.accelerator}"

    def carried(self, measured: Measured) -> str:
        """Say in words what one replica carries."""
        raise NotImplementedError

    def loaded(self, measured: Measured) -> tuple[LoadedReplica, tuple[Reason, ...]]:
        """Load a replica as far as it was measured to carry, and say which limits it breaks there."""
        raise NotImplementedError

    def at_rate(self, measured: Measured, share: float) -> LoadedReplica | None:
        """Load a replica at a part of the measured rate; None where the time of one is what counts."""
        del measured, share

    def in_turns(self, measured: Measured, tenants: int) -> tuple[LoadedReplica, tuple[Reason, ...]] | None:
        """Load one of several equal tenants that take turns; None where nobody knows how that ends."""
        del measured, tenants

    def assumed(self, replica: Replica) -> tuple[Assumption, ...]:
        """Say how much of what was measured is planned with."""
        raise NotImplementedError

    def concerns(self, instance: InstanceType) -> bool:
        """Try CPU-only types for CPU-only measurements, accelerated types for the others."""
        return any(_concerns(each, instance) for each in self.measurements)

    def on(self, instance: InstanceType) -> Sequence[Setup]:
        """Try each variant on a type, whole and shared; the same objects for the same kind of host."""
        bound = any(each.instance_type for each in self.measurements)
        host, part = host_problem(instance), instance.accelerator_fraction
        key = (instance.accelerator, part, host, instance.family if bound else "")
        if key not in self._setups:
            self._setups[key] = tuple(
                setup
                for place, each in enumerate(self.measurements)
                if _concerns(each, instance)
                for setup in self._ways(each, place, instance)
            )
        return self._setups[key]

    def _ways(self, measured: Measured, place: int, instance: InstanceType) -> Iterator[Setup]:
        """Yield the setup of a variant, and those on shares of a whole accelerator that the spec allows."""
        whole = self._setup(measured, place, instance)
        yield whole
        on_whole_ones = instance.accelerator is not None and instance.accelerator_fraction == 1
        if self.workload.capacity.share and on_whole_ones:
            from plimsoll.sizing.work.shared import shared_setups  # start-up: few specs share

            yield from shared_setups(self, measured, whole)

    def container(self, setup: Setup, instance: InstanceType) -> ContainerSpec:
        """Start the owner's image of a variant with the owner's command."""
        del instance
        measured = self.measurements[setup.place]
        return ContainerSpec(
            engine=None,
            version=None,
            image=measured.image,
            model=None,
            port=measured.port,
            command=measured.command or (),
        )

    def load_defaults(self) -> Iterable[Assumption]:
        """Assume nothing: a measurement was made with the requests that come."""
        return ()

    def inferred(self) -> Sequence[Assumption]:
        """Infer nothing: engine and model are the owner's own."""
        return ()

    def assumed_of(self, setup: Setup) -> Sequence[Assumption]:
        """Say how much of the measured rate is planned with, and where that rate was measured."""
        return (*setup.assumptions, *bindings(self.measurements[setup.place]))

    def _setup(self, measured: Measured, place: int, instance: InstanceType) -> Setup:
        loaded, broken = self.loaded(measured)
        count = 0 if measured.accelerator == NO_ACCELERATOR else measured.accelerators
        return Setup(
            accelerator=instance.accelerator,
            accelerators=count,
            tensor_parallel=None,
            precision=None,
            pod=PodShape(measured.cpu, measured.memory_gib, count, self._part(instance)),
            reasons=(*self._unfit(measured, instance), *broken),
            loaded=loaded,
            interval=INTERVAL,
            own_image=True,
            assumptions=(*self.assumed(loaded.replica), *_more_than_measured(measured, instance)),
            variant=measured.variant,
            place=place,
            start_s=measured.startup_s,
        )

    def _unfit(self, measured: Measured, instance: InstanceType) -> Iterator[Reason]:
        if (reason := unmeasured(measured, instance)) is not None:
            yield reason
        accelerator = self.accelerators.get(instance.accelerator or "")
        if accelerator is not None:
            yield from _memory_reasons(measured.accelerator_memory_gib, instance, accelerator.memory_bytes)
        if problem := self._host_problem(instance, measured):
            yield HOST.broken(problem, "x86_64", instance.arch)
        elif instance.accelerator == measured.accelerator and instance.accelerator_fraction < 1:
            yield from _of_a_part(measured.accelerator_share, instance)

    def _host_problem(self, instance: InstanceType, measured: Measured) -> str:
        """Say why a measured rate does not hold on a host, as a clause; empty if it does."""
        parts = "fraction" in self.workload.capacity.share
        return host_problem(instance, any_arch=measured.instance_type is not None, parts=parts)

    def _part(self, instance: InstanceType) -> Tenancy | None:
        """Share by a type that has a part of an accelerator, where the spec allows it."""
        part = instance.accelerator_fraction
        return fraction(part) if part < 1 and "fraction" in self.workload.capacity.share else None


def _concerns(measured: Measured, instance: InstanceType) -> bool:
    return (instance.accelerator is None) == (measured.accelerator == NO_ACCELERATOR)


def host_problem(instance: InstanceType, *, any_arch: bool = False, parts: bool = False) -> str:
    """Say why a measured rate does not hold on a host, as a clause; empty if it does.

    `any_arch` marks a rate of which it is known on which type it was measured; `parts` of an accelerator
    may be what was measured.
    """
    if instance.family in BURSTABLE:
        return f"{instance.family} is burstable: its CPU credits do not sustain a measured rate"
    if instance.labels.get(FLEX_LABEL) == "true":
        return f"{instance.family} is a flex family: full CPU is not guaranteed, so a measured rate is not"
    if instance.arch != "x86_64" and not any_arch:
        return f"{instance.family} is {instance.arch}; the measurement is assumed to be on x86_64"
    return "" if parts else fraction_problem(instance)


def _more_than_measured(measured: Measured, instance: InstanceType) -> Iterator[Assumption]:
    part = measured.accelerator_share
    if part is not None and instance.accelerator_fraction == 1:
        source = "at least as fast as the share that was measured, and taken for no faster"
        yield Assumption("a whole accelerator", float(part), "share measured", source)


def _of_a_part(measured: float | None, instance: InstanceType) -> Iterator[Reason]:
    """Yield that nobody measured it on the part that a type has."""
    have = instance.accelerator_fraction
    if measured is None or abs(measured - have) > 1e-9:
        on = "a whole accelerator" if measured is None else part_text(measured)
        message = (
            f"the service was measured on {on}; {instance.name} has {part_text(have)} of an "
            f"{instance.accelerator}, and what a share does is not predicted: measure there and say "
            f"measured.accelerator_share: {have:g}"
        )
        yield NO_SPEED.broken(message, measured or 1.0, have)


def _memory_reasons(needed_gib: float | None, instance: InstanceType, memory_bytes: int) -> Iterator[Reason]:
    have_gib = memory_bytes * instance.accelerator_fraction / GIB
    part = "" if instance.accelerator_fraction == 1 else f"{part_text(instance.accelerator_fraction)} of "
    if needed_gib is not None and needed_gib > have_gib:
        yield MEMORY.broken(
            f"the service uses {needed_gib:g} GiB of accelerator memory; "
            f"{part}{instance.accelerator} has {have_gib:.4g}",
            round(have_gib, 2),
            needed_gib,
        )
