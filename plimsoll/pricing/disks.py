"""EBS volumes bill size, IOPS and throughput per month, each volume type in its own way.

Source: aws.amazon.com/ebs/pricing; gp3 includes 3,000 IOPS and 125 MB/s. io2's later IOPS tiers are
cheaper than the first, so the first one's price is a ceiling for all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from plimsoll.ground.tree import View, shown
from plimsoll.ground.units import GIB
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.market import Market

KINDS = ("gp3", "gp2", "io1", "io2", "st1", "sc1", "standard")

GP3_IOPS_INCLUDED = 3000
GP3_MBPS_INCLUDED = 125

ROOT_DEVICES = ("/dev/xvda", "/dev/sda1")
"""Where the images that AWS publishes keep their root volume."""

_WITH_IOPS = ("io1", "io2")

_DISK_UNITS = ("Gi", "G", "Ti", "T")
"""Units that the definitions of Karpenter's and Auto Mode's node classes admit for a disk (their pattern)."""


@dataclass(frozen=True, slots=True)
class Disk:
    """One volume: its type, GiB, provisioned IOPS and MB/s (0 where not provisioned)."""

    kind: str
    gib: int
    iops: int = 0
    throughput: int = 0

    def usage(self) -> dict[str, Decimal]:
        """Say which catalogue items it bills, and how much of each in a month."""
        used = {f"ebs-{self.kind}-storage": Decimal(self.gib)}
        if self.kind == "gp3":
            used["ebs-gp3-iops"] = Decimal(max(0, self.iops - GP3_IOPS_INCLUDED))
            used["ebs-gp3-throughput"] = Decimal(max(0, self.throughput - GP3_MBPS_INCLUDED))
        elif self.kind in _WITH_IOPS:
            used[f"ebs-{self.kind}-iops"] = Decimal(self.iops)
        return {item: amount for item, amount in used.items() if amount}


def usage_of(disks: Iterable[Disk]) -> dict[str, Decimal]:
    """Add up what several disks bill, by catalogue item, sorted with storage first."""
    total: dict[str, Decimal] = {}
    for disk in disks:
        for item, amount in disk.usage().items():
            total[item] = total.get(item, Decimal(0)) + amount
    return dict(sorted(total.items(), key=lambda pair: (not pair[0].endswith("-storage"), pair[0])))


def usd_per_month(usage: dict[str, Decimal], market: Market) -> Decimal:
    """Price what one node's disks bill in a month."""
    return sum((amount * market.service_rate(item).usd for item, amount in usage.items()), Decimal(0))


def read_kind(view: View, default: str) -> str:
    """Read a volume type; the default is the one that the service falls back to."""
    kind = view.text(default)
    if kind not in KINDS:
        raise view.fail(f"is {shown(kind)}; the volume types are {', '.join(KINDS)}")
    return kind


def read_disk(view: View, names: "DiskNames", default_kind: str, default_gib: int | None) -> Disk:
    """Read a volume that an AWS resource describes with plain numbers of GiB."""
    kind = read_kind(view[names.kind], default_kind)
    return Disk(
        kind,
        view[names.gib].count(default_gib, least=1),
        _iops(view[names.iops], kind),
        view[names.throughput].count(0),
    )


def read_quantity_disk(ebs: View) -> Disk:
    """Read a volume whose size is a Kubernetes quantity, as a node class writes it."""
    kind = read_kind(ebs["volumeType"], "gp3")
    return Disk(kind, written_gib(ebs["volumeSize"]), _iops(ebs["iops"], kind), ebs["throughput"].count(0))


def gib_of(view: View) -> int:
    """Read a size in GiB, rounded up: EBS sells whole GiB."""
    gib = (view.quantity() / GIB).to_integral_value(ROUND_CEILING)
    if gib < 1:
        raise view.fail("is less than 1 GiB")
    return int(gib)


def written_gib(view: View) -> int:
    """Read the size of a node's disk, which a node class takes with a unit only: 100 would be 100 bytes."""
    gib = gib_of(view)
    if not (isinstance(view.value, str) and view.value.endswith(_DISK_UNITS)):
        raise view.fail(f"is {shown(view.value)}, which is no size of a disk; write its unit, such as 100Gi")
    return gib


def _iops(view: View, kind: str) -> int:
    if kind in _WITH_IOPS:
        return view.required().count()
    return view.count(0)


@dataclass(frozen=True, slots=True)
class DiskNames:
    """An AWS resource calls a volume's properties by these names."""

    kind: str = "volumeType"
    gib: str = "volumeSize"
    iops: str = "iops"
    throughput: str = "throughput"


def add_disk(charges: Charges, market: Market, disk: Disk, count: int = 1) -> None:
    """Add what a number of equal volumes bill."""
    for item, amount in usage_of([disk]).items():
        charges.add(f"volume {item}", amount * count, market.service_rate(item))
