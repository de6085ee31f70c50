"""Claims of FSx for Lustre make file systems: whole, from the first pod until the claim is deleted.

Source: aws-fsx-csi-driver, dynamic provisioning (`deploymentType` SCRATCH_1 where a class does not say,
`perUnitStorageThroughput` in MB/s per TiB).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import View
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.pricing.charges import BOTH, Charges, Run
from plimsoll.pricing.disks import gib_of
from plimsoll.pricing.index import Index
from plimsoll.pricing.kubernetes.classes import storage_classes
from plimsoll.pricing.lustre_classes import LUSTRE_ITEMS
from plimsoll.pricing.result import Unpriceable

PROVISIONER = "fsx.csi.aws.com"

_STEP = Decimal("0.0001")


def is_lustre(spec: View, index: Index) -> bool:
    """Say whether a claim makes a file system of Lustre."""
    name = spec["storageClassName"].text("")
    return any(each["provisioner"].text("") == PROVISIONER for each in storage_classes(name, index))


@dataclass(frozen=True, slots=True)
class Lasting:
    """A claim lasts so many seconds of each run of a month, and no longer."""

    run: Run
    seconds: int


def add_lustre(
    spec: View, count: int, resource: Resource, index: Index, charges: Charges, lasting: Lasting | None = None
) -> None:
    """Add the file systems of a claim: for a month, or for as long as each run lets it last."""
    market = index.cluster_market(resource)
    gib = Decimal(gib_of(spec["resources"]["requests"]["storage"].required()) * count)
    rates = [market.service_rate(f"fsx-lustre-{item}") for item in _items(spec, index)]
    dearest = max(rates, key=lambda rate: rate.usd)
    if lasting is None:
        charges.add("Lustre storage", gib, dearest, BOTH)
        return
    share = min(Decimal(lasting.seconds) / 3600 / HOURS_PER_MONTH, Decimal(1))
    charges.add_run(lasting.run, "Lustre storage", (gib * share).quantize(_STEP), dearest)


def _items(spec: View, index: Index) -> Iterator[str]:
    """Yield the catalogue's item for each class that the claim may have."""
    for each in storage_classes(spec["storageClassName"].text(""), index):
        if each["provisioner"].text("") != PROVISIONER:
            raise Unpriceable("unpriced", "classes of one name make volumes of several kinds")
        given = each["parameters"]
        kind, storage = given["deploymentType"].text("SCRATCH_1"), given["storageType"].text("SSD")
        speed, cache = given["perUnitStorageThroughput"].text("0"), given["driveCacheType"].text("NONE")
        throughput = int(speed) if speed.isascii() and speed.isdigit() and len(speed) < 6 else -1
        item = LUSTRE_ITEMS.get((kind, throughput, storage, cache if storage == "HDD" else ""))
        if item is None:
            raise Unpriceable(
                "unpriced", "only persistent Lustre of the usual MB/s per TiB has a price in the catalogue"
            )
        yield item
