"""The labels that Karpenter sets on a node are computed here from the facts of its instance type.

A NodePool's requirements are written against these labels, so both sizing (to write them) and
pricing (to find which types a foreign pool admits) need them.

Source: github.com/aws/karpenter-provider-aws v1.14.1, reference/instance-types; values checked
against all 70 GPU types listed there.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from plimsoll.catalog.facts import Accelerator
from plimsoll.ground.start_up import record

PREFIX = "karpenter.k8s.aws/instance-"

_NAME = re.compile(r"(?P<category>[a-z]+)(?P<generation>\d*)")


@record
class NodeFacts:
    """Node facts are what labels say of an instance type; None or "" where it is unknown."""

    name: str
    family: str
    arm64: bool
    vcpus: int | None
    memory_mib: int | None
    cpu_manufacturer: str
    cpu_clock_mhz: int | None
    ebs_mbps: int | None
    network_baseline_gbps: float | None
    local_nvme_gb: int
    hypervisor: str
    encrypts_in_transit: bool | None
    accelerators: int
    accelerator_fraction: float


class LabelsWhenAsked(Mapping[str, str]):
    """The labels of an instance type are worked out when somebody asks for one: few plans do."""

    def __init__(self, work_out: Callable[[], dict[str, str]]) -> None:
        """Keep how they are worked out."""
        self._work_out = work_out

    @cached_property
    def _labels(self) -> dict[str, str]:
        return self._work_out()

    def __getitem__(self, label: str) -> str:
        return self._labels[label]

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)


def karpenter_labels(
    node: NodeFacts, accelerator: Accelerator | None, accelerator_name: str
) -> dict[str, str]:
    """Compute the well-known labels of the nodes of an instance type.

    `accelerator_name` is the name that Karpenter gives the accelerator (`h100`), "" if it has none.
    A label whose fact is unknown is absent.
    """
    name = _NAME.match(node.family)
    said: dict[str, str | int | bool | None] = {
        "family": node.family,
        "size": node.name.partition(".")[2],
        "category": name["category"] if name else None,
        "generation": name["generation"] if name else None,
        "cpu": node.vcpus,
        "cpu-manufacturer": node.cpu_manufacturer,
        "cpu-sustained-clock-speed-mhz": node.cpu_clock_mhz,
        "memory": node.memory_mib,
        "ebs-bandwidth": node.ebs_mbps,
        "network-bandwidth": _mbps(node.network_baseline_gbps),
        "local-nvme": node.local_nvme_gb or None,
        "hypervisor": node.hypervisor,
        "encryption-in-transit-supported": node.encrypts_in_transit,
        "capability-flex": "-flex" in node.family,
    }
    if accelerator is not None and accelerator_name:
        said |= _accelerator_labels(node, accelerator, accelerator_name)
    labels = {PREFIX + key: _written(value) for key, value in said.items() if value not in (None, "")}
    labels["node.kubernetes.io/instance-type"] = node.name
    labels["kubernetes.io/arch"] = "arm64" if node.arm64 else "amd64"
    labels["kubernetes.io/os"] = "linux"
    return labels


def _accelerator_labels(node: NodeFacts, accelerator: Accelerator, name: str) -> dict[str, str | int]:
    if accelerator.vendor == "AWS":
        return {
            "accelerator-name": name,
            "accelerator-manufacturer": "aws",
            "accelerator-count": node.accelerators,
        }
    return {
        "gpu-name": name,
        "gpu-manufacturer": accelerator.vendor.lower(),
        # Because: the EC2 API counts no whole GPU on a fractional type, and Karpenter follows it.
        "gpu-count": node.accelerators if node.accelerator_fraction == 1 else 0,
        "gpu-memory": int(accelerator.memory_bytes / 2**20 * node.accelerator_fraction),
    }


def _mbps(gbps: float | None) -> int | None:
    return round(gbps * 1000) if gbps is not None else None


def _written(value: str | int | bool | None) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
