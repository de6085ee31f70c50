"""These rules judge what the API server checks in built-in kinds beyond their pods, and no schema says.

Sources: k8s.io/kubernetes v1.36 pkg/apis/{apps,autoscaling,batch,core,policy,scheduling}/validation.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping

from plimsoll.ground.problems import Problem, nearest
from plimsoll.ground.tree import Json, at, is_number, is_object, join, objects_at
from plimsoll.manifests.grammar import is_cron, is_dns_label, quantity_problems
from plimsoll.manifests.pods import (
    choice_problems,
    least_problems,
    port_name_problems,
    port_number_problems,
    selector_problems,
    template_problems,
)

Rule = Callable[[Json], Iterator[Problem]]

MAX_PRIORITY = 1_000_000_000
"""Higher values are reserved for the system."""

METRIC_SOURCES = {
    "ContainerResource": "containerResource",
    "External": "external",
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
}
TARGET_FIELDS = {"AverageValue": "averageValue", "Utilization": "averageUtilization", "Value": "value"}
MAX_WINDOW_S = 3600
MAX_PERIOD_S = 1800


def _share(value: Json) -> float | None:
    """Read a count or a percentage as a number; None for what is neither."""
    if is_number(value):
        return value
    found = re.fullmatch(r"(\d+)%", value) if isinstance(value, str) else None
    return float(found[1]) if found else None


def deployment(manifest: Json) -> Iterator[Problem]:
    """Judge strategy, selector, deadlines and pods of a Deployment."""
    spec = at(manifest, "spec")
    if not is_object(spec):
        return
    yield from selector_problems(spec, spec.get("template"), "spec")
    yield from template_problems(spec.get("template"), "spec.template", ("Always",))
    yield from least_problems(spec, "replicas", 0, "spec")
    yield from _strategy_problems(spec)
    ready, deadline = spec.get("minReadySeconds", 0), spec.get("progressDeadlineSeconds", 600)
    if is_number(ready) and is_number(deadline) and deadline <= ready:
        what = f"{deadline} s is not more than minReadySeconds of {ready} s"
        yield Problem(what, path="spec.progressDeadlineSeconds")


def _strategy_problems(spec: dict[str, Json]) -> Iterator[Problem]:
    kind, rolling = at(spec, "strategy.type"), at(spec, "strategy.rollingUpdate")
    if kind not in (None, "Recreate", "RollingUpdate"):
        hint = nearest(str(kind), ["Recreate", "RollingUpdate"])
        yield Problem(f"{kind!r} is not one of Recreate, RollingUpdate", fix=hint, path="spec.strategy.type")
    if kind == "Recreate" and rolling is not None:
        yield Problem("does not go with type Recreate", path="spec.strategy.rollingUpdate")
    if not is_object(rolling):
        return
    shares = {name: _share(rolling.get(name, "25%")) for name in ("maxSurge", "maxUnavailable")}
    for name, share in shares.items():
        if share is None:
            what = f"{rolling[name]!r} is neither a count nor a percentage"
            yield Problem(what, path=f"spec.strategy.rollingUpdate.{name}")
    if all(share == 0 for share in shares.values()):
        what = "maxSurge and maxUnavailable are both 0: nothing could ever be replaced"
        yield Problem(what, path="spec.strategy.rollingUpdate")


def job(manifest: Json) -> Iterator[Problem]:
    """Judge pods, counts and failure policy of a Job."""
    yield from _job_spec_problems(at(manifest, "spec"), "spec")


def _job_spec_problems(spec: Json, path: str) -> Iterator[Problem]:
    if not is_object(spec):
        return
    yield from template_problems(spec.get("template"), f"{path}.template", ("Never", "OnFailure"))
    for name in ("activeDeadlineSeconds", "backoffLimit", "completions", "parallelism"):
        yield from least_problems(spec, name, 0, path)
    if spec.get("podFailurePolicy") and at(spec, "template.spec.restartPolicy") != "Never":
        yield Problem("must be Never where a podFailurePolicy is", path=f"{path}.template.spec.restartPolicy")
    for where, rule in objects_at(spec, "podFailurePolicy.rules"):
        action = rule.get("action")
        if action not in ("Count", "FailIndex", "FailJob", "Ignore"):
            yield Problem(
                f"{action!r} is not one of Count, FailIndex, FailJob, Ignore", path=f"{path}.{where}.action"
            )


def cron_job(manifest: Json) -> Iterator[Problem]:
    """Judge schedule, time zone and job of a CronJob."""
    schedule, zone = at(manifest, "spec.schedule"), at(manifest, "spec.timeZone")
    if isinstance(schedule, str) and not is_cron(schedule):
        yield Problem(
            f"{schedule!r} is not a cron schedule", fix="five fields: 0 8 * * mon-fri", path="spec.schedule"
        )
    if isinstance(zone, str) and (zone.lower() == "local" or not re.fullmatch(r"[A-Za-z0-9_+/-]+", zone)):
        yield Problem(f"{zone!r} is not a time zone", path="spec.timeZone")
    if at(manifest, "spec.concurrencyPolicy") not in (None, "Allow", "Forbid", "Replace"):
        yield Problem("is not one of Allow, Forbid, Replace", path="spec.concurrencyPolicy")
    yield from _job_spec_problems(at(manifest, "spec.jobTemplate.spec"), "spec.jobTemplate.spec")


def horizontal_pod_autoscaler(manifest: Json) -> Iterator[Problem]:
    """Judge bounds, metrics and behaviour of an autoscaler."""
    spec = at(manifest, "spec")
    if not is_object(spec):
        return
    yield from least_problems(spec, "minReplicas", 1, "spec")
    yield from least_problems(spec, "maxReplicas", 1, "spec")
    low, high = spec.get("minReplicas", 1), spec.get("maxReplicas")
    if is_number(low) and is_number(high) and high < low:
        yield Problem(f"{high} is less than minReplicas of {low}", path="spec.maxReplicas")
    for where, metric in objects_at(spec, "metrics"):
        yield from _metric_problems(metric, f"spec.{where}")
    yield from behaviour_problems(spec.get("behavior"), "spec.behavior")
    for name in ("kind", "name"):
        if not at(spec, f"scaleTargetRef.{name}"):
            yield Problem("is required", path=f"spec.scaleTargetRef.{name}")


def _metric_problems(metric: dict[str, Json], path: str) -> Iterator[Problem]:
    kind = metric.get("type")
    source = METRIC_SOURCES.get(str(kind))
    if source is None:
        hint = nearest(str(kind), list(METRIC_SOURCES))
        yield Problem(f"{kind!r} is not one of {', '.join(METRIC_SOURCES)}", fix=hint, path=f"{path}.type")
        return
    given = sorted(set(metric) - {"type"})
    if given != [source]:
        yield Problem(
            f"type {kind} goes with {source} alone, not {' and '.join(given) or 'nothing'}", path=path
        )
        return
    yield from _target_problems(at(metric, f"{source}.target"), source, f"{path}.{source}")


def _target_problems(target: Json, source: str, path: str) -> Iterator[Problem]:
    if not is_object(target):
        return
    kind = target.get("type")
    if kind not in TARGET_FIELDS:
        yield Problem(f"{kind!r} is not one of {', '.join(TARGET_FIELDS)}", path=f"{path}.target.type")
        return
    if source == "pods" and kind != "AverageValue":
        yield Problem(f"{kind} does not go with pods; only AverageValue does", path=f"{path}.target.type")
    if TARGET_FIELDS[kind] not in target:
        yield Problem(f"type {kind} needs {TARGET_FIELDS[kind]}", path=f"{path}.target")
    if kind != "Utilization" and "averageUtilization" in target:
        yield Problem(f"does not go with type {kind}", path=f"{path}.target.averageUtilization")
    yield from least_problems(target, "averageUtilization", 1, f"{path}.target")
    for name in ("averageValue", "value"):
        yield from quantity_problems(target.get(name), f"{path}.target.{name}")


def behaviour_problems(behaviour: Json, path: str) -> Iterator[Problem]:
    """Judge how fast an autoscaler may move (also inside a ScaledObject)."""
    for way in ("scaleDown", "scaleUp"):
        rules, below = at(behaviour, way), f"{path}.{way}"
        if not is_object(rules):
            continue
        window = rules.get("stabilizationWindowSeconds")
        if is_number(window) and not 0 <= window <= MAX_WINDOW_S:
            yield Problem(f"{window} is not 0 to {MAX_WINDOW_S}", path=f"{below}.stabilizationWindowSeconds")
        if rules.get("selectPolicy", "Max") not in ("Disabled", "Max", "Min"):
            yield Problem(
                f"{rules['selectPolicy']!r} is not one of Disabled, Max, Min", path=f"{below}.selectPolicy"
            )
        for where, policy in objects_at(rules, "policies"):
            yield from _policy_problems(policy, f"{below}.{where}")


def _policy_problems(policy: dict[str, Json], path: str) -> Iterator[Problem]:
    period = policy.get("periodSeconds")
    if is_number(period) and not 1 <= period <= MAX_PERIOD_S:
        yield Problem(f"{period} is not 1 to {MAX_PERIOD_S}", path=f"{path}.periodSeconds")
    if policy.get("type") not in ("Percent", "Pods"):
        yield Problem(f"{policy.get('type')!r} is not one of Percent, Pods", path=f"{path}.type")
    yield from least_problems(policy, "value", 1, path)


def pod_disruption_budget(manifest: Json) -> Iterator[Problem]:
    """Judge a disruption budget: one bound, and a known eviction policy."""
    spec = at(manifest, "spec")
    if not is_object(spec):
        return
    if "minAvailable" in spec and "maxUnavailable" in spec:
        yield Problem("minAvailable and maxUnavailable exclude each other", path="spec")
    for name in ("minAvailable", "maxUnavailable"):
        if name in spec and _share(spec[name]) is None:
            yield Problem(f"{spec[name]!r} is neither a count nor a percentage", path=f"spec.{name}")
        yield from least_problems(spec, name, 0, "spec")
    policy = spec.get("unhealthyPodEvictionPolicy", "AlwaysAllow")
    if policy not in ("AlwaysAllow", "IfHealthyBudget"):
        what = f"{policy!r} is not one of AlwaysAllow, IfHealthyBudget"
        yield Problem(what, fix=nearest(policy, ["AlwaysAllow"]), path="spec.unhealthyPodEvictionPolicy")


def priority_class(manifest: Json) -> Iterator[Problem]:
    """Judge a priority: a value that users may have, and a known preemption policy."""
    value, policy = at(manifest, "value"), at(manifest, "preemptionPolicy")
    if is_number(value) and value > MAX_PRIORITY:
        yield Problem(f"{value} is more than {MAX_PRIORITY}; higher is reserved for the system", path="value")
    if policy not in (None, "Never", "PreemptLowerPriority"):
        yield Problem(f"{policy!r} is not one of Never, PreemptLowerPriority", path="preemptionPolicy")
    if str(at(manifest, "metadata.name")).startswith("system-"):
        yield Problem("names that begin with system- are reserved", path="metadata.name")


QUOTA_NAMES = (
    "configmaps",
    "cpu",
    "ephemeral-storage",
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "memory",
    "persistentvolumeclaims",
    "pods",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
    "requests.storage",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
)


def resource_quota(manifest: Json) -> Iterator[Problem]:
    """Judge names and amounts of a quota; of devices only requests can be limited."""
    hard = at(manifest, "spec.hard")
    for name, amount in hard.items() if is_object(hard) else ():
        path = join("spec.hard", name)
        yield from quantity_problems(amount, path)
        if "/" not in name and name not in QUOTA_NAMES:
            yield Problem(f"{name!r} is not a resource of a quota", fix=nearest(name, QUOTA_NAMES), path=path)
        device = "/" in name and not name.startswith(("count/", "requests."))
        if device and ".storageclass.storage.k8s.io/" not in name:
            yield Problem(f"{name!r} limits nothing", fix=f"write requests.{name}", path=path)


def service(manifest: Json) -> Iterator[Problem]:
    """Judge ports and type of a Service."""
    spec = at(manifest, "spec")
    if not is_object(spec):
        return
    kinds = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
    if spec.get("type", "ClusterIP") not in kinds:
        yield Problem(f"{spec['type']!r} is not one of {', '.join(kinds)}", path="spec.type")
    found = list(objects_at(spec, "ports"))
    if not found and spec.get("type") != "ExternalName" and spec.get("clusterIP") != "None":
        yield Problem("a Service needs at least one port", path="spec.ports")
    for where, port in found:
        yield from _service_port_problems(port, f"spec.{where}", named=len(found) > 1)
    names = [port.get("name") for _, port in found]
    if any(names.count(name) > 1 for name in names if name):
        yield Problem("two ports have the same name", path="spec.ports")


def _service_port_problems(port: dict[str, Json], path: str, *, named: bool) -> Iterator[Problem]:
    name, target = port.get("name"), port.get("targetPort")
    yield from port_number_problems(port.get("port"), f"{path}.port")
    yield from port_number_problems(target, f"{path}.targetPort")
    yield from choice_problems(port, "protocol", path)
    if isinstance(target, str):
        yield from port_name_problems(target, f"{path}.targetPort")
    if isinstance(name, str) and not is_dns_label(name):
        yield Problem(f"{name!r} is not a DNS label", path=f"{path}.name")
    if named and not name:
        yield Problem("is required where there is more than one port", path=f"{path}.name")


def keyed_data(manifest: Json) -> Iterator[Problem]:
    """Judge keys of a ConfigMap or Secret, and base64 of a Secret's data."""
    for part in ("data", "stringData", "binaryData"):
        values = at(manifest, part)
        for key, value in values.items() if is_object(values) else ():
            if not re.fullmatch(r"[-._a-zA-Z0-9]{1,253}", key):
                yield Problem(f"{key!r} is not a key", fix="letters, digits, - _ .", path=part)
            if manifest.get("kind") == "Secret" and part == "data" and isinstance(value, str):
                try:
                    base64.b64decode(value, validate=True)
                except binascii.Error:
                    yield Problem(
                        "is not base64", fix="put plain text under stringData", path=join(part, key)
                    )


BUILTIN_RULES: Mapping[str, Rule] = {
    "apps/v1:Deployment": deployment,
    "autoscaling/v2:HorizontalPodAutoscaler": horizontal_pod_autoscaler,
    "batch/v1:CronJob": cron_job,
    "batch/v1:Job": job,
    "policy/v1:PodDisruptionBudget": pod_disruption_budget,
    "scheduling.k8s.io/v1:PriorityClass": priority_class,
    "v1:ConfigMap": keyed_data,
    "v1:ResourceQuota": resource_quota,
    "v1:Secret": keyed_data,
    "v1:Service": service,
}
