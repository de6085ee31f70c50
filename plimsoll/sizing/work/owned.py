"""What its owner measured runs where it was measured: on its accelerator, by its image, on hosts alike."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from plimsoll.catalog.facts import Accelerator, InstanceType
from plimsoll.engines.base import ContainerSpec
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.units import GIB
from plimsoll.sizing.limits import HOST, MEMORY, NO_SPEED, PINNED, Reason
from plimsoll.sizing.nodes import PodShape
from plimsoll.sizing.replica import Replica
from plimsoll.sizing.sharing.share import Tenancy, fraction, part_text
from plimsoll.sizing.sharing.whole import fraction_problem
from plimsoll.sizing.traffic import Traffic
from plimsoll.sizing.work.base import Traits
from plimsoll.sizing.work.requests import Requests
from plimsoll.sizing.work.setup import LoadedReplica, Setup
from plimsoll.spec.measured.service_rules import NO_ACCELERATOR
from plimsoll.spec.workload import Workload

BURSTABLE = ("t2", "t3", "t3a", "t4g")
"""Families that earn CPU credits: a measured rate is not sustained on them."""

FLEX_LABEL = "karpenter.k8s.aws/instance-capability-flex"
"""Karpenter's label of flex types, whose CPU baseline is below 100 %."""

REPEATED = (0.9, 1.1)
"""80 % interval of a measurement repeated on another host of the same type. Source: 44 pairs of one
configuration on two hosts differ by 2.3 % at the median and 18 % at the 90th percentile."""


class OwnedWork(Requests):
    """Work of its owner's: one setup per accelerator; the measured one holds, no other was measured.

    A kind says what one replica carries (`carried`, `loaded`) and how much of it is planned with (`assumed`).
    """

    other_precisions = ()
    context_tok = 0

    def __init__(self, workload: Workload, traffic: Traffic, accelerators: Mapping[str, Accelerator]) -> None:
        super().__init__(workload, traffic)
        if workload.measured is None:
            msg = "the workload has no measurement"
            raise ValueError(msg)
        self.measured = workload.measured
        self.accelerators = accelerators
        self._setups: dict[tuple[str | None, float, str], tuple[Setup, ...]] = {}

    @property
    def traits(self) -> Traits:
        """Say where it was measured, and at what rate."""
        measured, cpu_only = self.measured, self.measured.accelerator == NO_ACCELERATOR
        on = "CPU only" if cpu_only else f"on {measured.accelerator}"
        text = f"measured {on}: {self.carried()}"
        return Traits(text, on_accelerators=not cpu_only, own_image=True)

    def carried(self) -> str:
        """Say in words what one replica carries."""
        raise NotImplementedError

    def loaded(self) -> tuple[LoadedReplica, tuple[Reason, ...]]:
        """Load a replica as far as it was measured to carry, and say which limits it breaks there."""
        raise NotImplementedError

    def at_rate(self, share: float) -> LoadedReplica | None:
        """Load a replica at a part of the measured rate; None where the time of one is what counts."""
        del share

    def in_turns(self, tenants: int) -> tuple[LoadedReplica, tuple[Reason, ...]] | None:
        """Load one of several equal tenants that take turns; None where nobody knows how that ends."""
        del tenants

    def assumed(self, replica: Replica) -> tuple[Assumption, ...]:
        """Say how much of what was measured is planned with."""
        raise NotImplementedError

    def concerns(self, instance: InstanceType) -> bool:
        """Try CPU-only types for a CPU-only measurement, accelerated types for the others."""
        return (instance.accelerator is None) == (self.measured.accelerator == NO_ACCELERATOR)

    def on(self, instance: InstanceType) -> Sequence[Setup]:
        """Try the single setup on a type; there is one for each accelerator and kind of host."""
        key = (instance.accelerator, instance.accelerator_fraction, self._host_problem(instance))
        if key not in self._setups:
            whole = self._setup(instance)
            self._setups[key] = (whole, *self._shared(instance, whole))
        return self._setups[key]

    def _shared(self, instance: InstanceType, whole: Setup) -> Sequence[Setup]:
        """Try the shares of a whole accelerator that the spec allows."""
        ways = self.workload.capacity.share
        if not ways or instance.accelerator is None or instance.accelerator_fraction < 1:
            return ()
        from plimsoll.sizing.work.shared import shared_setups  # start-up: few specs share

        return tuple(shared_setups(self, instance, whole))

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

    def load_defaults(self) -> Iterable[Assumption]:
        """Assume nothing: a measurement was made with the requests that come."""
        return ()

    def inferred(self) -> Sequence[Assumption]:
        """Infer nothing: engine and model are the owner's own."""
        return ()

    def assumed_of(self, setup: Setup) -> Sequence[Assumption]:
        """Say how much of the measured rate is planned with."""
        return setup.assumptions

    def _setup(self, instance: InstanceType) -> Setup:
        loaded, broken = self.loaded()
        count = 0 if self.measured.accelerator == NO_ACCELERATOR else self.measured.accelerators
        return Setup(
            accelerator=instance.accelerator,
            accelerators=count,
            tensor_parallel=None,
            precision=None,
            pod=PodShape(self.measured.cpu, self.measured.memory_gib, count, self._part(instance)),
            reasons=(*self._unfit(instance), *broken),
            loaded=loaded,
            interval={"latency": REPEATED},
            own_image=True,
            assumptions=(*self.assumed(loaded.replica), *self._more_than_measured(instance)),
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
        if problem := self._host_problem(instance):
            yield HOST.broken(problem, "x86_64", instance.arch)
        elif instance.accelerator == wanted and instance.accelerator_fraction < 1:
            yield from _of_a_part(measured.accelerator_share, instance)

    def _host_problem(self, instance: InstanceType) -> str:
        """Say why a measured rate does not hold on a host, as a clause; empty if it does."""
        return _host_problem(instance, parts="fraction" in self.workload.capacity.share)

    def _part(self, instance: InstanceType) -> Tenancy | None:
        """Share by a type that has a part of an accelerator, where the spec allows it."""
        part = instance.accelerator_fraction
        return fraction(part) if part < 1 and "fraction" in self.workload.capacity.share else None

    def _more_than_measured(self, instance: InstanceType) -> Iterator[Assumption]:
        part = self.measured.accelerator_share
        if part is not None and instance.accelerator_fraction == 1:
            source = "at least as fast as the share that was measured, and taken for no faster"
            yield Assumption("a whole accelerator", float(part), "share measured", source)


def _host_problem(instance: InstanceType, *, parts: bool) -> str:
    """Say why a measured rate does not hold on a host; `parts` of an accelerator may be what was measured."""
    if instance.family in BURSTABLE:
        return f"{instance.family} is burstable: its CPU credits do not sustain a measured rate"
    if instance.labels.get(FLEX_LABEL) == "true":
        return f"{instance.family} is a flex family: full CPU is not guaranteed, so a measured rate is not"
    if instance.arch != "x86_64":
        return f"{instance.family} is {instance.arch}; the measurement is assumed to be on x86_64"
    return "" if parts else fraction_problem(instance)


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
