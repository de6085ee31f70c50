"""These rules judge what neither the API server nor a CRD checks in custom resources.

Sources: Karpenter v1.14 and KEDA 2.20 documentation and code; EC2's tag limits; each of these was
accepted by a real API server and then did not work, or did something else.
"""

from collections.abc import Iterator, Mapping

from plimsoll.ground.problems import Problem, nearest
from plimsoll.ground.tree import Json, at, is_list, is_object, join, objects_at, texts_at
from plimsoll.manifests.grammar import is_cron, is_label_value, label_problems, quantity
from plimsoll.manifests.kinds import Rule, behaviour_problems
from plimsoll.manifests.pods import template_problems

CAPACITY_TYPES = ("on-demand", "reserved", "spot")
ARCHITECTURES = ("amd64", "arm64")
KNOWN_VALUES = {
    "karpenter.sh/capacity-type": CAPACITY_TYPES,
    "kubernetes.io/arch": ARCHITECTURES,
    "kubernetes.io/os": ("linux", "windows"),
}
AWS_TAG_KEY, AWS_TAG_VALUE, AWS_TAGS = 128, 256, 50
"""EC2 Tag: characters of a key and of a value, and how many a resource may have."""

TRIGGERS: Mapping[str, tuple[str, ...]] = {
    "aws-sqs-queue": ("awsRegion", "queueLength", "queueURL"),
    "cpu": ("value",),
    "kafka": ("bootstrapServers", "consumerGroup", "lagThreshold", "topic"),
    "rabbitmq": ("mode", "protocol", "queueName", "value"),
    "redis": ("address", "listLength", "listName"),
    "redis-streams": ("address", "consumerGroup", "lagCount", "stream"),
    "cron": ("desiredReplicas", "end", "start", "timezone"),
    "memory": ("value",),
    "prometheus": ("query", "serverAddress", "threshold"),
}
"""KEDA triggers that Plimsoll emits, with the metadata they cannot work without."""


def node_pool(manifest: Json) -> Iterator[Problem]:
    """Judge a NodePool: requirement values, limits that a node can reach, taints, labels."""
    spec = at(manifest, "spec.template.spec")
    yield from label_problems(at(manifest, "spec.template.metadata.labels"), "spec.template.metadata.labels")
    for where, requirement in objects_at(spec, "requirements"):
        yield from _requirement_problems(requirement, f"spec.template.spec.{where}")
    for kind in ("taints", "startupTaints"):
        for where, taint in objects_at(spec, kind):
            value = taint.get("value")
            if isinstance(value, str) and not is_label_value(value):
                yield Problem(f"{value!r} is not a taint value", path=f"spec.template.spec.{where}.value")
    yield from _limit_problems(manifest)
    for where, budget in objects_at(manifest, "spec.disruption.budgets"):
        schedule = budget.get("schedule")
        if isinstance(schedule, str) and not is_cron(schedule):
            yield Problem(f"{schedule!r} is not a cron schedule", path=f"{where}.schedule")


def _requirement_problems(requirement: dict[str, Json], path: str) -> Iterator[Problem]:
    key = str(requirement.get("key"))
    for value in texts_at(requirement, "values"):
        known = KNOWN_VALUES.get(key)
        if known and value not in known:
            what = f"no node is {value!r}: {', '.join(known)}"
            yield Problem(what, fix=nearest(value, known), path=join(path, "values"))
        elif not is_label_value(value):
            yield Problem(f"{value!r} is not a label value", path=join(path, "values"))
    if key.startswith("node.kubernetes.io/instance-family"):
        fix = "use karpenter.k8s.aws/instance-family"
        yield Problem(f"{key} is a label that no node carries", fix=fix, path=join(path, "key"))


def _limit_problems(manifest: Json) -> Iterator[Problem]:
    """Judge limits: one that is no multiple of the box launches less than it says, or nothing."""
    counts = [
        quantity(value)
        for _, requirement in objects_at(manifest, "spec.template.spec.requirements")
        if str(requirement.get("key")).endswith("/instance-gpu-count") and requirement.get("operator") == "In"
        for value in texts_at(requirement, "values")
    ]
    limit = quantity(at(manifest, "spec.limits") and manifest["spec"]["limits"].get("nvidia.com/gpu"))
    if limit is None or len(counts) != 1 or not counts[0]:
        return
    if limit % counts[0]:
        what = f"{limit} GPUs cannot be reached with nodes of {counts[0]}"
        yield Problem(what, fix=f"use a multiple of {counts[0]}", path="spec.limits[nvidia.com/gpu]")


def ec2_node_class(manifest: Json) -> Iterator[Problem]:
    """Judge an EC2NodeClass: tags within EC2's limits, and every selector term for itself.

    The CRD's own rule for `id` is written so that one good term hides a bad one.
    """
    tags = at(manifest, "spec.tags")
    if is_object(tags):
        yield from _tag_problems(tags)
    excluded = {
        "securityGroupSelectorTerms": ("name", "tags"),
        "subnetSelectorTerms": ("tags",),
        "capacityReservationSelectorTerms": ("instanceMatchCriteria", "ownerID", "tags"),
    }
    for name, others in excluded.items():
        for where, term in objects_at(manifest, f"spec.{name}"):
            beside = [other for other in others if other in term]
            if "id" in term and beside:
                yield Problem(f"id excludes {' and '.join(beside)}", path=where)


def _tag_problems(tags: dict[str, Json]) -> Iterator[Problem]:
    if len(tags) > AWS_TAGS:
        yield Problem(f"{len(tags)} tags, at most {AWS_TAGS} allowed", path="spec.tags")
    for key, value in tags.items():
        if len(key) > AWS_TAG_KEY:
            yield Problem(
                f"a key of {len(key)} characters, at most {AWS_TAG_KEY}", path=join("spec.tags", key[:20])
            )
        if key.lower().startswith("aws:"):
            yield Problem("keys that begin with aws: are reserved", path=join("spec.tags", key))
        if isinstance(value, str) and len(value) > AWS_TAG_VALUE:
            yield Problem(
                f"a value of {len(value)} characters, at most {AWS_TAG_VALUE}", path=join("spec.tags", key)
            )


def scaled_object(manifest: Json) -> Iterator[Problem]:
    """Judge a ScaledObject: known triggers with the metadata they need, the autoscaler inside."""
    yield from _triggers(manifest)
    inner = "spec.advanced.horizontalPodAutoscalerConfig.behavior"
    yield from behaviour_problems(at(manifest, inner), inner)


def scaled_job(manifest: Json) -> Iterator[Problem]:
    """Judge a ScaledJob: its triggers, whose metric has no choice of type, and the pods of its jobs.

    KEDA's operator refuses `metricType` here, which its CRD allows.
    """
    yield from _triggers(manifest)
    for where, trigger in objects_at(manifest, "spec.triggers"):
        if "metricType" in trigger:
            fix = "remove it: a job's metric is always an average"
            yield Problem("KEDA refuses metricType in a ScaledJob", fix=fix, path=f"{where}.metricType")
    path = "spec.jobTargetRef.template"
    yield from template_problems(at(manifest, path), path, ("Never", "OnFailure"))


def _triggers(manifest: Json) -> Iterator[Problem]:
    if not at(manifest, "spec.triggers"):
        yield Problem("nothing to scale on", path="spec.triggers")
    for where, trigger in objects_at(manifest, "spec.triggers"):
        kind, metadata = str(trigger.get("type")), trigger.get("metadata")
        if kind not in TRIGGERS:
            yield Problem(
                f"{kind!r} is no trigger in use here", fix=nearest(kind, list(TRIGGERS)), path=f"{where}.type"
            )
            continue
        metric = trigger.get("metricType", "AverageValue")
        if metric not in METRIC_TYPES:
            yield Problem(f"{metric!r} is not one of {', '.join(METRIC_TYPES)}", path=f"{where}.metricType")
        given: dict[str, Json] = metadata if is_object(metadata) else {}
        for name in TRIGGERS[kind]:
            if not given.get(name):
                yield Problem(f"a {kind} trigger needs {name}", path=f"{where}.metadata")
        yield from _trigger_problems(kind, given, f"{where}.metadata")


METRIC_TYPES = ("AverageValue", "Utilization", "Value")


NUMBERS = (
    *("threshold", "activationThreshold", "desiredReplicas", "value", "activationValue"),
    *("queueLength", "activationQueueLength", "listLength", "activationListLength"),
    *("lagCount", "activationLagCount", "lagThreshold", "activationLagThreshold"),
)
"""Metadata of triggers that KEDA reads as numbers."""


def _trigger_problems(kind: str, metadata: dict[str, Json], path: str) -> Iterator[Problem]:
    for name in NUMBERS:
        value = metadata.get(name)
        if isinstance(value, str) and quantity(value) is None:
            yield Problem(f"{value!r} is not a number", path=f"{path}.{name}")
    for name in ("start", "end"):
        value = metadata.get(name)
        if kind == "cron" and isinstance(value, str) and not is_cron(value):
            yield Problem(f"{value!r} is not a cron schedule", path=f"{path}.{name}")


def leader_worker_set(manifest: Json) -> Iterator[Problem]:
    """Judge a LeaderWorkerSet: both pod templates, and a size that makes a group."""
    group = at(manifest, "spec.leaderWorkerTemplate")
    if not is_object(group):
        return
    path = "spec.leaderWorkerTemplate"
    for name in ("leaderTemplate", "workerTemplate"):
        yield from template_problems(group.get(name), f"{path}.{name}", ("Always",))
    size = group.get("size", 1)
    if isinstance(size, int) and size < 1:
        yield Problem(f"{size} is less than 1", path=f"{path}.size")


def prometheus_rule(manifest: Json) -> Iterator[Problem]:
    """Judge a PrometheusRule: each rule records or alerts, and says on what; group names are unique."""
    names = [group.get("name") for _, group in objects_at(manifest, "spec.groups")]
    if any(names.count(name) > 1 for name in names):
        yield Problem("two groups have the same name", path="spec.groups")
    for where, group in objects_at(manifest, "spec.groups"):
        for below, rule in objects_at(group, "rules"):
            chosen = [name for name in ("alert", "record") if rule.get(name)]
            if len(chosen) != 1:
                yield Problem("exactly one of alert and record", path=f"{where}.{below}")
            if not rule.get("expr"):
                yield Problem("is empty", path=f"{where}.{below}.expr")


def pod_monitor(manifest: Json) -> Iterator[Problem]:
    """Judge a monitor: it has something to scrape."""
    endpoints = at(manifest, "spec.podMetricsEndpoints")
    if not is_list(endpoints) or not endpoints:
        yield Problem("nothing to scrape", path="spec.podMetricsEndpoints")


CUSTOM_RULES: Mapping[str, Rule] = {
    "karpenter.k8s.aws/v1:EC2NodeClass": ec2_node_class,
    "karpenter.sh/v1:NodePool": node_pool,
    "keda.sh/v1alpha1:ScaledJob": scaled_job,
    "keda.sh/v1alpha1:ScaledObject": scaled_object,
    "leaderworkerset.x-k8s.io/v1:LeaderWorkerSet": leader_worker_set,
    "monitoring.coreos.com/v1:PodMonitor": pod_monitor,
    "monitoring.coreos.com/v1:PrometheusRule": prometheus_rule,
}
