"""Claims make volumes, and so do the claim templates of StatefulSets."""

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import ATTRIBUTES_CLASSES
from plimsoll.ground.tree import View, shown
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.disks import (
    GP3_IOPS_INCLUDED,
    GP3_MBPS_INCLUDED,
    Disk,
    add_disk,
    gib_of,
    read_kind,
    usd_per_month,
)
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of, view_of
from plimsoll.pricing.kubernetes.classes import storage_classes
from plimsoll.pricing.kubernetes.lustre import add_lustre, is_lustre
from plimsoll.pricing.result import Unpriceable

EKS_DEFAULT_CLASS = "gp2"
"""The storage class that EKS itself creates, of EBS type gp2."""

_EBS = ("ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com", "kubernetes.io/aws-ebs")
_BY_USE = ("efs.csi.aws.com", "s3.csi.aws.com")


def price_claim(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a PersistentVolumeClaim by its storage class and size."""
    inputs = inputs_of(resource)
    volume = inputs["spec"]["volumeName"]
    if not volume.absent and volume.known() != "":
        volume.text()
        charges.free("it is bound to a volume that exists")
        return
    add_claim(inputs["spec"], 1, resource, index, charges)


def add_claim(spec: View, count: int, resource: Resource, index: Index, charges: Charges) -> None:
    """Add `count` volumes as one claim describes them; where its class may be any of several, the dearest."""
    if is_lustre(spec, index):
        add_lustre(spec, count, resource, index, charges)
        return
    market = index.cluster_market(resource)
    disks = _disks(spec, index)
    if not disks:
        charges.by_use("stored bytes")
        return
    add_disk(charges, market, max(disks, key=lambda disk: usd_per_month(disk.usage(), market)), count)


def _disks(spec: View, index: Index) -> list[Disk]:
    """List the volumes that the claim may make; none where its class bills stored bytes."""
    name = spec["storageClassName"].text("")
    classes = storage_classes(name, index)
    if not classes and name not in ("", EKS_DEFAULT_CLASS):
        raise Unpriceable(
            "unpriced",
            f"its storage class {shown(name)} is not in the graph",
            pending=not index.complete,
        )
    gib = gib_of(spec["resources"]["requests"]["storage"].required())
    changed = _changed(spec["volumeAttributesClassName"], index)
    if not classes:
        return [_modified(Disk(EKS_DEFAULT_CLASS, gib), each) for each in changed]
    found: list[Disk] = []
    for each in classes:
        provisioner = each["provisioner"].text()
        if provisioner in _BY_USE:
            continue
        if provisioner not in _EBS:
            raise Unpriceable("unpriced", f"volumes of {shown(provisioner)} have no price in the catalogue")
        found += [_modified(_read(each["parameters"], gib), parameters) for parameters in changed]
    return found


def _changed(name: View, index: Index) -> list[View]:
    """List the parameters by which attributes of a volume are changed, as its VolumeAttributesClass says."""
    if name.absent or name.known() == "":
        return [view_of({})]
    found = index.named(name.text(), *ATTRIBUTES_CLASSES)
    if not found:
        raise Unpriceable(
            "unpriced",
            f"its volume attributes class {shown(name.text())} is not in the graph",
            pending=not index.complete,
        )
    return [inputs_of(each)["parameters"] for each in found]


def _modified(disk: Disk, parameters: View) -> Disk:
    """Change type, IOPS and throughput of a volume; what the parameters leave out stays as it is."""
    kind = read_kind(parameters["type"], disk.kind)
    iops = _text_count(parameters["iops"], disk.iops)
    throughput = _text_count(parameters["throughput"], disk.throughput)
    if kind == disk.kind and (iops, throughput) == (disk.iops, disk.throughput):
        return disk
    return _priced_as(kind, disk.gib, iops, throughput, parameters["iops"])


def _read(parameters: View, gib: int) -> Disk:
    """Read EBS parameters, which a storage class writes as text."""
    kind = read_kind(parameters["type"], "gp3")
    iops = _text_count(parameters["iops"], 0)
    iops = max(iops, _text_count(parameters["iopsPerGB"], 0) * gib)
    return _priced_as(kind, gib, iops, _text_count(parameters["throughput"], 0), parameters["iops"])


def _priced_as(kind: str, gib: int, iops: int, throughput: int, of_iops: View) -> Disk:
    if kind == "gp3":
        return Disk(kind, gib, max(iops, GP3_IOPS_INCLUDED), max(throughput, GP3_MBPS_INCLUDED))
    if kind in ("io1", "io2") and not iops:
        raise of_iops.fail("is absent, and the price depends on it")
    return Disk(kind, gib, iops)


def _text_count(view: View, default: int) -> int:
    if view.absent:
        return default
    text = view.text()
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise view.fail(f"is {shown(text)}, not a whole number")
    return int(text)
