"""Workers take tasks from a queue: as many as hold the wait, and what KEDA and the broker are told."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from plimsoll.catalog.facts import Accelerator, InstanceType
from plimsoll.engines.base import ContainerSpec
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.ground.units import figure
from plimsoll.sizing.limits import INTERRUPTION, MAX_REPLICAS, Reason
from plimsoll.sizing.replica import Replica
from plimsoll.sizing.traffic import Traffic
from plimsoll.sizing.waits.tasks import UTILISATION, Arrivals
from plimsoll.sizing.waits.variant import VariantTasks
from plimsoll.sizing.work.base import Assignment, Peak, Queueing, Scaling
from plimsoll.sizing.work.owned import REPEATED, OwnedWork
from plimsoll.sizing.work.requests import DEFAULT
from plimsoll.sizing.work.setup import Estimate, LoadedReplica, Setup
from plimsoll.spec import defaults
from plimsoll.spec.measured.queue import Queue
from plimsoll.spec.workload import Measured, Workload

SPOT_S = 100.0
"""What spot's 120 s of warning leave to a task: Karpenter takes some of it to notice and to drain."""

JOB_FROM_S = 600.0
"""Tasks that may take longer run as jobs of their own where the number of workers varies: an autoscaler that
takes a worker away would have to wait for it. Source: keda#157 and #6719, where long work is cut off."""

_FEWER = 12
"""Workers less that are tried for a softer limit, at most."""

IN_FLIGHT_COUNTED = {"sqs": True, "redis": False, "redis_streams": False, "rabbitmq": True, "kafka": True}
"""Whether KEDA's scaler counts tasks that were taken and are not done: SQS with scaleOnInFlight, RabbitMQ's
unacknowledged messages by its HTTP API, Kafka's lag of committed offsets. A Redis list has lost them, and the
lag of a stream's group counts what was never delivered. Source: KEDA 2.20, scalers."""


@record
class Worker:
    """A worker has slots; each is busy with one task for its mean time."""

    slots: int
    task_s: float

    @property
    def full_batch(self) -> float:
        """All slots."""
        return float(self.slots)

    @property
    def most_qps(self) -> float:
        """All slots, one task after another."""
        return self.qps_of(self.full_batch)

    @property
    def top_batch(self) -> float:
        """The slots that may be busy at the peak."""
        return UTILISATION * self.slots

    def qps_of(self, batch: float) -> float:
        """Tasks per second of so many busy slots."""
        return batch / self.task_s

    def latencies_s(self, batch: float, keys: Sequence[str]) -> list[float]:
        """A task's own time: waits are of all workers together."""
        del batch
        return [self.task_s for _ in keys]

    def in_flight(self, batch: float) -> float:
        """The busy slots."""
        return batch


class QueueWorkers(OwnedWork):
    """Workers behind a queue: Erlang C says how many hold the wait, the backlog how many drain it in time."""

    latency_metrics = ("wait",)

    def __init__(self, workload: Workload, traffic: Traffic, accelerators: Mapping[str, Accelerator]) -> None:
        super().__init__(workload, traffic, accelerators)
        if workload.load.queue is None:
            msg = "the workload has no queue"
            raise ValueError(msg)
        self.queue: Queue = workload.load.queue
        wait_ms = workload.sla.wait_p95_ms
        self.wait_s = wait_ms / 1000 if wait_ms is not None else None
        drain_s = workload.sla.drain_s
        self._tasks = tuple(
            VariantTasks(each, self.queue, wait_s=self.wait_s, drain_s=drain_s) for each in self.measurements
        )

    @property
    def reported(self) -> Sequence[str]:
        """Report the wait, and how long the backlog takes where there is one."""
        return ("wait_p95", "drain") if self.queue.backlog else ("wait_p95",)

    def of(self, setup: Setup) -> VariantTasks:
        """Take the tasks as the variant of a setup takes them."""
        return self._tasks[setup.place]

    def adapted(self, workload: Workload) -> "QueueWorkers":
        """Work out the same anew under a changed spec."""
        return QueueWorkers(workload, self.traffic, self.accelerators)

    def needed(self, setup: Setup) -> int:
        """Count the workers that hold the wait and the drain at the peak; the same on every type."""
        return self.of(setup).fewest

    def kept(self, setup: Setup, replicas: int, cold_start_s: float) -> int:
        """Keep what holds the wait where a start takes longer than it: an autoscaler would come too late.

        Spares are kept with them; workers for a backlog may start while it is drained.
        """
        drain_s, wait_s = self.workload.sla.drain_s, self.wait_s
        if drain_s is not None and drain_s < cold_start_s:
            return replicas
        if wait_s is None or wait_s >= cold_start_s:
            return 1
        tasks = self.of(setup)
        return min(tasks.for_wait + max(replicas - tasks.fewest, 0), replicas)

    def too_many(self, replicas: int) -> Iterable[Reason]:
        """Hold the workers against the partitions: a worker without one has nothing to do."""
        partitions = self.queue.partitions
        if partitions is not None and replicas > partitions:
            message = f"needs {replicas} workers, and each of load.queue.partitions, {partitions}, feeds one"
            yield MAX_REPLICAS.broken(message, partitions, replicas)

    def on_spot(self, setup: Setup) -> Iterable[Reason]:
        """Hold the longest task against the notice of an interruption."""
        longest_s = self.of(setup).longest_s
        if longest_s > SPOT_S:
            longest = f"a task may take {figure(longest_s)} s"
            message = f"{longest}; spot leaves {SPOT_S:g} s of its two minutes' notice"
            yield INTERRUPTION.broken(message, SPOT_S, longest_s)

    def softer(self) -> Iterator[tuple[str, Sequence[float]]]:
        """Yield the wait and the drain that each worker less leaves, as far as the queue stays stable."""
        for tasks in self._tasks:
            yield from self._softer(tasks)

    def _softer(self, tasks: VariantTasks) -> Iterator[tuple[str, Sequence[float]]]:
        fewer = [count * tasks.slots for count in range(tasks.fewest - 1, max(tasks.fewest - _FEWER, 0), -1)]
        backlog, arrivals = self.queue.backlog, tasks.arrivals
        if self.wait_s is not None:
            yield "wait_p95_ms", [s * 1000 for n in fewer if (s := arrivals.p95_s(n)) < math.inf]
        if self.workload.sla.drain_s is not None and backlog:
            drains = (arrivals.drained_s(slots, backlog) for slots in fewer)
            yield "drain_s", [seconds for seconds in drains if seconds < math.inf]

    def at_peak(self, setup: Setup, serving: int, replicas: int) -> Peak:
        """Spread the busy slots over the workers."""
        arrivals = self.of(setup).arrivals
        return Peak(arrivals.per_s, arrivals.offered / serving, serving, replicas)

    def estimated(self, setup: Setup, peak: Peak, keys: Sequence[str]) -> Mapping[str, Estimate]:
        """Estimate the wait and the drain, also with tasks that take a tenth less or more than measured.

        Without a backlog the workers that it needs are away.
        """
        del keys
        variant = self.of(setup)
        usual = variant.usual(peak.serving)
        found = {"wait_p95_ms": _estimate(variant, usual, lambda tasks, slots: tasks.p95_s(slots) * 1000)}
        if backlog := self.queue.backlog:
            found["drain_s"] = _estimate(
                variant, peak.serving, lambda tasks, slots: tasks.drained_s(slots, backlog)
            )
        return found

    def scaling(self, setup: Setup, peak: Peak) -> Scaling:
        """Scale on what lies in the queue; where jobs take the tasks, `queueing` says how many each."""
        del peak
        return Scaling("queue_tasks", "tasks per worker", float(self._target(self.of(setup), jobs=False)))

    def queueing(self, setup: Setup, peak: Peak, kept: int) -> Queueing:
        """Say what KEDA, the pods and the broker are told."""
        tasks = self.of(setup)
        jobs = tasks.longest_s > JOB_FROM_S and kept < peak.replicas
        return Queueing(
            type=self.queue.type,
            target_per_worker=self._target(tasks, jobs=jobs),
            in_flight_counted=self._counted(jobs=jobs),
            tasks_at_once=tasks.slots,
            cooldown_s=max(300, math.ceil(tasks.longest_s)),
            grace_s=tasks.grace_s,
            visibility_timeout_s=tasks.visibility_s,
            scaled_by="ScaledJob" if jobs else "ScaledObject",
        )

    def container(self, setup: Setup, instance: InstanceType) -> ContainerSpec:
        """Start the owner's image, which serves nothing, and tell it what the plan assumes of it."""
        started, tasks = super().container(setup, instance), self.of(setup)
        told = {
            "PLIMSOLL_TASKS_AT_ONCE": str(tasks.slots),
            "PLIMSOLL_VISIBILITY_TIMEOUT_S": str(tasks.visibility_s),
        }
        return ContainerSpec(
            engine=None,
            version=None,
            image=started.image,
            model=None,
            port=None,
            command=started.command,
            env=told,
            grace_s=tasks.grace_s,
        )

    def load_defaults(self) -> Iterator[Assumption]:
        """Yield what stands for the keys of the queue and of its tasks that the spec left out."""
        queue = self.queue
        if queue.tasks_per_s.average is None and self.workload.load.profile is None:
            yield Assumption(
                "load.queue.tasks_per_s.average", queue.tasks_per_s.peak, "tasks/s", f"{DEFAULT}: the peak"
            )
        for tasks in self._tasks:
            yield from self._task_defaults(tasks)
        if queue.type == "kafka" and queue.partitions is None:
            yield Assumption("load.queue.partitions", "enough for every worker", None, DEFAULT)

    def _task_defaults(self, tasks: VariantTasks) -> Iterator[Assumption]:
        """Yield what stands for keys of the tasks; of several variants each says whose they are."""
        measured, whose = tasks.measured, f" ({tasks.measured.variant})" if len(self._tasks) > 1 else ""
        if self.queue.longest_task_s is None:
            source = f"{DEFAULT}: the mean and {defaults.LONGEST_SPREADS} standard deviations"
            value = float(f"{tasks.longest_s:.4g}")
            yield Assumption(f"load.queue.longest_task_s{whose}", value, "s", source)
        if measured.task_cv is None:
            source = f"{DEFAULT}: times that vary as exponential ones do"
            yield Assumption(
                f"measured.task_cv{whose}", defaults.TASK_CV, "standard deviation ÷ mean", source
            )
        if measured.tasks_at_once is None:
            yield Assumption(f"measured.tasks_at_once{whose}", tasks.slots, "tasks", DEFAULT)

    def carried(self, measured: Measured) -> str:
        """Say how long one task takes, and how many a worker takes at once."""
        tasks = self._of(measured)
        seconds = figure(tasks.arrivals.task_s)
        return f"{seconds} s a task, {tasks.slots} at once" if tasks.slots > 1 else f"{seconds} s a task"

    def loaded(self, measured: Measured) -> tuple[LoadedReplica, tuple[Reason, ...]]:
        """Load a worker as far as the queue stays stable; it breaks no limit alone."""
        tasks = self._of(measured)
        worker = Worker(tasks.slots, tasks.arrivals.task_s)
        return LoadedReplica.at(worker, worker.top_batch), ()

    def _of(self, measured: Measured) -> VariantTasks:
        return next(each for each in self._tasks if each.measured is measured)

    def assumed(self, replica: Replica) -> tuple[Assumption, ...]:
        """Say how busy workers may be, and how they must take their tasks."""
        del replica
        source = "above it waits grow faster than use; tasks a tenth longer still find room"
        told = "acknowledged when done, one fetched for each slot, done again if a worker is lost"
        return (
            Assumption("utilisation target", UTILISATION, "share of the workers' slots", source),
            Assumption("tasks are", told, None, "late acknowledgement, prefetch of one, idempotent tasks"),
        )

    def _counted(self, *, jobs: bool) -> bool:
        """Say whether tasks in flight count: of jobs, KEDA takes off those that run already."""
        return IN_FLIGHT_COUNTED[self.queue.type] and not jobs

    def _target(self, tasks: VariantTasks, *, jobs: bool) -> int:
        """Set the tasks for each worker: k + ⌊k w ÷ 2S⌋, without the k where tasks in flight are not counted.

        An autoscaler settles where the standing queue holds the workers up, at a mean wait of
        S (target - k) ÷ k; half of the limit as the mean holds it as the p95 (simulated for this project;
        the usual "acceptable latency ÷ task time" makes the limit the mean). A job takes k tasks.
        """
        if jobs:
            return tasks.slots
        waiting = math.floor(tasks.slots * (self.wait_s or 0.0) / (2 * tasks.arrivals.task_s) + 1e-9)
        return max(waiting + (tasks.slots if self._counted(jobs=False) else 0), 1)


def _estimate(variant: VariantTasks, workers: int, of: Callable[[Arrivals, int], float]) -> Estimate:
    tasks, slots = variant.arrivals, workers * variant.slots
    low, high = (Arrivals(tasks.per_s, tasks.task_s * share, tasks.cv) for share in REPEATED)
    return Estimate(of(tasks, slots), of(low, slots), of(high, slots))


def work(assigned: Assignment) -> QueueWorkers:
    """Make the work that a spec asks for."""
    return QueueWorkers(assigned.workload, assigned.traffic, assigned.catalog.accelerators)
