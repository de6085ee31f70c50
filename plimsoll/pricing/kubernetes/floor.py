"""A node pool's floor is what the graph keeps running on it: how many replicas at least.

A floor may be too low, never too high: it counts only workloads that their node selector pins to one
pool alone, at the fewest replicas that anything in the graph scales them to, packed as tightly as the
allocatable part of a node permits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from plimsoll.catalog.facts import InstanceType
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import (
    AUTOSCALERS,
    DEPLOYMENT,
    LEADER_WORKER_SET,
    NODE_GROUP,
    NODE_POOLS,
    SCALED_OBJECT,
    STATEFUL_SET,
)
from plimsoll.ground.units import GIB
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.kubernetes.scheduled import InHours, kept_in_hours
from plimsoll.pricing.result import Unpriceable

_POOLS = (*NODE_POOLS, NODE_GROUP)
_WORKLOADS = (DEPLOYMENT, STATEFUL_SET, LEADER_WORKER_SET)
_GPU = "nvidia.com/gpu"


@dataclass(frozen=True, slots=True)
class Standing:
    """Pods that always run: how many, on nodes with which labels, and what each requests.

    `in_hours` is how many run in a share of all hours, where a schedule keeps more then.
    """

    pods: int
    selector: Mapping[str, str]
    cpu: Decimal
    memory_bytes: Decimal
    gpus: Decimal
    in_hours: InHours | None = None

    def per_node(self, kind: InstanceType) -> int:
        """Count how many of the pods one node holds at most."""
        rooms = [Decimal(kind.max_pods or 110)]
        if self.cpu:
            rooms.append(Decimal(str(kind.allocatable_cpu)) / self.cpu)
        if self.memory_bytes:
            rooms.append(Decimal(str(kind.allocatable_memory_gib)) * GIB / self.memory_bytes)
        if self.gpus:
            rooms.append(Decimal(kind.accelerators) / self.gpus)
        return int(min(rooms))

    def nodes(self, kind: InstanceType) -> Decimal:
        """Count the nodes of a type that the pods need, on average over the hours; 0 where they fit none."""
        held = self.per_node(kind)
        if not held:
            return Decimal(0)
        always, more = self._whole(self.pods, held), self.in_hours
        if more is None:
            return always
        added = max(self._whole(more.replicas, held) - always, Decimal(0))
        return always + added * more.share.numerator / more.share.denominator

    @staticmethod
    def _whole(pods: int, held: int) -> Decimal:
        return (Decimal(pods) / held).to_integral_value(ROUND_CEILING)


def standing_on(pool: Resource, index: Index) -> list[Standing]:
    """List what always runs on this pool: what is pinned to its labels, and to no other pool's."""
    assigned = index.memo("standing", lambda: _assigned(index), (*_POOLS, *_WORKLOADS, *AUTOSCALERS))
    return assigned.get(pool.urn, [])


def _assigned(index: Index) -> dict[str, list[Standing]]:
    """Assign every workload that only one pool can take to that pool."""
    pools_with: dict[tuple[str, object], set[str]] = {}
    for pool in index.of_type(*_POOLS):
        for label in _labels(pool):
            pools_with.setdefault(label, set()).add(pool.urn)
    least = _least_replicas(index)
    assigned: dict[str, list[Standing]] = {}
    for resource in index.of_type(*_WORKLOADS):
        try:
            standing = _standing(resource, least)
        except Unpriceable:
            continue  # what cannot be read stands for nothing here; it is refused on its own account
        if standing is None or not standing.selector:
            continue
        takers = _intersection([pools_with.get(label, set()) for label in standing.selector.items()])
        if len(takers) == 1:
            assigned.setdefault(takers.pop(), []).append(standing)
    return assigned


def _intersection(sets: list[set[str]]) -> set[str]:
    found = set(sets[0])
    for other in sets[1:]:
        found &= other
    return found


def _labels(pool: Resource) -> list[tuple[str, object]]:
    spec = inputs_of(pool)
    labels = spec["labels"] if pool.type == NODE_GROUP else spec["spec"]["template"]["metadata"]["labels"]
    try:
        return [(key, view.text()) for key, view in labels.entries() if isinstance(view.value, str)]
    except Unpriceable:
        return []


def may_scale(scaler: Resource, workload: Resource) -> bool:
    """Say whether an autoscaler names a workload, or may: what is not known may be any name."""
    target = inputs_of(scaler)["spec"]["scaleTargetRef"]["name"]
    own = inputs_of(workload)["metadata"]["name"]
    name = workload.name if own.absent else own.value
    return target.unknown or own.unknown or target.value == name


def most_replicas(resource: Resource, index: Index) -> int:
    """The most replicas that a workload, or an autoscaler that names it, asks for.

    Source of the default: a ScaledObject without a maximum has 100 (KEDA 2.20).
    """
    view = inputs_of(resource)
    most = view["spec"]["replicas"].count(1)
    for scaler in index.of_type(*AUTOSCALERS):
        if not may_scale(scaler, resource):
            continue
        spec = inputs_of(scaler)["spec"]
        if scaler.type == SCALED_OBJECT:
            most = max(most, spec["maxReplicaCount"].count(100))
        else:
            most = max(most, spec["maxReplicas"].count())
    return most


def _least_replicas(index: Index) -> dict[tuple[str, str], tuple[int, InHours | None]]:
    """The fewest replicas that an autoscaler keeps, at all and in some hours, by what it scales."""
    least: dict[tuple[str, str], tuple[int, InHours | None]] = {}
    for scaler in index.of_type(*AUTOSCALERS):
        view = inputs_of(scaler)
        spec = view["spec"]
        keda = scaler.type == SCALED_OBJECT
        try:
            key = (view["metadata"]["namespace"].text("default"), spec["scaleTargetRef"]["name"].text())
            kept = spec["minReplicaCount"].count(0) if keda else spec["minReplicas"].count(1)
            least[key] = kept, kept_in_hours(spec["triggers"]) if keda else None
        except Unpriceable:
            continue
    return least


def _standing(
    resource: Resource, least: Mapping[tuple[str, str], tuple[int, InHours | None]]
) -> Standing | None:
    view = inputs_of(resource)
    metadata, spec = view["metadata"], view["spec"]
    key = (metadata["namespace"].text("default"), metadata["name"].text(resource.name))
    scaled = least.get(key)
    replicas, in_hours = (spec["replicas"].count(1), None) if scaled is None else scaled
    template = spec["template"]
    if resource.type == LEADER_WORKER_SET:
        template = spec["leaderWorkerTemplate"]["workerTemplate"]
        size = spec["leaderWorkerTemplate"]["size"].count(1)
        replicas *= size
        in_hours = in_hours and InHours(in_hours.replicas * size, in_hours.share)
    pod = template["spec"]
    selector = {name: value.text() for name, value in pod["nodeSelector"].entries()}
    asked = {"cpu": Decimal(0), "memory": Decimal(0), _GPU: Decimal(0)}
    for container in pod["containers"].items():
        resources = container["resources"]
        for name in asked:
            amount = resources["requests"][name]
            amount = resources["limits"][name] if amount.absent else amount
            asked[name] += Decimal(0) if amount.absent else amount.quantity()
    if replicas == 0 and in_hours is None:
        return None
    return Standing(replicas, selector, asked["cpu"], asked["memory"], asked[_GPU], in_hours)
