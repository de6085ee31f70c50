"""Claims make volumes, and so do the claim templates of StatefulSets."""

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import STORAGE_CLASS
from plimsoll.ground.tree import View, shown
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.disks import GP3_IOPS_INCLUDED, GP3_MBPS_INCLUDED, KINDS, Disk, add_disk, gib_of
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
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
    """Add `count` volumes as one claim describes them."""
    disk = _disk(spec, index)
    if disk is None:
        charges.by_use("stored bytes")
        return
    add_disk(charges, index.cluster_market(resource), disk, count)


def _disk(spec: View, index: Index) -> Disk | None:
    name = spec["storageClassName"].text("")
    found = _storage_class(name, index)
    if found is None and name not in ("", EKS_DEFAULT_CLASS):
        raise Unpriceable(
            "unpriced",
            f"its storage class {shown(name)} is not in the graph",
            pending=not index.complete,
        )
    kind, iops, throughput = EKS_DEFAULT_CLASS, 0, 0
    gib = gib_of(spec["resources"]["requests"]["storage"].required())
    if found is not None:
        provisioner = found["provisioner"].text()
        if provisioner in _BY_USE:
            return None
        if provisioner not in _EBS:
            raise Unpriceable("unpriced", f"volumes of {shown(provisioner)} have no price in the catalogue")
        kind, iops, throughput = _parameters(found["parameters"], gib)
    return Disk(kind, gib, iops, throughput)


def _storage_class(name: str, index: Index) -> View | None:
    """Find a class by name; an unnamed one is the graph's default class, if it has one."""
    marker = "storageclass.kubernetes.io/is-default-class"
    for found in index.of_type(STORAGE_CLASS):
        view = inputs_of(found)
        own = view["metadata"]["name"]
        if name and not own.unknown and own.text("") == name:
            return view
        if not name and view["metadata"]["annotations"][marker].text("false") == "true":
            return view
    return None


def _parameters(parameters: View, gib: int) -> tuple[str, int, int]:
    """Read EBS parameters, which a storage class writes as text."""
    kind = parameters["type"].text("gp3")
    if kind not in KINDS:
        raise parameters["type"].fail(f"is {shown(kind)}; the volume types are {', '.join(KINDS)}")
    iops = _text_count(parameters["iops"], 0)
    iops = max(iops, _text_count(parameters["iopsPerGB"], 0) * gib)
    throughput = _text_count(parameters["throughput"], 0)
    if kind == "gp3":
        return kind, max(iops, GP3_IOPS_INCLUDED), max(throughput, GP3_MBPS_INCLUDED)
    if kind in ("io1", "io2") and not iops:
        raise parameters["iops"].fail("is absent, and the price depends on it")
    return kind, iops, 0


def _text_count(view: View, default: int) -> int:
    if view.absent:
        return default
    text = view.text()
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise view.fail(f"is {shown(text)}, not a whole number")
    return int(text)
