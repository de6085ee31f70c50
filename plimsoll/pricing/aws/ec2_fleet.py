"""Spot fleets and EC2 fleets have a target capacity, filled from launch specifications or templates."""

from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import View
from plimsoll.pricing.aws.autoscaling_group import node_of, override_types
from plimsoll.pricing.aws.capacity_units import Weighted, add_capacity, read_weight, weigh
from plimsoll.pricing.aws.launch import Launch, read_template, templates_of
from plimsoll.pricing.aws.root_volume import DEFAULT_KIND
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.disks import DiskNames, read_disk
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of, view_of
from plimsoll.pricing.market import Market
from plimsoll.pricing.nodes import FleetNode, merged
from plimsoll.pricing.result import Unpriceable


def price_spot_fleet(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a spot fleet at its target capacity, at the on-demand price."""
    inputs = inputs_of(resource)
    market = index.market(resource)
    unit = inputs["targetCapacityUnitType"]
    options, nodes = _from_templates(resource, inputs["launchTemplateConfigs"], unit, market, index)
    for spec in inputs["launchSpecifications"].items():
        launch = _specification(spec)
        weight = read_weight(spec["weightedCapacity"])
        options += weigh((launch.instance_type,), weight, unit, market)
        nodes.append(node_of(launch, (launch.instance_type,), spec["tags"], public=False))
    target = inputs["targetCapacity"].required().count()
    target = max(target, inputs["onDemandTargetCapacity"].count(0))
    _add(charges, market, options, nodes, target)


def price_fleet(resource: Resource, index: Index, charges: Charges) -> None:
    """Price an EC2 fleet at its total target capacity, at the on-demand price."""
    inputs = inputs_of(resource)
    market = index.market(resource)
    target = inputs["targetCapacitySpecification"].required()
    unit = target["targetCapacityUnitType"]
    options, nodes = _from_templates(resource, inputs["launchTemplateConfigs"], unit, market, index)
    parts = target["onDemandTargetCapacity"].count(0) + target["spotTargetCapacity"].count(0)
    _add(charges, market, options, nodes, max(parts, target["totalTargetCapacity"].required().count()))


def _add(
    charges: Charges, market: Market, options: list[Weighted], nodes: list[FleetNode], target: int
) -> None:
    if not options:
        raise Unpriceable("invalid_value", "the fleet names nothing to launch")
    add_capacity(charges, market, merged(nodes, [o.name for o in options], market), options, target, target)


def _from_templates(
    resource: Resource, configs: View, unit: View, market: Market, index: Index
) -> tuple[list[Weighted], list[FleetNode]]:
    options: list[Weighted] = []
    nodes: list[FleetNode] = []
    resource_tags = inputs_of(resource)["tags"]
    for config in configs.items():
        spec = config["launchTemplateSpecification"].required()
        keys = ("launchTemplateId", "launchTemplateName")
        if spec[keys[0]].absent and spec[keys[1]].absent:
            keys = ("id", "name")
        found = templates_of(resource, spec, "launchTemplateConfigs", index, keys)
        for launch in (read_template(template) for template in found):
            for override in config["overrides"].items() or [view_of({}, config.path)]:
                types = override_types(override, launch, market)
                options += weigh(types, read_weight(override["weightedCapacity"]), unit, market)
                nodes.append(node_of(launch, types, resource_tags, public=False))
    return options, nodes


def _specification(spec: View) -> Launch:
    """Read a spot fleet's own launch specification."""
    if spec["placementTenancy"].text("default") != "default":
        raise Unpriceable("unpriced", "the catalogue's prices are for shared tenancy")
    names = DiskNames()
    roots = spec["rootBlockDevices"].items()
    disks = [read_disk(v, names, DEFAULT_KIND, None) for v in (*roots, *spec["ebsBlockDevices"].items())]
    return Launch(
        spec["instanceType"].text(),
        tuple(disks),
        not roots,
        spec["associatePublicIpAddress"].flag(default=False),
        spec["monitoring"].flag(default=False),
        image=spec["ami"],
    )
