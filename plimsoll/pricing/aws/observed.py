"""What AWS reported of an instance says more than its inputs: the size of its root volume, its address.

A state holds these outputs. They may only add to what the inputs say, never take from it.
"""

from dataclasses import replace

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import ELASTIC_IP
from plimsoll.graph.values import decoded
from plimsoll.pricing.aws.launch import DEFAULT_KIND, Launch
from plimsoll.pricing.disks import DiskNames, read_disk
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import view_of


def as_observed(launch: Launch, resource: Resource, index: Index) -> Launch:
    """Add what a state's outputs tell of an instance: a subnet made elsewhere may give it an address."""
    if not resource.outputs:
        return launch
    return replace(
        _with_root(launch, resource), public_address=launch.public_address or _has_address(resource, index)
    )


def _with_root(launch: Launch, resource: Resource) -> Launch:
    """Take the size of the root volume that its image decided."""
    root = view_of(decoded(resource.outputs.get("rootBlockDevice")), "outputs.rootBlockDevice")
    if not launch.root_unsized or root.absent or root["volumeSize"].absent:
        return launch
    disk = read_disk(root, DiskNames(), DEFAULT_KIND, None)
    return replace(launch, disks=(*launch.disks, disk), root_unsized=False)


def _has_address(resource: Resource, index: Index) -> bool:
    """Say whether it has a public address that no elastic address of the graph accounts for."""
    address = resource.outputs.get("publicIp")
    if address and address in index.memo("elastic", lambda: _elastic(index), (ELASTIC_IP,)):
        return False
    return bool(address) or resource.outputs.get("associatePublicIpAddress") is True


def _elastic(index: Index) -> set[object]:
    found = (each.outputs.get("publicIp") for each in index.of_type(ELASTIC_IP))
    return {address for address in found if isinstance(address, str)}
