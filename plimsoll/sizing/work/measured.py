"""Ways for a service that its owner measured: the measurement pins the accelerator."""

from collections.abc import Mapping, Sequence

from plimsoll.catalog.facts import Accelerator, InstanceType
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.units import GIB
from plimsoll.sizing.limits import HOST, MEMORY, PINNED, Reason
from plimsoll.sizing.nodes import PodShape
from plimsoll.sizing.replica import MeasuredReplica
from plimsoll.sizing.work.setup import Way, latency_limits_s, most_load
from plimsoll.spec.workload import Workload

CPU_ONLY = "none"
BURSTABLE = ("t2", "t3", "t3a", "t4g")
"""Families that earn CPU credits: a measured rate is not sustained on them."""

FLEX_LABEL = "karpenter.k8s.aws/instance-capability-flex"
"""Karpenter's label of flex types, whose CPU baseline is below 100 %."""

REPEATED = (0.9, 1.1)
"""80 % interval of a measurement repeated on another host of the same type. Source: 44 pairs of one
configuration on two hosts differ by 2.3 % at the median and 18 % at the 90th percentile."""


class MeasuredWays:
    """One way per accelerator: the measured one holds, the others were not measured."""

    def __init__(self, workload: Workload, accelerators: Mapping[str, Accelerator]) -> None:
        if workload.measured is None:
            msg = "the workload has no measurement"
            raise ValueError(msg)
        self.measured = workload.measured
        self.accelerators = accelerators
        self.limits_s = latency_limits_s(workload)
        count = 0 if self.measured.accelerator == CPU_ONLY else self.measured.accelerators
        self.pod = PodShape(self.measured.cpu, self.measured.memory_gib, count)
        self._ways: dict[tuple[str | None, str], tuple[Way, ...]] = {}

    def concerns(self, instance: InstanceType) -> bool:
        """CPU-only types for a CPU-only measurement, accelerated types for the others."""
        return (instance.accelerator is None) == (self.measured.accelerator == CPU_ONLY)

    def on(self, instance: InstanceType) -> Sequence[Way]:
        """The single way on a type; a new object per accelerator and host kind."""
        key = (instance.accelerator, self._host(instance))
        if key not in self._ways:
            self._ways[key] = (self._way(instance),)
        return self._ways[key]

    def adapted(self, workload: Workload) -> "MeasuredWays":
        """The ways under a changed spec."""
        return MeasuredWays(workload, self.accelerators)

    def _host(self, instance: InstanceType) -> str:
        if instance.family in BURSTABLE:
            return f"{instance.family} is burstable: its CPU credits do not sustain a measured rate"
        if instance.labels.get(FLEX_LABEL) == "true":
            return (
                f"{instance.family} is a flex family: full CPU is not guaranteed, so a measured rate is not"
            )
        if instance.arch != "x86_64":
            return f"{instance.family} is {instance.arch}; the measurement is assumed to be on x86_64"
        if instance.accelerator_fraction < 1:
            return f"{instance.family} holds a fraction of an accelerator, which Kubernetes does not count"
        return ""

    def _way(self, instance: InstanceType) -> Way:
        measured = self.measured
        reasons: list[Reason] = []
        wanted = None if measured.accelerator == CPU_ONLY else measured.accelerator
        if instance.accelerator != wanted:
            message = f"the service was measured on {wanted}; nobody measured it on {instance.accelerator}"
            reasons.append(PINNED.broken(message, wanted, instance.accelerator))
        accelerator = self.accelerators.get(instance.accelerator or "")
        if accelerator is not None:
            memory = _memory_reason(measured.accelerator_memory_gib, instance, accelerator.memory_bytes)
            reasons += [memory] if memory else []
        host = self._host(instance)
        if host:
            reasons.append(HOST.broken(host, "x86_64", instance.arch))
        latencies = {
            f"latency_{name}": value / 1000
            for name in ("p50", "p90", "p95", "p99")
            if (value := getattr(measured, f"latency_{name}_ms")) is not None
        }
        replica = MeasuredReplica(measured.qps_per_replica, latencies)
        batch, broken = most_load(replica, self.limits_s)
        usable = batch if batch is not None else replica.top_batch
        return Way(
            accelerator=instance.accelerator,
            accelerators=self.pod.accelerators,
            tensor_parallel=None,
            precision=None,
            pod=self.pod,
            reasons=(*reasons, *(_measured_reason(reason) for reason in broken)),
            replica=replica,
            batch=usable,
            qps=replica.qps_of(usable),
            in_flight=max(replica.in_flight(usable), 1e-9),
            weights_bytes=0,
            measured=True,
            interval={"latency": REPEATED},
            assumptions=(
                Assumption("utilisation target", replica.top_batch, "share of the measured rate", "method"),
            ),
        )


def _memory_reason(needed_gib: float | None, instance: InstanceType, memory_bytes: int) -> Reason | None:
    """Why the measured memory does not fit an accelerator, or None."""
    have_gib = memory_bytes * instance.accelerator_fraction / GIB
    if needed_gib is None or needed_gib <= have_gib:
        return None
    return MEMORY.broken(
        f"the service uses {needed_gib:g} GiB of accelerator memory; "
        f"{instance.accelerator} has {have_gib:.4g}",
        round(have_gib, 2),
        needed_gib,
    )


def _measured_reason(reason: Reason) -> Reason:
    message = (
        f"measured latency is {reason.value:.4g} ms; the limit is {reason.limit:.4g} ms"
        if isinstance(reason.value, float) and isinstance(reason.limit, float)
        else reason.message
    )
    return Reason(reason.code, reason.limit, reason.value, reason.unit, message)
