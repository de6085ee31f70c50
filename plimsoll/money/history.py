"""A cluster that is watched keeps its history on a volume, which counts among what its workloads share."""

from decimal import ROUND_CEILING, Decimal

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.money.bill import Bill
from plimsoll.money.line import BASES, Line

KEPT_GIB = 20
"""What Prometheus keeps at most, its blocks and what it writes ahead."""

SHARE_OF_VOLUME = Decimal("0.8")
"""Of its disk, at most: 80 to 85 % (Prometheus, "Storage", on `storage.tsdb.retention.size`); the rest is for
what is written between two times that it looks."""

VOLUME_GIB = int((KEPT_GIB / SHARE_OF_VOLUME).to_integral_value(ROUND_CEILING))

OWN_CLASS, DEFAULT_CLASS = "ebs-gp3-storage", "ebs-gp2-storage"
"""The class that a stack makes; and that of EKS itself, which a claim without a class has on a cluster that
exists (EKS user guide, "Store Kubernetes volumes with Amazon EBS")."""


@record
class History:
    """Prometheus keeps `retention_size` at most, as its option says it, on a volume of `volume_gib`."""

    retention_size: str
    volume_gib: int


HISTORY = History(f"{KEPT_GIB}GB", VOLUME_GIB)
"""Its `GB` are powers of two: 1KB is 1024B (Prometheus, "Storage")."""


def history_bill(catalog: Catalog, region: str, *, own_class: bool) -> Bill | None:
    """Add up what the volume costs; None if its price is missing.

    `own_class` says that the cluster is the stack's own, which makes a storage class for it.
    """
    service = catalog.service(OWN_CLASS if own_class else DEFAULT_CLASS, region)
    if service is None:
        return None
    gib = Decimal(HISTORY.volume_gib)
    return Bill.of(
        [Line("fixed", "", "Prometheus volume", of, gib, "GB-month", service.price) for of in BASES]
    )
