"""A meter is what a plan and a bill both count: hours of a type, of a gateway, gigabytes of a month."""

import re

from plimsoll.actuals.charge import BillCharge
from plimsoll.catalog.clock import INSTANCE_HOUR
from plimsoll.ground.start_up import record

WHOLE = "all of it"
"""The meter of a bill that says whose the money is and not what for."""

GB_MONTH, NODE_HOUR, CLUSTER_HOUR, GATEWAY_HOUR, ADDRESS_HOUR = (
    "GB-month",
    "node-hour",
    "cluster-hour",
    "hour",
    "address-hour",
)
"""Units of a plan's lines; `hour` is a NAT gateway's."""

CACHES = "ElastiCache"
"""The service that keeps answers: hours of its nodes are no hours of instances, nor fees of EKS Auto Mode."""

COMPUTE = ("Amazon Elastic Compute Cloud", "AmazonEC2")
"""What exports call the service whose hours commitments cover: FOCUS's ServiceName, CUR's product code."""

_HOURS = frozenset({"h", "hr", "hrs", "hour", "hours", "instance-hour", "instance-hours", "compute hours"})
_MONTHS = frozenset({"gb-mo", "gb-month", "gb-months", "gb-mon", "gigabyte-months", "gigabyte-month"})
_TYPE = re.compile(
    r"\b(?:BoxUsage|SpotUsage|DedicatedUsage|HostBoxUsage|InstanceUsage|UnusedBox|UnusedDed):([a-z][\w-]*\.[\w-]+)"
)
_TYPE_IN_WORDS = re.compile(
    r"\b([a-z][a-z0-9-]*\d[a-z0-9-]*\.(?:\d+xlarge|x?large|medium|small|micro|nano|metal[\w-]*))\b"
)


@record
class Meter:
    """A unit, the instance type whose hours it counts, and the service where no unit of a plan fits."""

    unit: str
    instance_type: str = ""
    service: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.instance_type, self.service, self.unit) if part)


def meter_of(charge: BillCharge) -> Meter:
    """Find what a charge counts, in the units of plans where one fits."""
    unit, usage, service = charge.unit.strip().lower(), charge.usage, charge.service
    if unit == INSTANCE_HOUR:
        return Meter(INSTANCE_HOUR, charge.instance_type)
    if not (unit or usage or service or charge.instance_type):
        return Meter(WHOLE)
    if unit in _MONTHS or _is_volume(usage, service):
        return _storage(usage, service)
    known = _by_words(f"{service} {usage}".lower())
    if known is not None:
        return known
    if _is_cache(unit, usage, service):
        return Meter(NODE_HOUR, "", CACHES)
    kind = charge.instance_type or type_in(usage)
    if kind or ((unit in _HOURS or not unit) and _is_compute(service)):
        return Meter(INSTANCE_HOUR, kind)
    return Meter(charge.unit, "", f"{service} {usage}".strip())


def counts_hours(charge: BillCharge) -> bool:
    """Tell whether a charge counts hours of instances, and says so: without its unit only its type does."""
    if meter_of(charge).unit != INSTANCE_HOUR:
        return False
    unit = charge.unit.strip().lower()
    return unit in _HOURS or (not unit and bool(charge.instance_type or type_in(charge.usage)))


def type_in(usage: str) -> str:
    """Find the instance type in a usage type (`USE1-BoxUsage:g7e.2xlarge`) or a sentence of a bill."""
    found = _TYPE.search(usage) or _TYPE_IN_WORDS.search(usage)
    return found[1] if found else ""


def _by_words(text: str) -> Meter | None:
    if "automode" in text or "auto mode" in text:
        return Meter(NODE_HOUR)
    if "natgateway-hours" in text or ("nat gateway" in text and "byte" not in text and "gb" not in text):
        return Meter(GATEWAY_HOUR)
    if "publicipv4" in text or "public ipv4" in text:
        return Meter(ADDRESS_HOUR)
    if (
        "percluster" in text
        or "elastic kubernetes" in text
        or "elastic container service for kubernetes" in text
    ):
        return Meter(CLUSTER_HOUR)
    return Meter(CLUSTER_HOUR) if "amazoneks" in text else None


def _storage(usage: str, service: str) -> Meter:
    text = f"{service} {usage}".lower()
    if "simple storage" in text or "timedstorage" in text or "amazons3" in text:
        return Meter(GB_MONTH, "", "storage")
    if "snapshot" in text:
        return Meter(GB_MONTH, "", "snapshots")
    return Meter(GB_MONTH)


def _is_volume(usage: str, service: str) -> bool:
    return "volumeusage" in usage.lower() or (service == "EC2 - Other" and not usage)


def _is_cache(unit: str, usage: str, service: str) -> bool:
    return "nodeusage:cache." in usage.lower() or (CACHES.lower() in service.lower() and unit in _HOURS)


def _is_compute(service: str) -> bool:
    text = service.lower()
    return "elastic compute cloud" in text or text in {"amazonec2", "ec2", "ec2 - compute", "ec2-instances"}
