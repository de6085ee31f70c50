"""A launch says how an EC2 instance starts: by template, by configuration, or by its own inputs.

An instance's root volume is decided by its image where nobody sizes it: `root_volume.py` knows which
images publish its size.
"""

from dataclasses import dataclass

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import LAUNCH_TEMPLATE
from plimsoll.ground.tree import View, shown
from plimsoll.pricing.aws.root_volume import DEFAULT_KIND
from plimsoll.pricing.disks import ROOT_DEVICES, Disk, DiskNames, read_disk
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable

_NAMES = DiskNames()


@dataclass(frozen=True, slots=True)
class Launch:
    """One way to start an instance. Empty `instance_type` means that another place must name it.

    `root_unsized` says that the image decides the root volume's size.
    """

    instance_type: str
    disks: tuple[Disk, ...]
    root_unsized: bool
    public_address: bool
    detailed_monitoring: bool
    image: View
    requirements: View | None = None
    may_be_spot: bool = False


def read_template(template: Resource) -> Launch:
    """Read a launch template's inputs."""
    inputs = inputs_of(template)
    _check_tenancy(inputs["placement"]["tenancy"])
    market = inputs["instanceMarketOptions"]["marketType"]
    if not market.absent and market.text() == "capacity-block":
        raise Unpriceable(
            "unpriced", "a Capacity Block is paid up front, at a price that is not in the catalogue"
        )
    disks, root = _mapped_disks(inputs["blockDeviceMappings"])
    wanted = inputs["instanceRequirements"]
    return Launch(
        _optional_text(inputs["instanceType"]),
        disks,
        not root,
        any(_yes(nic["associatePublicIpAddress"]) for nic in inputs["networkInterfaces"].items()),
        inputs["monitoring"]["enabled"].flag(default=False),
        image=inputs["imageId"],
        requirements=None if wanted.absent else wanted,
        may_be_spot=not inputs["instanceMarketOptions"].absent,
    )


def read_instance(resource: Resource, *, monitored: str = "monitoring", monitored_default: bool) -> Launch:
    """Read an instance or a launch configuration, which describe volumes in the same words."""
    inputs = inputs_of(resource)
    _check_tenancy(inputs["tenancy"])
    _check_tenancy(inputs["placementTenancy"])
    root = inputs["rootBlockDevice"]
    disks = [] if root.absent or root["volumeSize"].absent else [read_disk(root, _NAMES, DEFAULT_KIND, None)]
    disks += [read_disk(v, _NAMES, DEFAULT_KIND, None) for v in inputs["ebsBlockDevices"].items()]
    return Launch(
        _optional_text(inputs["instanceType"]),
        tuple(disks),
        root.absent or root["volumeSize"].absent,
        inputs["associatePublicIpAddress"].flag(default=False),
        inputs[monitored].flag(default=monitored_default),
        image=inputs["imageId"] if inputs["ami"].absent else inputs["ami"],
        may_be_spot=not (inputs["instanceMarketOptions"].absent and inputs["spotPrice"].absent),
    )


def _optional_text(view: View) -> str:
    return "" if view.absent else view.text()


def _yes(view: View) -> bool:
    """Read a flag that launch templates write as text: "true" and "false"."""
    if isinstance(view.value, str):
        if view.value not in ("true", "false", ""):
            raise view.fail(f"is {shown(view.value)}, not true or false")
        return view.value == "true"
    return view.flag(default=False)


def _check_tenancy(view: View) -> None:
    if not view.absent and view.text() != "default":
        raise Unpriceable(
            "unpriced", f"{view.path} is {shown(view.value)}; the catalogue's prices are for shared tenancy"
        )


def _mapped_disks(mappings: View) -> tuple[tuple[Disk, ...], bool]:
    """Read block device mappings, and say whether one of them is the root volume."""
    disks: list[Disk] = []
    root = False
    for mapping in mappings.items():
        ebs = mapping["ebs"]
        if ebs.absent:
            continue  # an instance-store or suppressed device: not billed
        if not ebs["volumeInitializationRate"].absent:
            raise Unpriceable(
                "unpriced",
                f"{ebs.path}.volumeInitializationRate is billed, and has no price in the catalogue",
            )
        disks.append(read_disk(ebs, _NAMES, DEFAULT_KIND, None))
        device = mapping["deviceName"]
        root = root or (not device.absent and device.text() in ROOT_DEVICES)
    return tuple(disks), root


def templates_of(
    resource: Resource, ref: View, prop: str, index: Index, keys: tuple[str, str]
) -> list[Resource]:
    """Find the launch template that a reference means; several where it may mean any of them.

    `keys` are what this resource calls the template's id and name. A reference by an unknown id is
    resolved through what the resource depends on.
    """
    id_view, name_view = ref[keys[0]], ref[keys[1]]
    templates = index.of_type(LAUNCH_TEMPLATE)
    if not name_view.absent and not name_view.unknown:
        wanted = name_view.text()
        named = [t for t in templates if t.inputs.get("name") == wanted]
        if named:
            return named
    if not id_view.absent and not id_view.unknown:
        wanted = id_view.text()
        found = [t for t in templates if t.id == wanted]
        if found:
            return found
    referred = [
        t for t in index.referred(resource, prop, (LAUNCH_TEMPLATE,)) if t.id is None or id_view.unknown
    ]
    if referred:
        return referred
    raise _unresolved(id_view, name_view, index)


def _unresolved(id_view: View, name_view: View, index: Index) -> Exception:
    given = name_view if id_view.absent else id_view
    if given.absent:
        return given.fail("is absent, and the price depends on it", "absent")
    if given.unknown:
        return Unpriceable(
            "unknown_value",
            f"{given.path} is not known before the update, and no launch template in the graph is behind it",
            pending=not index.complete,
        )
    return Unpriceable(
        "unpriced",
        f"{given.path} names a launch template that is not in the graph",
        pending=not index.complete,
    )
