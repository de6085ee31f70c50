"""A node class gives every node its disks, and what makes it dearer than the catalogue knows.

Source: Karpenter v1.14 `concepts/nodeclasses` (default block device mappings by AMI family) and the EKS
user guide, `automode/create-node-class` (80 GiB of ephemeral storage).
"""

from dataclasses import dataclass
from decimal import Decimal

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import AUTO_NODE_CLASS
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.tree import View
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.pricing.disks import ROOT_DEVICES, Disk, read_quantity_disk, usage_of, written_gib
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.nodes import DETAILED_METRICS
from plimsoll.pricing.result import Unpriceable
from plimsoll.pricing.subnets import public_subnets

_ROOT = "/dev/xvda"
_BOTTLEROCKET_DATA = "/dev/xvdb"
_DEFAULT_DISKS = {
    "al2": {_ROOT: Disk("gp3", 20)},
    "al2023": {_ROOT: Disk("gp3", 20)},
    "bottlerocket": {_ROOT: Disk("gp3", 4), _BOTTLEROCKET_DATA: Disk("gp3", 20)},
}

DEFAULT_AUTO_MODE_DISK = Disk("gp3", 80, 3000, 125)
"""Disk of an Auto Mode node whose class does not size it (EKS user guide, `automode/create-node-class`)."""


@dataclass(frozen=True, slots=True)
class NodeExtras:
    """One node bills this beside its hours: disks, and for some a public address or paid metrics."""

    disks: tuple[Disk, ...] = ()
    public_address: bool = False
    detailed_monitoring: bool = False

    def usage(self) -> dict[str, Decimal]:
        """Say which catalogue items one node bills in a month, and how much of each."""
        used = usage_of(self.disks)
        if self.public_address:
            used["public-ipv4"] = HOURS_PER_MONTH
        if self.detailed_monitoring:
            used["cloudwatch-custom-metric"] = Decimal(DETAILED_METRICS)
        return used


def node_extras(node_class: Resource, index: Index) -> NodeExtras:
    """Read a node class. Raises `Unpriceable` for what no catalogue price covers."""
    spec = inputs_of(node_class)["spec"].required()
    if node_class.type == AUTO_NODE_CLASS:
        return NodeExtras((_auto_mode_disk(spec["ephemeralStorage"]),))
    return NodeExtras(
        _disks(spec["blockDeviceMappings"], _ami_family(spec), _image_family(spec)),
        _public(spec, index),
        spec["detailedMonitoring"].flag(default=False),
    )


def _public(spec: View, index: Index) -> bool:
    """Say whether nodes get public addresses: the class says so, or a subnet that it selects does."""
    said = spec["associatePublicIPAddress"]
    if not said.absent:
        return said.flag(default=False)
    terms = spec["subnetSelectorTerms"].items()
    return any(_selects(term, subnet) for subnet in public_subnets(index) for term in terms)


def _selects(term: View, subnet: Resource) -> bool:
    """Compare one selector term with a subnet; what is not known may match."""
    if not term["id"].absent:
        return term["id"].unknown or term["id"].text() == subnet.id
    tags = inputs_of(subnet)["tags"]
    if tags.unknown or term["tags"].unknown:
        return True
    own = tags.mapping()
    wanted = term["tags"].mapping()
    return bool(wanted) and all(
        key in own and (value in ("*", UNKNOWN) or own[key] in (value, UNKNOWN))
        for key, value in wanted.items()
    )


def _auto_mode_disk(storage: View) -> Disk:
    usual = DEFAULT_AUTO_MODE_DISK
    gib = usual.gib if storage["size"].absent else written_gib(storage["size"])
    return Disk("gp3", gib, storage["iops"].count(usual.iops), storage["throughput"].count(usual.throughput))


def _ami_family(spec: View) -> str:
    """Find the operating system family, whose disks Karpenter writes into every launch; "custom" has none."""
    aliases = _aliases(spec)
    families = aliases if spec["amiFamily"].absent else {spec["amiFamily"].text().lower()}
    if any(family.startswith("windows") for family in families | aliases):
        raise Unpriceable("unpriced", "the node class runs Windows, and the catalogue's prices are for Linux")
    return min(families) if len(families) == 1 else "custom"


def _aliases(spec: View) -> set[str]:
    return {
        alias.text().split("@")[0].lower()
        for term in spec["amiSelectorTerms"].items()
        if not (alias := term["alias"]).absent
    }


def _image_family(spec: View) -> str:
    """Find the family of the images that a custom class selects, where all are published by AWS."""
    families = {_family_of_term(term) for term in spec["amiSelectorTerms"].items()}
    return families.pop() if len(families) == 1 else ""


def _family_of_term(term: View) -> str:
    """Name the family of one selector term's image: by alias, or by AWS's public parameter."""
    if not term["alias"].absent:
        return term["alias"].text().split("@")[0].lower()
    parameter = term["ssmParameter"].text("")
    if parameter.startswith("/aws/service/bottlerocket/"):
        return "bottlerocket"
    return "al2023" if parameter.startswith("/aws/service/eks/optimized-ami/") else ""


def _disks(mappings: View, family: str, image: str) -> tuple[Disk, ...]:
    """Lay the declared volumes over those that the AMI family, or else the image itself, creates anyway."""
    if family not in _DEFAULT_DISKS:
        family = image
    missing = dict(_DEFAULT_DISKS.get(family, {}))
    declared: list[Disk] = []
    root = family in _DEFAULT_DISKS
    for mapping in mappings.items():
        device = mapping["deviceName"].text(_ROOT)
        ebs = mapping["ebs"].required()
        if not ebs["volumeInitializationRate"].absent:
            raise Unpriceable(
                "unpriced",
                f"{ebs.path}.volumeInitializationRate is billed, and has no price in the catalogue",
            )
        is_root = mapping["rootVolume"].flag(default=False)
        if is_root and family != "bottlerocket":
            missing.pop(_ROOT, None)
        root = root or is_root or device in ROOT_DEVICES
        missing.pop(device, None)
        declared.append(read_quantity_disk(ebs))
    if not root:
        raise Unpriceable(
            "unpriced",
            "the node class does not size the root volume, and how large its own image makes it is not "
            "published; give blockDeviceMappings with the root device, or amiFamily, or an alias",
        )
    return (*declared, *(missing[name] for name in sorted(missing)))
