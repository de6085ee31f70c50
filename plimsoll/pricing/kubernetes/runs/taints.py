"""A taint keeps pods off a pool's nodes unless they tolerate it.

Source: k8s.io/component-helpers v0.36 `scheduling/corev1/helpers.go`; how Karpenter and the scheduler match
tolerations to taints. What makes no node be launched is left out: Karpenter provisions for no DaemonSet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from plimsoll.catalog.helm_charts import chart_from
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import HELM_RELEASE, RENDERERS, is_kubernetes, kind_of
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.tree import View, objects_within
from plimsoll.pricing.index import ANY_KUBERNETES, Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.kubernetes.helm import chart_of
from plimsoll.pricing.result import Unpriceable

QUEUE_NAME = "kueue.x-k8s.io/queue-name"

_HARD = ("NoSchedule", "NoExecute")

_NO_PODS = frozenset({"apiextensions.k8s.io", "admissionregistration.k8s.io", "karpenter.sh", "nvidia.com"})
"""Groups whose objects may hold tolerations and make no node be launched: schemas, pools, DaemonSets."""

_TEMPLATES = frozenset({"TrainingRuntime", "ClusterTrainingRuntime", "DaemonSet"})
"""Kinds that make no node be launched by themselves; a PodTemplate may, through a CapacityBuffer."""

_DAEMON_CHARTS = frozenset(
    {
        "aws-efa-k8s-device-plugin",
        "dcgm-exporter",
        "fluent-bit",
        "nvidia-device-plugin",
        "prometheus-node-exporter",
    }
)
"""Known charts all of whose pods are DaemonSets' (their templates, read 2026-08 to 2026-11)."""

_HOLDERS = ("spec", "template", "jobTemplate", "replicatedJobs", "values", "labels")
"""Keys below which tolerations or the name of a queue may lie; what is not known yet may hold any."""

_RUNTIMES = ("TrainingRuntime", "ClusterTrainingRuntime")


@dataclass(frozen=True, slots=True)
class Taint:
    """A taint that keeps pods from being scheduled."""

    key: str
    value: str
    effect: str

    def tolerated_by(self, toleration: object) -> bool:
        """Say whether a toleration lets a pod on; one that cannot be read is taken to."""
        if not isinstance(toleration, Mapping):
            return True
        entry = cast("Mapping[str, object]", toleration)
        key, effect = entry.get("key"), entry.get("effect")
        if effect not in (None, "", self.effect) and effect in (*_HARD, "PreferNoSchedule"):
            return False
        if isinstance(key, str) and key not in ("", self.key):
            return False
        if entry.get("operator", "Equal") != "Equal":
            return True
        value = entry.get("value", "")
        return not isinstance(value, str) or value == self.value


def hard_taints(spec: View) -> tuple[Taint, ...]:
    """Read the taints of a pool's nodes that keep pods off.

    Raises:
        Unpriceable: a taint cannot be read.
    """
    taints = [_taint(each) for each in spec["template"]["spec"]["taints"].items()]
    return tuple(taint for taint in taints if taint.effect in _HARD)


def _taint(entry: View) -> Taint:
    value = "" if entry["value"].value == "" else entry["value"].text("")
    return Taint(entry["key"].text(), value, entry["effect"].text())


def tolerating(taints: tuple[Taint, ...], index: Index) -> list[Resource]:
    """List what may put pods on nodes with all of these taints, in the order of registration."""
    return [each for each in _may_run(index) if tolerates(each, taints, index)]


def tolerates(resource: Resource, taints: tuple[Taint, ...], index: Index) -> bool:
    """Say whether the pods of a resource tolerate all of these taints."""
    return is_kubernetes(resource) and all(_tolerates(resource, taint, index) for taint in taints)


def _may_run(index: Index) -> list[Resource]:
    return index.memo(
        "may run pods", lambda: [each for each in index.all() if _runs(each)], (ANY_KUBERNETES,)
    )


def _runs(resource: Resource) -> bool:
    if not is_kubernetes(resource) or _runs_daemons(resource):
        return False
    group, kind = kind_of(resource)
    return (
        group not in _NO_PODS
        and kind not in _TEMPLATES
        and (group, kind)
        != (
            "kueue.x-k8s.io",
            "ResourceFlavor",
        )
    )


def _runs_daemons(resource: Resource) -> bool:
    """Say whether a resource is a release of a known chart that makes DaemonSets alone."""
    if resource.type != HELM_RELEASE or resource.inputs.get("chart") is UNKNOWN:
        return False
    try:
        name, home = chart_of(inputs_of(resource))
    except Unpriceable:
        return False
    return name in _DAEMON_CHARTS and chart_from(name, home) is not None


def _tolerates(resource: Resource, taint: Taint, index: Index) -> bool:
    if any(map(taint.tolerated_by, _tolerations(resource))):
        return True
    if resource.type in (HELM_RELEASE, *RENDERERS) and resource.inputs.get("valueYamlFiles"):
        return True
    if kind_of(resource)[1] == "CapacityBuffer":
        return True  # it keeps nodes for the pods of something else, which may be a job
    if is_queued(resource) and any(taint.tolerated_by(each) for each in _of_flavors(index)):
        return True
    return kind_of(resource)[1] == "TrainJob" and _runtime_tolerates(taint, index)


def _tolerations(resource: Resource) -> Iterator[object]:
    """Yield every toleration, anywhere; what cannot be read yields one that tolerates all."""
    for _, mapping in objects_within(resource.inputs):
        yield from (UNKNOWN for key in _HOLDERS if mapping.get(key) is UNKNOWN)
        found: object = mapping.get("tolerations")
        if isinstance(found, list | tuple):
            yield from cast("list[object]", found)
        elif found is not None:
            yield found


def is_queued(resource: Resource) -> bool:
    """Say whether Kueue admits a resource: it, or what it makes, carries the name of a queue."""
    return any(QUEUE_NAME in mapping for _, mapping in objects_within(resource.inputs))


def _of_flavors(index: Index) -> list[object]:
    """List the tolerations that Kueue adds to what it admits."""

    def found() -> list[object]:
        flavors = (each for each in index.all() if kind_of(each) == ("kueue.x-k8s.io", "ResourceFlavor"))
        return [toleration for flavor in flavors for toleration in _tolerations(flavor)]

    return index.memo("tolerations of flavors", found, (ANY_KUBERNETES,))


def _runtime_tolerates(taint: Taint, index: Index) -> bool:
    """Say whether a TrainJob may tolerate by its runtime; one that is not in the graph may."""
    runtimes = [each for each in index.all() if kind_of(each)[1] in _RUNTIMES]
    return not runtimes or any(taint.tolerated_by(each) for one in runtimes for each in _tolerations(one))
