"""Fargate profiles bill the pods that they select, by the vCPU and GiB of the next larger Fargate size.

Only pods of the graph can be counted. A profile that selects none of them, or some whose number nobody
bounds, costs without end.
Source: EKS user guide, `fargate-pod-configuration`; aws.amazon.com/fargate/pricing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fnmatch import fnmatchcase

from plimsoll.catalog.kubernetes_kinds import kubernetes_kind
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import ADDON, HELM_RELEASE, is_kubernetes, kind_of
from plimsoll.ground.tree import View
from plimsoll.ground.units import GIB, HOURS_PER_MONTH
from plimsoll.pricing.charges import CEILING, Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of, view_of
from plimsoll.pricing.kubernetes.floor import most_replicas
from plimsoll.pricing.result import Unpriceable

_COUNTED = (":Deployment", ":StatefulSet", ":ReplicaSet", ":Pod", ":ReplicationController")
"""Kinds whose number of pods is known."""

_PODLESS = (":ConfigMap", ":DaemonSet", ":Secret", ":Service", ":ServiceAccount", ":Role", ":RoleBinding")
"""Kinds that bring no pod to Fargate: DaemonSets do not run there."""

_POD_OVERHEAD = Decimal(GIB) / 4
"""Memory that Fargate adds to every pod for the Kubernetes components: 256 MB."""

_FREE_STORAGE = Decimal(20 * GIB)
"""Ephemeral storage that a pod has without charge."""

_SIZES = (
    # vCPU, least GB, most GB, step
    ("0.25", "0.5", "2", "0.5"),
    ("0.5", "1", "4", "1"),
    ("1", "2", "8", "1"),
    ("2", "4", "16", "1"),
    ("4", "8", "30", "1"),
    ("8", "16", "60", "4"),
    ("16", "32", "120", "8"),
)


KARPENTER_REPLICAS = 2
"""Pods of Karpenter's own chart by default, which people run on Fargate (its values.yaml, `replicas`)."""

_ON_NODES = frozenset(
    {"coredns", "eks-node-monitoring-agent", "eks-pod-identity-agent", "kube-proxy", "vpc-cni"}
)
"""Add-ons that start nothing on Fargate but CoreDNS: their other pods belong to DaemonSets."""


@dataclass(frozen=True, slots=True)
class PodSize:
    """One pod on Fargate bills this: vCPU, GiB of memory, and GiB of storage above what is free."""

    vcpu: Decimal
    gib: Decimal
    storage: Decimal


_SYSTEM = "kube-system"
"""The namespace whose pods EKS and its add-ons start."""

_CORE_DNS = ("CoreDNS", 2, PodSize(Decimal("0.25"), Decimal("0.5"), Decimal(0)))
"""CoreDNS as EKS starts it: two pods of 100m and 70 MiB (EKS user guide, `managing-coredns`)."""


def price_profile(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a profile by the pods of the graph that its selectors match."""
    selectors = inputs_of(resource)["selectors"].required().items()
    billed = [
        (workload.name, _pods(workload, index), _size(_pod_spec(workload)))
        for workload in index.all()
        if is_kubernetes(workload) and any(_matches(workload, selector) for selector in selectors)
    ]
    bounded = billed or any(each["namespace"].text() == _SYSTEM for each in selectors)
    for name, count, size in (*_system_pods(selectors, index), *billed):
        _add(resource, name, count, size, index, charges)
    if not bounded:
        raise Unpriceable(
            "unlimited",
            "the profile bills every pod that it selects, and none of the graph's bounds them; give the pods "
            "of its namespace beside it",
            pending=not index.complete,
        )


def _add(resource: Resource, name: str, count: int, size: PodSize, index: Index, charges: Charges) -> None:
    market, hours = index.market(resource), count * HOURS_PER_MONTH
    charges.add(
        f"Fargate vCPU of {name}", hours * size.vcpu, market.service_rate("eks-fargate-vcpu"), CEILING
    )
    charges.add(f"Fargate GB of {name}", hours * size.gib, market.service_rate("eks-fargate-gb"), CEILING)
    storage = market.service_rate("fargate-ephemeral-gb")
    charges.add(f"Fargate storage of {name}", hours * size.storage, storage, CEILING)


def _system_pods(selectors: list[View], index: Index) -> Iterator[tuple[str, int, PodSize]]:
    """Yield CoreDNS, which EKS itself starts in every cluster; what else add-ons start must be told apart."""
    system = [each for each in selectors if fnmatchcase(_SYSTEM, each["namespace"].text())]
    if not system:
        return
    yield _CORE_DNS
    if all(each["labels"].mapping().get("k8s-app") == "kube-dns" for each in system):
        return
    for addon in index.of_type(ADDON):
        name = inputs_of(addon)["addonName"].text()
        if name not in _ON_NODES:
            raise Unpriceable(
                "unlimited",
                f"the profile selects the pods of the add-on {name}, whose number is not in the graph",
            )


def _matches(workload: Resource, selector: View) -> bool:
    """Say whether a selector may take a workload's pods; what is not known may match."""
    if workload.type.endswith(_PODLESS):
        return False
    if workload.type == HELM_RELEASE:
        namespace = inputs_of(workload)["namespace"]
        labels: Mapping[str, object] = {}
    else:
        namespace = inputs_of(workload)["metadata"]["namespace"]
        if not _runs_pods(workload):
            return False
        labels = _labels(workload)
    wanted = selector["namespace"].text()
    if not namespace.unknown and not fnmatchcase(namespace.text("default"), wanted):
        return False
    asked = selector["labels"]
    if asked.unknown or workload.type == HELM_RELEASE:
        return True
    return all(
        not isinstance(labels.get(key, ""), str) or fnmatchcase(str(labels.get(key, "")), value.text())
        for key, value in asked.entries()
    )


def _runs_pods(workload: Resource) -> bool:
    known = kubernetes_kind(*kind_of(workload))
    if known is not None and known.makes in ("pods", "pods-and-volumes"):
        return True
    spec = workload.inputs.get("spec")
    return workload.type.endswith(_COUNTED) or (
        isinstance(spec, Mapping) and _holds_pods(inputs_of(workload))
    )


def _holds_pods(inputs: View) -> bool:
    spec = inputs["spec"]
    return any(isinstance(spec.mapping().get(key), Mapping) for key in ("template", "jobTemplate"))


def _labels(workload: Resource) -> Mapping[str, object]:
    inputs = inputs_of(workload)
    if workload.type.endswith(":Pod"):
        return inputs["metadata"]["labels"].mapping()
    return inputs["spec"]["template"]["metadata"]["labels"].mapping()


def _pods(workload: Resource, index: Index) -> int:
    if _is_karpenter(workload):
        return inputs_of(workload)["values"]["replicas"].count(KARPENTER_REPLICAS)
    if not workload.type.endswith(_COUNTED):
        raise Unpriceable(
            "unlimited", f"the profile selects {workload.name}, and how many pods it makes is not known"
        )
    return most_replicas(workload, index)


def _is_karpenter(workload: Resource) -> bool:
    return (
        workload.type == HELM_RELEASE and str(workload.inputs.get("chart")).rpartition("/")[2] == "karpenter"
    )


def _pod_spec(workload: Resource) -> View:
    inputs = inputs_of(workload)
    if _is_karpenter(workload):
        return view_of({"containers": [inputs["values"]["controller"].mapping()]}, "values.controller")
    return inputs["spec"] if workload.type.endswith(":Pod") else inputs["spec"]["template"]["spec"]


def _size(pod: View) -> PodSize:
    """Round a pod's requests up to a Fargate size.

    Raises `Unpriceable` for a pod that fits none.
    """
    cpu, memory, storage = (_asked(pod, name) for name in ("cpu", "memory", "ephemeral-storage"))
    memory += _POD_OVERHEAD if memory else Decimal(0)
    for vcpu, least, most, step in _SIZES:
        if cpu <= Decimal(vcpu) and memory <= Decimal(most) * GIB:
            steps = (memory / GIB / Decimal(step)).to_integral_value(ROUND_CEILING)
            above = max(storage - _FREE_STORAGE, Decimal(0)) / GIB
            return PodSize(Decimal(vcpu), max(Decimal(least), steps * Decimal(step)), above)
    raise Unpriceable("invalid_value", "a pod that the profile selects is larger than any Fargate size")


def _asked(pod: View, name: str) -> Decimal:
    """Sum up what a pod's containers ask for, or what its largest init container does."""
    together = sum((_amount(each, name) for each in _containers(pod)), Decimal(0))
    first = [_amount(each, name) for each in pod["initContainers"].items() if not _stays(each)]
    return max([together, *first])


def _containers(pod: View) -> Iterator[View]:
    yield from pod["containers"].items()
    yield from (each for each in pod["initContainers"].items() if _stays(each))


def _stays(container: View) -> bool:
    return container["restartPolicy"].text("") == "Always"


def _amount(container: View, name: str) -> Decimal:
    resources = container["resources"]
    asked = resources["requests"][name]
    view = resources["limits"][name] if asked.absent else asked
    return Decimal(0) if view.absent else view.quantity()
