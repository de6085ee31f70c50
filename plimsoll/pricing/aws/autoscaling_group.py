"""EC2 Auto Scaling groups start instances plainly, by launch configuration, or by mixed-instances policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import AUTOSCALING_GROUP, LAUNCH_CONFIGURATION, SCALING_SCHEDULE
from plimsoll.ground.tree import View
from plimsoll.pricing.aws.attributes import types_with_attributes
from plimsoll.pricing.aws.capacity_units import Weighted, add_capacity, read_weight, weigh
from plimsoll.pricing.aws.launch import Launch, read_instance, read_template, templates_of
from plimsoll.pricing.aws.root_volume import CLUSTER_TAG, published_root
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.market import Market
from plimsoll.pricing.nodes import FleetNode, merged
from plimsoll.pricing.result import Unpriceable
from plimsoll.pricing.subnets import lands_on_public_subnet

_SPEC_KEYS = ("launchTemplateId", "launchTemplateName")


@dataclass(frozen=True, slots=True)
class LaunchOption:
    """One way in which a group may start an instance."""

    launch: Launch
    types: tuple[str, ...]
    weight: int = 1


def price_group(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a group from its minimum to the largest size that anything in the graph may give it."""
    inputs = inputs_of(resource)
    market = index.market(resource)
    least, most = _sizes(resource, inputs, index)
    ways, mixed = _ways(resource, inputs, market, index), not inputs["mixedInstancesPolicy"].absent
    public = lands_on_public_subnet(resource, "vpcZoneIdentifiers", index)
    options: list[Weighted] = []
    nodes: list[FleetNode] = []
    for way in ways:
        options += weigh(way.types, way.weight, inputs["desiredCapacityType"], market)
        nodes.append(node_of(way.launch, way.types, inputs["tags"], public=public, may_be_spot=mixed))
    add_capacity(
        charges, market, merged(nodes, [option.name for option in options], market), options, least, most
    )


def group_types(resource: Resource, index: Index) -> tuple[str, ...]:
    """List the instance types that a group may start."""
    ways = _ways(resource, inputs_of(resource), index.market(resource), index)
    return tuple(dict.fromkeys(name for way in ways for name in way.types))


def node_of(
    launch: Launch, types: Sequence[str], tags: View, *, public: bool, may_be_spot: bool = False
) -> FleetNode:
    """Describe the node that one way of starting gives; its root volume must be sized, or published."""
    disks, note = launch.disks, ""
    if launch.root_unsized:
        root = published_root(launch.image, tags)
        if root is None:
            raise Unpriceable(
                "unpriced",
                "nothing sizes the root volume, and how large its image makes it is not published; give the "
                f"root device a volumeSize, or tag nodes of a cluster with {CLUSTER_TAG}NAME",
            )
        disks, note = (*disks, root.disk), root.note
    public, watched = launch.public_address or public, launch.detailed_monitoring
    spot = may_be_spot or launch.may_be_spot
    return FleetNode(tuple(types), disks, public, watched, disk_note=note, may_be_spot=spot)


def _sizes(resource: Resource, inputs: View, index: Index) -> tuple[int, int]:
    least, most = inputs["minSize"].required().count(), inputs["maxSize"].required().count()
    desired = inputs["desiredCapacity"]
    if not desired.absent and not desired.unknown:
        most = max(most, desired.count())
    for schedule in schedules_of(resource, index):
        for key in ("maxSize", "minSize", "desiredCapacity"):
            size = inputs_of(schedule)[key]
            if not size.absent and size.value != -1:
                most = max(most, size.count())
    most = max(most, inputs["warmPool"]["maxGroupPreparedCapacity"].count(0))
    return least, most + _replacements(inputs, most)


def _replacements(inputs: View, most: int) -> int:
    """Nodes above the maximum while instances are replaced (`maxHealthyPercentage`)."""
    policies = (inputs["instanceMaintenancePolicy"], inputs["instanceRefresh"]["preferences"])
    percent = max((p["maxHealthyPercentage"].count(100) for p in policies), default=100)
    extra = Decimal(most) * max(0, percent - 100) / 100
    return int(extra.to_integral_value(ROUND_CEILING))


def schedules_of(resource: Resource, index: Index) -> list[Resource]:
    """List the scheduled actions that may resize a group: those that name it, or may."""
    name = resource.inputs.get("name")
    found: list[Resource] = []
    for schedule in index.of_type(SCALING_SCHEDULE):
        target = inputs_of(schedule)["autoscalingGroupName"]
        if target.unknown:
            behind = index.referred(schedule, "autoscalingGroupName", (AUTOSCALING_GROUP,))
            if not behind or resource in behind:
                found.append(schedule)
        elif target.value in (name, resource.id, resource.name):
            found.append(schedule)
    return found


def price_schedule(resource: Resource, index: Index, charges: Charges) -> None:
    """Count a scheduled action with the group that it resizes; without that group it has no price."""
    if any(resource in schedules_of(group, index) for group in index.of_type(AUTOSCALING_GROUP)):
        charges.free("its sizes are counted in the ceiling of its group")
        return
    raise Unpriceable(
        "unpriced",
        "it resizes an Auto Scaling group that is not in the graph",
        pending=not index.complete,
    )


def _ways(resource: Resource, inputs: View, market: Market, index: Index) -> list[LaunchOption]:
    mixed = inputs["mixedInstancesPolicy"]
    if not mixed.absent:
        return _mixed_ways(resource, mixed["launchTemplate"].required(), market, index)
    if not inputs["launchTemplate"].absent:
        launches = _read(resource, inputs["launchTemplate"], "launchTemplate", index, ("id", "name"))
        return [LaunchOption(launch, _own_types(launch, market)) for launch in launches]
    if not inputs["launchConfiguration"].absent:
        launch = _configuration(resource, inputs["launchConfiguration"], index)
        return [LaunchOption(launch, _own_types(launch, market))]
    raise inputs["launchTemplate"].fail("is absent, and so are launchConfiguration and mixedInstancesPolicy")


def _mixed_ways(resource: Resource, template: View, market: Market, index: Index) -> list[LaunchOption]:
    base = _read(
        resource,
        template["launchTemplateSpecification"].required(),
        "mixedInstancesPolicy",
        index,
        _SPEC_KEYS,
    )
    ways: list[LaunchOption] = []
    for override in template["overrides"].items():
        own = override["launchTemplateSpecification"]
        launches = base if own.absent else _read(resource, own, "mixedInstancesPolicy", index, _SPEC_KEYS)
        weight = read_weight(override["weightedCapacity"])
        ways += [
            LaunchOption(launch, override_types(override, launch, market), weight) for launch in launches
        ]
    return ways or [LaunchOption(launch, _own_types(launch, market)) for launch in base]


def override_types(override: View, launch: Launch, market: Market) -> tuple[str, ...]:
    """List the types that one override admits: the one it names, those it describes, or the template's."""
    if not override["instanceType"].absent:
        return (override["instanceType"].text(),)
    if not override["instanceRequirements"].absent:
        return types_with_attributes(override["instanceRequirements"], market)
    return _own_types(launch, market)


def _own_types(launch: Launch, market: Market) -> tuple[str, ...]:
    if launch.requirements is not None:
        return types_with_attributes(launch.requirements, market)
    if not launch.instance_type:
        raise Unpriceable("invalid_value", "nothing names an instance type: not the group, not its template")
    return (launch.instance_type,)


def _read(resource: Resource, ref: View, prop: str, index: Index, keys: tuple[str, str]) -> list[Launch]:
    return [read_template(found) for found in templates_of(resource, ref, prop, index, keys)]


def _configuration(resource: Resource, ref: View, index: Index) -> Launch:
    found = index.referred(resource, "launchConfiguration", (LAUNCH_CONFIGURATION,))
    if not ref.unknown:
        wanted = ref.text()
        found = [c for c in index.of_type(LAUNCH_CONFIGURATION) if wanted in (c.id, c.inputs.get("name"))]
    if len(found) != 1:
        raise Unpriceable(
            "unknown_value" if ref.unknown else "unpriced",
            "launchConfiguration does not lead to one launch configuration of the graph",
            pending=not index.complete,
        )
    return read_instance(found[0], monitored="enableMonitoring", monitored_default=True)
