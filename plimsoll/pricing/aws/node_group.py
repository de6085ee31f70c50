"""EKS managed node groups bill between their smallest and largest size.

Not counted: the extra nodes that EKS starts for the length of a version update (EKS user guide,
"managed-node-update-behavior"), since they stand for minutes, not for the month.
"""

from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import View, shown
from plimsoll.pricing.aws.attributes import types_with_attributes
from plimsoll.pricing.aws.launch import Launch, read_template, templates_of
from plimsoll.pricing.aws.root_volume import DEFAULT_KIND, EKS_NODE_NOTE, EKS_ROOT_GIB
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.disks import Disk
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.market import Market
from plimsoll.pricing.nodes import FleetNode, add_nodes, dearest_disks
from plimsoll.pricing.result import Unpriceable
from plimsoll.pricing.subnets import lands_on_public_subnet

DEFAULT_TYPE = "t3.medium"
"""Instance type where neither the group nor a template names one (EKS API reference, CreateNodegroup)."""

_CAPACITY_TYPES = ("ON_DEMAND", "SPOT", "CAPACITY_BLOCK")


def price_node_group(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a managed node group between its minimum and maximum size."""
    inputs = inputs_of(resource)
    scaling = inputs["scalingConfig"].required()
    least, most = scaling["minSize"].required().count(), scaling["maxSize"].required().count()
    desired = scaling["desiredSize"]
    if not desired.absent and not desired.unknown:
        most = max(most, desired.count())
    most += inputs["warmPoolConfig"]["maxGroupPreparedCapacity"].count(0)
    spot = _capacity_type(inputs["capacityType"]) == "SPOT"
    if "WINDOWS" in inputs["amiType"].text("AL2023_x86_64_STANDARD"):
        raise Unpriceable("unpriced", "the group runs Windows, and the catalogue's prices are for Linux")
    market = index.market(resource)
    launches = _launches(resource, inputs["launchTemplate"], index)
    unsized = any(launch.root_unsized for launch in launches)
    assumed = unsized and inputs["amiType"].text("") == "CUSTOM"
    node = FleetNode(
        _types(inputs, launches, market),
        dearest_disks(_disks(inputs["diskSize"], launches), market),
        any(launch.public_address for launch in launches)
        or lands_on_public_subnet(resource, "subnetIds", index),
        any(launch.detailed_monitoring for launch in launches),
        spot,
        "instanceTypes",
        EKS_NODE_NOTE if assumed else "",
    )
    add_nodes(charges, market, node, least, most)


def node_group_types(resource: Resource, index: Index) -> tuple[str, ...]:
    """List the instance types that a managed node group may start."""
    inputs = inputs_of(resource)
    launches = _launches(resource, inputs["launchTemplate"], index)
    return _types(inputs, launches, index.market(resource))


def _types(inputs: View, launches: list[Launch], market: Market) -> tuple[str, ...]:
    types = [view.text() for view in inputs["instanceTypes"].items()]
    for launch in launches:
        if launch.instance_type:
            types.append(launch.instance_type)
        if launch.requirements is not None:
            types += types_with_attributes(launch.requirements, market)
    return tuple(dict.fromkeys(types)) or (DEFAULT_TYPE,)


def _capacity_type(view: View) -> str:
    kind = view.text("ON_DEMAND")
    if kind not in _CAPACITY_TYPES:
        raise view.fail(f"is {shown(kind)}; the capacity types are {', '.join(_CAPACITY_TYPES)}")
    if kind == "CAPACITY_BLOCK":
        raise Unpriceable(
            "unpriced", "a Capacity Block is paid up front, at a price that is not in the catalogue"
        )
    return kind


def _launches(resource: Resource, ref: View, index: Index) -> list[Launch]:
    if ref.absent:
        return []
    return [
        read_template(found) for found in templates_of(resource, ref, "launchTemplate", index, ("id", "name"))
    ]


def _disks(size: View, launches: list[Launch]) -> list[tuple[Disk, ...]]:
    """List the disks that a node may have: sized by the template, by `diskSize`, else as EKS documents it."""
    default = Disk(DEFAULT_KIND, size.count(EKS_ROOT_GIB, least=1))
    if not launches:
        return [(default,)]
    return [(*each.disks, default) if each.root_unsized else each.disks for each in launches]
