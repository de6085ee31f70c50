"""Workers behind a queue are told by the keys of tasks, a service by those of requests: never by both."""

from collections.abc import Iterator

from plimsoll.ground.problems import Problem
from plimsoll.spec import defaults
from plimsoll.spec.draft import Draft, metric_of

SQS_MOST_S = 43_200.0
"""SQS hides a message from other workers for at most twelve hours (SQS quotas, visibility timeout)."""

_TASKS = ("task_mean_ms", "task_cv", "tasks_at_once")
_REQUESTS = (
    *("qps_per_replica", "latency_p50_ms", "latency_p90_ms", "latency_p95_ms", "latency_p99_ms"),
    "port",
)
"""The keys of a measurement that only one of the two has."""

_WAITS = ("wait_p95_ms", "drain_s")


def queue_contradictions(spec: Draft) -> Iterator[Problem]:
    """Find what a queue contradicts, or what is said of tasks where there is no queue."""
    if spec.has("load", "queue"):
        yield from _behind_a_queue(spec)
    else:
        yield from _without_a_queue(spec)


def _without_a_queue(spec: Draft) -> Iterator[Problem]:
    for key in _TASKS:
        if spec.has("measured", key):
            fix = "add load.queue, or measure qps_per_replica"
            yield Problem(f"{key} is given", "tasks come through load.queue", fix, ("measured", key))
    for key in _WAITS:
        if spec.has("sla", key):
            fix = "add load.queue, or limit a latency"
            yield Problem(f"{key} limits nothing", "nothing waits in a queue", fix, ("sla", key))
    of_tasks = any(spec.has("measured", key) for key in _TASKS)
    if spec.keys("measured") and not spec.has("measured", "qps_per_replica") and not of_tasks:
        fix = "add qps_per_replica: NUMBER, what one replica sustains"
        yield Problem("measured.qps_per_replica is missing", "", fix, ("measured", "qps_per_replica"))


def _behind_a_queue(spec: Draft) -> Iterator[Problem]:
    yield from _subject(spec)
    yield from _limits(spec)
    yield from _partitions(spec)
    yield from _longest(spec)


def _subject(spec: Draft) -> Iterator[Problem]:
    if spec.has("model"):
        why = "workers behind a queue are sized from what one task took"
        fix = "write measured: {task_mean_ms: …} in place of model"
        yield Problem("queue has no meaning beside model", why, fix, ("load", "queue"))
        return
    for key in _REQUESTS:
        if spec.has("measured", key):
            why = "workers take tasks from the queue"
            instead = "write task_mean_ms" if key != "port" else "remove it"
            yield Problem(f"{key} has no meaning beside load.queue", why, instead, ("measured", key))
    if spec.keys("measured") and not spec.has("measured", "task_mean_ms"):
        why, fix = "workers are sized from what one task took", "add task_mean_ms: NUMBER"
        yield Problem("measured.task_mean_ms is missing", why, fix, ("measured", "task_mean_ms"))


def _limits(spec: Draft) -> Iterator[Problem]:
    for key in spec.keys("sla"):
        if metric_of(key) in ("ttft", "tpot", "e2e", "latency"):
            what, why = f"{key} is a limit on requests", "tasks wait in load.queue"
            yield Problem(what, why, "write wait_p95_ms, or drain_s for a backlog", ("sla", key))
    if spec.has("sla", "drain_s") and not spec.number("load", "queue", "backlog"):
        fix = "add load.queue.backlog: NUMBER of tasks, or leave it out"
        yield Problem("drain_s limits nothing", "no backlog is given", fix, ("sla", "drain_s"))


def _partitions(spec: Draft) -> Iterator[Problem]:
    kind = spec.text("load", "queue", "type")
    if spec.has("load", "queue", "partitions") and kind not in (None, "kafka"):
        why = f"only topics of Kafka have them, and the queue is {kind}"
        path = ("load", "queue", "partitions")
        yield Problem("partitions has no meaning here", why, "remove it", path)


def _longest(spec: Draft) -> Iterator[Problem]:
    """Refuse a longest task that is shorter than the mean, or longer than a broker waits for."""
    path = ("load", "queue", "longest_task_s")
    mean = spec.number("measured", "task_mean_ms")
    cv = spec.number("measured", "task_cv")
    longest = spec.number(*path)
    if longest is not None and mean is not None and 0 < longest < mean / 1000:
        why = f"the mean of measured.task_mean_ms is {mean / 1000:g} s"
        yield Problem(f"the longest task takes {longest:g} s", why, "raise it", path)
        return
    if longest is None and mean is not None:
        longest = longest_s(mean / 1000, cv if cv is not None else float(defaults.TASK_CV))
        path = ("load", "queue")
    if spec.text("load", "queue", "type") == "sqs" and longest is not None and longest > SQS_MOST_S:
        why = f"SQS gives a message to another worker after at most {SQS_MOST_S:,.0f} s"
        yield Problem(f"a task may take {longest:,.0f} s", why, "cut the task, or take another queue", path)


def longest_s(mean_s: float, cv: float) -> float:
    """Take a task's longest time where nobody says it: its mean and so many standard deviations, seconds."""
    return mean_s * (1 + defaults.LONGEST_SPREADS * cv)
