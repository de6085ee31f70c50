"""Storage bills by its size, used or not; what bills by stored bytes alone is free while empty."""

from decimal import Decimal

from plimsoll.graph.resource import Resource
from plimsoll.pricing.charges import BOTH, Charges
from plimsoll.pricing.disks import DiskNames, add_disk, read_disk
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
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
    """Price an FSx for Lustre file system of the one class that the catalogue has a price for."""
    inputs = inputs_of(resource)
    kind = inputs["deploymentType"].text("SCRATCH_1")
    throughput = inputs["perUnitStorageThroughput"].count(0)
    if (kind, throughput) != ("PERSISTENT_2", 125) or not inputs["metadataConfiguration"].absent:
        raise Unpriceable("unpriced", "only PERSISTENT_2 at 125 MB/s per TiB has a price in the catalogue")
    gib = Decimal(inputs["storageCapacity"].required().count())
    charges.add(
        "Lustre storage", gib, index.market(resource).service_rate("fsx-lustre-persistent2-125"), BOTH
    )


def price_file_system(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know an EFS file system to bill by use, unless throughput is provisioned."""
    if inputs_of(resource)["throughputMode"].text("bursting") == "provisioned":
        raise Unpriceable("unpriced", "provisioned EFS throughput has no price in the catalogue")
    charges.by_use("stored bytes and throughput")


def price_table(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know an on-demand DynamoDB table to bill by use; provisioned capacity has no price here."""
    if inputs_of(resource)["billingMode"].text("PROVISIONED") != "PAY_PER_REQUEST":
        raise Unpriceable("unpriced", "provisioned DynamoDB capacity has no price in the catalogue")
    charges.by_use("requests and stored bytes")
