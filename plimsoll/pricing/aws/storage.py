"""Storage bills by its size, used or not; what bills by stored bytes alone is free while empty."""

from decimal import Decimal

from plimsoll.graph.resource import Resource
from plimsoll.pricing.charges import BOTH, Charges
from plimsoll.pricing.disks import DiskNames, add_disk, read_disk
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.lustre_classes import LUSTRE_ITEMS
from plimsoll.pricing.result import Unpriceable


def price_volume(resource: Resource, index: Index, charges: Charges) -> None:
    """Price an EBS volume."""
    inputs = inputs_of(resource)
    if not inputs["volumeInitializationRate"].absent:
        raise Unpriceable("unpriced", "volumeInitializationRate is billed, and has no price in the catalogue")
    if inputs["size"].absent and not inputs["snapshotId"].absent:
        raise Unpriceable("unpriced", "its size is that of a snapshot that is not known; give a size")
    names = DiskNames("type", "size")
    add_disk(charges, index.market(resource), read_disk(inputs, names, "gp2", None))


def price_lustre(resource: Resource, index: Index, charges: Charges) -> None:
    """Price an FSx for Lustre file system of a class that the catalogue has a price for."""
    inputs = inputs_of(resource)
    storage = inputs["storageType"].text("SSD")
    cache = inputs["driveCacheType"].text("NONE") if storage == "HDD" else ""
    throughput = inputs["perUnitStorageThroughput"].count(0)
    item = LUSTRE_ITEMS.get((inputs["deploymentType"].text("SCRATCH_1"), throughput, storage, cache))
    if item is None or not inputs["metadataConfiguration"].absent:
        raise Unpriceable(
            "unpriced", "only persistent Lustre of the usual MB/s per TiB has a price in the catalogue"
        )
    gib = Decimal(inputs["storageCapacity"].required().count())
    charges.add("Lustre storage", gib, index.market(resource).service_rate(f"fsx-lustre-{item}"), BOTH)


def price_file_system(resource: Resource, index: Index, charges: Charges) -> None:
    """Know an EFS file system to bill by use; price throughput that is provisioned."""
    inputs = inputs_of(resource)
    if inputs["throughputMode"].text("bursting") == "provisioned":
        wanted = inputs["provisionedThroughputInMibps"].required().decimal()
        rate = index.market(resource).service_rate("efs-provisioned-throughput")
        charges.add("provisioned throughput", wanted, rate)
    charges.by_use("stored bytes and throughput")
