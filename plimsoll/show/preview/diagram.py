"""A diagram of a stack shows these texts, read from its resource graph alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from plimsoll.catalog.facts import Catalog
from plimsoll.engines.metrics import COUNTS
from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import (
    ACCESS_ENTRY,
    AWS_BUDGET,
    CLUSTER,
    ELASTIC_IP,
    EVENT_RULE,
    KUBERNETES_PROVIDER,
    NAT_GATEWAY,
    NODE_GROUP,
    POD_IDENTITY,
    POLICY,
    QUEUE,
    ROLE,
    SUBNET,
    VPC,
    VPC_ENDPOINT,
    WORKLOAD_COMPONENT,
    is_kind,
)
from plimsoll.preview.run import Preview
from plimsoll.pricing import ResourceCost
from plimsoll.show.clock import prices_text
from plimsoll.show.money import usd_whole
from plimsoll.show.preview.tree import money, with_children

_SCALERS = ("ScaledObject", "HorizontalPodAutoscaler")
_RUNNERS = ("Deployment", "LeaderWorkerSet")
_POOLS = ("NodePool", NODE_GROUP)
_INSTANCE = "node.kubernetes.io/instance-type"
_CAPACITY = "karpenter.sh/capacity-type"


@dataclass(frozen=True, slots=True)
class PoolView:
    """One pool: what runs in it, on what, between which bounds, at what price."""

    name: str
    kind: str
    machine: str
    capacity: str
    bounds: str
    volume: str
    runner: str
    replicas: str
    scaler: str
    image: str
    ceiling: str


@dataclass(frozen=True, slots=True)
class WorkloadView:
    """One workload: its Service, its pools, what guards it, who pays."""

    name: str
    owner: str
    service: str
    guards: str
    ceiling: str
    pools: Sequence[PoolView]


@dataclass(frozen=True, slots=True)
class ZoneView:
    """One availability zone and its two subnets."""

    name: str
    public: str
    private: str


@dataclass(frozen=True, slots=True)
class StackView:
    """A picture holds these texts, ready to be drawn; what a stack does not have is empty."""

    title: str
    subtitle: str
    floor: str
    ceiling: str
    region: str
    vpc: str
    zones: Sequence[ZoneView]
    nat: str
    endpoint: str
    cluster: str
    cluster_price: str
    system: str
    system_price: str
    addons: Sequence[str]
    lifecycle: Sequence[str]
    access: Sequence[str]
    budgets: Sequence[str]
    workloads: Sequence[WorkloadView]


@dataclass(frozen=True, slots=True)
class _Reading:
    graph: Graph
    costs: Mapping[str, ResourceCost]
    catalog: Catalog

    def all(self, *types: str) -> list[Resource]:
        """List the resources of some types: Pulumi's tokens, or Kubernetes kinds of any version."""
        return [item for item in self.graph.resources if item.type in types or is_kind(item, *types)]

    def under(self, urn: str, *types: str) -> list[Resource]:
        held = [item for item in self.all(*types) if item.parent == urn]
        return sorted(held, key=lambda item: (item.type, item.name))

    def ceiling(self, resource: Resource) -> str:
        cost = self.costs.get(resource.urn)
        return "" if cost is None or cost.ceiling == 0 else money(cost.ceiling)

    def total(self, resources: Sequence[Resource]) -> str:
        amounts = [self.costs[item.urn].ceiling for item in resources if item.urn in self.costs]
        known = [amount for amount in amounts if amount is not None]
        return money(sum(known[1:], known[0])) if known else ""


def stack_view(preview: Preview) -> StackView:
    """Read the graph of a stack into what a diagram of it shows."""
    graph, priced = preview.graph, preview.priced
    reading = _Reading(graph, with_children(priced.by_resource(), graph), preview.catalog)
    workloads = reading.all(WORKLOAD_COMPONENT)
    clusters = reading.all(CLUSTER)
    own = {resource.urn for resource in workloads}
    system = [resource for resource in reading.all(NODE_GROUP) if resource.parent not in own]
    vpcs, nats = reading.all(VPC), reading.all(NAT_GATEWAY, ELASTIC_IP)
    return StackView(
        title=f"{graph.project} · {graph.stack}",
        subtitle=f"{len(graph.resources)} resources · {prices_text(preview.clock)}",
        floor=money(priced.floor),
        ceiling=money(priced.ceiling),
        region=graph.region or "",
        vpc=f"VPC {vpcs[0].inputs.get('cidrBlock', '')}" if vpcs else "",
        zones=_zones(reading),
        nat=f"NAT gateway + public IPv4  {reading.total(nats)}" if nats else "",
        endpoint="S3 gateway endpoint, free" if reading.all(VPC_ENDPOINT) else "",
        cluster=_cluster(reading, clusters),
        cluster_price=reading.total(clusters),
        system=" · ".join(_group_bounds(resource) for resource in system),
        system_price=reading.total(system),
        addons=[
            f"{resource.name} {resource.inputs.get('version', '')}" for resource in reading.all("Release")
        ],
        lifecycle=_lifecycle(reading),
        access=_access(reading),
        budgets=[_budget(resource) for resource in reading.all(AWS_BUDGET)],
        workloads=[
            _workload(reading, resource) for resource in sorted(workloads, key=lambda item: item.name)
        ],
    )


def _budget(resource: Resource) -> str:
    limit = Decimal(str(resource.inputs["limitAmount"]))
    return f"{str(resource.inputs['name']).removeprefix('budgets-')} {usd_whole(limit)}"


def _cluster(reading: _Reading, clusters: Sequence[Resource]) -> str:
    if clusters:
        return f"EKS {clusters[0].inputs.get('name')} · Kubernetes {clusters[0].inputs.get('version')}"
    providers = reading.all(KUBERNETES_PROVIDER)
    names = [str(resource.inputs.get("clusterIdentifier")) for resource in providers]
    return f"Existing cluster {names[0]}" if names else "Kubernetes"


def _zones(reading: _Reading) -> list[ZoneView]:
    subnets: dict[str, dict[bool, str]] = {}
    for subnet in reading.all(SUBNET):
        zone = subnets.setdefault(str(subnet.inputs.get("availabilityZone")), {})
        zone[subnet.inputs.get("mapPublicIpOnLaunch") is True] = str(subnet.inputs.get("cidrBlock"))
    return [
        ZoneView(name, subnets[name].get(True, ""), subnets[name].get(False, "")) for name in sorted(subnets)
    ]


def _counted(count: int, noun: str) -> list[str]:
    return [f"{count} {noun}{'s' if count != 1 else ''}"] if count else []


def _lifecycle(reading: _Reading) -> list[str]:
    policies = reading.all(POLICY)
    return [
        *_counted(len(reading.all(QUEUE)), "queue"),
        *_counted(len(reading.all(EVENT_RULE)), "event rule"),
        *([f"{len(policies)} policies"] if policies else []),
    ]


def _access(reading: _Reading) -> list[str]:
    entries = len(reading.all(ACCESS_ENTRY))
    return [
        *_counted(len(reading.all(ROLE)), "IAM role"),
        *_counted(len(reading.all(POD_IDENTITY)), "Pod Identity"),
        *([f"{entries} access entr{'y' if entries == 1 else 'ies'}"] if entries else []),
    ]


def _group_bounds(resource: Resource) -> str:
    scaling = cast("Mapping[str, Any]", resource.inputs.get("scalingConfig", {}))
    types = ", ".join(cast("list[str]", resource.inputs.get("instanceTypes", [])))
    return f"{types}, {scaling.get('minSize')} to {scaling.get('maxSize')} nodes"


def _workload(reading: _Reading, component: Resource) -> WorkloadView:
    services = reading.under(component.urn, "Service")
    quotas = reading.under(component.urn, "ResourceQuota")
    pools = reading.under(component.urn, *_POOLS)
    guards = [
        f"quota {key.removeprefix('requests.')} ≤ {value}"
        for quota in quotas
        for key, value in cast("Mapping[str, str]", quota.inputs["spec"]["hard"]).items()
    ]
    guards += [
        f"{resource.type.rpartition(':')[2]}"
        for resource in reading.under(component.urn, "PodDisruptionBudget", "PriorityClass", "PodMonitor")
    ]
    written_labels: Any = services[0].inputs["metadata"]["labels"] if services else {}
    labels = cast("Mapping[str, str]", written_labels)
    owner = " · ".join(labels[key] for key in ("team", "cost-center", "environment") if key in labels)
    return WorkloadView(
        name=component.name,
        owner=owner,
        service=f"{component.name}.{component.name}.svc" if services else "",
        guards=" · ".join(guards),
        ceiling=reading.ceiling(component),
        pools=[_pool(reading, component, resource) for resource in pools],
    )


def _pool(reading: _Reading, component: Resource, pool: Resource) -> PoolView:
    runner = next((r for r in reading.under(component.urn, *_RUNNERS) if r.name == pool.name), None)
    scaler = next((s for s in reading.under(component.urn, *_SCALERS) if s.name == pool.name), None)
    managed = pool.type == NODE_GROUP
    machine, capacity, bounds = _managed(pool) if managed else _karpenter(pool)
    replicas, driven = scaling_texts(runner, scaler)
    return PoolView(
        name=pool.name,
        kind="EKS node group" if managed else "NodePool",
        machine=_with_accelerator(machine, reading.catalog),
        capacity=capacity,
        bounds=bounds,
        volume=_volume(reading, component, pool),
        runner=runner.type.rpartition(":")[2] if runner else "",
        replicas=replicas,
        scaler=driven,
        image=_image(runner),
        ceiling=reading.ceiling(pool),
    )


def _with_accelerator(machine: str, catalog: Catalog) -> str:
    known = catalog.instance_types.get(machine)
    if known is None or known.accelerator is None:
        return machine
    return f"{machine} · {known.accelerators} × {known.accelerator}"


def _karpenter(pool: Resource) -> tuple[str, str, str]:
    spec = cast("Mapping[str, Any]", pool.inputs["spec"])
    wanted = {item["key"]: item.get("values", []) for item in spec["template"]["spec"]["requirements"]}
    spot = "spot" in wanted.get(_CAPACITY, [])
    limit = cast("Mapping[str, str]", spec.get("limits", {})).get("nodes", "?")
    return (
        ", ".join(wanted.get(_INSTANCE, ["?"])),
        "spot, else on-demand" if spot else "on-demand",
        f"at most {limit} node{'' if limit == '1' else 's'}",
    )


def _managed(pool: Resource) -> tuple[str, str, str]:
    scaling = cast("Mapping[str, Any]", pool.inputs["scalingConfig"])
    capacity = "spot" if pool.inputs.get("capacityType") == "SPOT" else "on-demand"
    types = ", ".join(cast("list[str]", pool.inputs["instanceTypes"]))
    return types, capacity, f"{scaling['minSize']} to {scaling['maxSize']} nodes"


def scaling_texts(runner: Resource | None, scaler: Resource | None) -> tuple[str, str]:
    """Word how many replicas a pool has, and what changes their number, and in which unit."""
    if scaler is None:
        fixed = runner.inputs["spec"].get("replicas") if runner else None
        return (f"{fixed} replica{'' if fixed == 1 else 's'}, fixed" if fixed else "", "")
    spec = cast("Mapping[str, Any]", scaler.inputs["spec"])
    if is_kind(scaler, "ScaledObject"):
        bounds = f"{spec['minReplicaCount']} to {spec['maxReplicaCount']} replicas"
        target = spec["triggers"][0]["metadata"]
        held = " ".join(filter(None, (str(target.get("threshold", target.get("value"))), _unit(spec))))
        return bounds, f"KEDA, at {held} per replica"
    return f"{spec['minReplicas']} to {spec['maxReplicas']} replicas", "HPA"


def _unit(spec: Mapping[str, Any]) -> str:
    """Word what a trigger counts, by the name that the plan gave it; nothing where it is not ours."""
    trigger = spec["triggers"][0]
    return "% CPU" if trigger["type"] == "cpu" else COUNTS.get(trigger.get("name", ""), "")


def _volume(reading: _Reading, component: Resource, pool: Resource) -> str:
    for resource in reading.under(component.urn, "EC2NodeClass"):
        if resource.name == pool.name:
            disks = cast("list[Mapping[str, Any]]", resource.inputs["spec"].get("blockDeviceMappings", []))
            return " + ".join(f"{disk['ebs']['volumeSize']} {disk['ebs']['volumeType']}" for disk in disks)
    return ""


def _image(runner: Resource | None) -> str:
    if runner is None:
        return ""
    spec = cast("Mapping[str, Any]", runner.inputs["spec"])
    template = spec.get("template") or spec["leaderWorkerTemplate"]["leaderTemplate"]
    return str(template["spec"]["containers"][0]["image"])
