"""Instance types that the package does not know yet become rows of the form that its own types have."""

from itertools import takewhile
from typing import Any

from plimsoll.catalog.instance_types import OTHERS, PLANNED
from plimsoll.catalog.refresh.calls import Asking, Call, Row
from plimsoll.catalog.rows import rows

_MOST_A_PAGE = 100
COLUMNS = tuple(next(rows(OTHERS)))

_CPU_RESERVE_M = (60, 10, 5, 5)
_CPU_RESERVE_REST_M = 2.5
"""What the kubelet of EKS keeps of each vCPU: 6 % of the first, 1 % of the second, 0.5 % of the next two,
0.25 % of the rest (SOURCES.md, allocatable_cpu_m)."""
_MEMORY_A_POD_MIB, _MEMORY_MIB, _EVICTION_MIB, _HYPERVISOR_SHARE = 11, 255, 100, 0.075
"""What it keeps of memory, and the overhead of the hypervisor (SOURCES.md, allocatable_memory_mib)."""


def read_new_shapes(asking: Asking, region: str, source: str, as_of: str) -> list[list[str]]:
    """Read the types of a region that the package does not have, as rows of `COLUMNS`.

    Raises:
        CallFailedError: the call fails, or a type has no size.
    """
    call = Call("ec2", "describe_instance_types", region)
    known = {row["name"]: row for name in (PLANNED, OTHERS) for row in rows(name)}
    quotas = {_letters(name): row["quota"] for name, row in known.items()}
    found: dict[str, list[str]] = {}
    for row in asking.items(call, "InstanceTypes", MaxResults=_MOST_A_PAGE):
        name = call.of(row, "InstanceType")
        cells = _cells(row, call) | {"source": source, "as_of": as_of}
        quota = quotas.get(_letters(name))
        if name not in known and quota is not None:  # what no quota counts cannot be planned for
            found[name] = [str((cells | {"quota": quota}).get(column, "")) for column in COLUMNS]
    return [found[name] for name in sorted(found)]


def _letters(name: str) -> str:
    """The letters that a family begins with: quotas count by them."""
    return "".join(takewhile(str.isalpha, name))


def _cells(row: Row, call: Call) -> dict[str, object]:
    name, network = call.of(row, "InstanceType"), _part(row, "NetworkInfo")
    vcpus, memory = call.of(row, "VCpuInfo", "DefaultVCpus"), call.of(row, "MemoryInfo", "SizeInMiB")
    pods = _pods(network)
    processor = _part(row, "ProcessorInfo")
    return {
        "name": name,
        "family": name.partition(".")[0],
        "vcpus": vcpus,
        "memory_mib": memory,
        "arch": "arm64" if "arm64" in processor.get("SupportedArchitectures", ()) else "x86_64",
        "cpu_manufacturer": str(processor.get("Manufacturer", "")).lower(),
        "cpu_clock_mhz": round(float(processor.get("SustainedClockSpeedInGhz") or 0) * 1000) or "",
        "allocatable_cpu_m": _allocatable_cpu_m(vcpus),
        "allocatable_memory_mib": _allocatable_memory_mib(memory, pods),
        "max_pods": pods,
        "interconnect": "none",
        "efa_interfaces": _part(network, "EfaInfo").get("MaximumEfaInterfaces", 0),
        "local_nvme_gb": _part(row, "InstanceStorageInfo").get("TotalSizeInGB", 0),
        "hypervisor": row.get("Hypervisor", ""),
        "bare_metal": str(bool(row.get("BareMetal"))).lower(),
        "usage_classes": ";".join(row.get("SupportedUsageClasses", ())),
    }


def _part(row: Row, key: str) -> Row:
    """Read a part that a type may be without."""
    return row.get(key) or dict[str, Any]()


def _pods(network: Row) -> int:
    """Interfaces of the default card × (addresses − 1) + 2: the formula of EKS, no prefix delegation."""
    cards: list[Row] = network.get("NetworkCards") or [network]
    interfaces = int(cards[0].get("MaximumNetworkInterfaces", 0))
    return interfaces * (int(network.get("Ipv4AddressesPerInterface", 1)) - 1) + 2


def _allocatable_cpu_m(vcpus: int) -> int:
    rest = max(vcpus - len(_CPU_RESERVE_M), 0) * _CPU_RESERVE_REST_M
    return int(vcpus * 1000 - sum(_CPU_RESERVE_M[:vcpus]) - rest)


def _allocatable_memory_mib(memory_mib: int, pods: int) -> int:
    left = memory_mib * (1 - _HYPERVISOR_SHARE)
    return int(left - _MEMORY_A_POD_MIB * pods - _MEMORY_MIB - _EVICTION_MIB)
