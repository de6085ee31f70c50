"""A job is bounded where something enforced ends it: its deadline, or what Kueue lets it run in all.

Sources: Kubernetes `batch/v1` (`activeDeadlineSeconds` covers all retries of a Job); JobSet v1alpha2
(`failurePolicy.maxRestarts` starts all child jobs anew, each with its deadline; an ignoring rule restarts
without end); Kueue v0.19 (`max-exec-time-seconds` adds up over evictions, and unsuspending a job starts its
deadline again, so that the deadline alone bounds no queued job).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import kind_of
from plimsoll.ground.tree import View, objects_within, shown
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.pricing.inputs import inputs_of, view_of
from plimsoll.pricing.kubernetes.runs.cron import most_firings
from plimsoll.pricing.kubernetes.runs.taints import is_queued
from plimsoll.pricing.result import Unpriceable

MAX_EXEC_TIME = "kueue.x-k8s.io/max-exec-time-seconds"
RUNS_PER_MONTH = "plimsoll.dev/runs-per-month"

_JOB, _CRON_JOB = ("batch", "Job"), ("batch", "CronJob")
_JOB_SET, _TRAIN_JOB = ("jobset.x-k8s.io", "JobSet"), ("trainer.kubeflow.org", "TrainJob")
_MONTH_S = int(HOURS_PER_MONTH * 3600)
_IGNORING = "RestartJobSetAndIgnoreMaxRestarts"


@dataclass(frozen=True, slots=True)
class Bound:
    """The most seconds that one run of a job takes, how often it runs a month, and what says so.

    `pods` is how many of its pods there are at once, 0 where that is not known.
    """

    source: str
    seconds: int
    runs: int
    pods: int
    grace_s: int = 0


def read_bound(resource: Resource) -> Bound | None:
    """Read what bounds a job; None for one that nothing bounds, and for anything that is no job.

    Raises:
        Unpriceable: a time bound or a number of runs is not a positive whole number, or not known.
    """
    inputs, kind = inputs_of(resource), kind_of(resource)
    if kind == _CRON_JOB:
        return _cron_job(resource, inputs)
    if kind not in (_JOB, _JOB_SET, _TRAIN_JOB):
        return None
    runs = _declared_runs(inputs["metadata"])
    if is_queued(resource):
        limit = _queued(inputs["metadata"])
    elif kind == _JOB:
        limit = _deadline(inputs["spec"])
    else:
        limit = _job_set(inputs["spec"]) if kind == _JOB_SET else None
    if limit is None:
        return None
    seconds, field = limit
    return Bound(f"{resource.name}.{field}", seconds, runs, _pods(kind, inputs["spec"]), _grace(resource))


def known_bound(resource: Resource) -> Bound | None:
    """Read what bounds a job; None also where that is not known or makes no sense, which prices refuse."""
    try:
        return read_bound(resource)
    except Unpriceable:
        return None


def _deadline(spec: View) -> tuple[int, str] | None:
    found = spec["activeDeadlineSeconds"]
    return None if found.absent else (_seconds(found), found.path)


def _queued(metadata: View) -> tuple[int, str] | None:
    found = metadata["labels"][MAX_EXEC_TIME]
    if found.absent or not found.value:
        return None
    return _whole(found), f"metadata.labels[{MAX_EXEC_TIME}]"


def _seconds(view: View) -> int:
    """Read a positive whole number of seconds, however long a run may be."""
    number = view.decimal()
    if number != number.to_integral_value() or number < 1:
        raise view.fail(f"is {shown(view.value)}, not a whole number of at least 1")
    return int(number)


def _whole(view: View) -> int:
    """Read a positive whole number that a label or an annotation writes as text."""
    text = view.text()
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 9 and int(text) > 0):
        raise view.fail(f"is {text[:40]!a}, not a whole number of at least 1")
    return int(text)


def _declared_runs(metadata: View) -> int:
    found = metadata["annotations"][RUNS_PER_MONTH]
    return 1 if found.absent else _whole(found)


def _cron_job(resource: Resource, inputs: View) -> Bound | None:
    spec, job = inputs["spec"], inputs["spec"]["jobTemplate"]
    limit = _queued(job["metadata"]) if is_queued(resource) else _deadline(job["spec"])
    firings = most_firings(spec["schedule"])
    if limit is None:
        return None
    seconds, field = limit
    if spec["concurrencyPolicy"].text("Allow") == "Forbid":
        firings = min(firings, -(-_MONTH_S // seconds))
    return Bound(f"{resource.name}.{field}", seconds, firings, _pods(_JOB, job["spec"]), _grace(resource))


def _job_set(spec: View) -> tuple[int, str] | None:
    """Bound a JobSet by its longest child, as often as it may start; children in order add up."""
    policy = spec["failurePolicy"]
    if any(rule["action"].text("") == _IGNORING for rule in policy["rules"].items()):
        return None
    children = [each["template"]["spec"]["activeDeadlineSeconds"] for each in spec["replicatedJobs"].items()]
    if not children or any(each.absent for each in children):
        return None
    times = [_seconds(each) for each in children]
    in_order = not spec["startupPolicy"].absent or any(
        not each["dependsOn"].absent for each in spec["replicatedJobs"].items()
    )
    once = sum(times) if in_order else max(times)
    longest = children[times.index(max(times))]
    return once * (1 + policy["maxRestarts"].count(0)), longest.path


def _pods(kind: tuple[str, str], spec: View) -> int:
    if kind == _JOB:
        return spec["parallelism"].count(1)
    if kind == _JOB_SET:
        return sum(
            each["replicas"].count(1) * each["template"]["spec"]["parallelism"].count(1)
            for each in spec["replicatedJobs"].items()
        )
    return spec["trainer"]["numNodes"].count(0)


def _grace(resource: Resource) -> int:
    """Find the longest grace that pods ask for once they are told to end; 0 where none is given."""
    return max(_graces(resource), default=0)


def _graces(resource: Resource) -> Iterator[int]:
    key = "terminationGracePeriodSeconds"
    for path, mapping in objects_within(resource.inputs):
        if mapping.get(key) is not None and "containers" in mapping:
            yield view_of(mapping[key], f"{path}.{key}").count()
