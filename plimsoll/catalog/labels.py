"""The labels that Karpenter sets on a node of an instance type, computed from its facts.

A NodePool's requirements are written against these labels, so both sizing (to write them) and
pricing (to find which types a foreign pool admits) need them.

Source: github.com/aws/karpenter-provider-aws v1.14.1, reference/instance-types; values checked
against all 70 GPU types listed there.
"""

import re
from collections.abc import Mapping

from plimsoll.catalog.facts import Accelerator

PREFIX = "karpenter.k8s.aws/instance-"

_NAME = re.compile(r"(?P<category>[a-z]+)(?P<generation>\d*)")


def karpenter_labels(
    row: Mapping[str, str], accelerator: Accelerator | None, accelerator_name: str
) -> dict[str, str]:
    """Compute the well-known labels of one row of `instance_types.csv`.

    `accelerator_name` is the name that Karpenter gives the accelerator (`h100`), "" if it has none.
    A label whose fact is unknown is absent.
    """
    name = _NAME.match(row["family"])
    facts = {
        "family": row["family"],
        "size": row["name"].partition(".")[2],
        "category": name["category"] if name else "",
        "generation": name["generation"] if name else "",
        "cpu": row["vcpus"],
        "cpu-manufacturer": row["cpu_manufacturer"],
        "cpu-sustained-clock-speed-mhz": row["cpu_clock_mhz"],
        "memory": row["memory_mib"],
        "ebs-bandwidth": row["ebs_mbps"],
        "network-bandwidth": _mbps(row["network_baseline_gbps"]),
        "local-nvme": "" if row["local_nvme_gb"] == "0" else row["local_nvme_gb"],
        "hypervisor": row["hypervisor"],
        "encryption-in-transit-supported": row["encryption_in_transit"],
        "capability-flex": "true" if "-flex" in row["family"] else "false",
        **_accelerator_labels(row, accelerator, accelerator_name),
    }
    labels = {PREFIX + key: value for key, value in facts.items() if value}
    labels["node.kubernetes.io/instance-type"] = row["name"]
    labels["kubernetes.io/arch"] = "arm64" if row["arch"] == "arm64" else "amd64"
    labels["kubernetes.io/os"] = "linux"
    return labels


def _accelerator_labels(row: Mapping[str, str], accelerator: Accelerator | None, name: str) -> dict[str, str]:
    if accelerator is None or not name:
        return {}
    if accelerator.vendor == "AWS":
        return {
            "accelerator-name": name,
            "accelerator-manufacturer": "aws",
            "accelerator-count": row["accelerators"],
        }
    fraction = float(row["accelerator_fraction"])
    return {
        "gpu-name": name,
        "gpu-manufacturer": accelerator.vendor.lower(),
        # Because: the EC2 API counts no whole GPU on a fractional type, and Karpenter follows it.
        "gpu-count": row["accelerators"] if fraction == 1 else "0",
        "gpu-memory": str(int(accelerator.memory_bytes / 2**20 * fraction)),
    }


def _mbps(gbps: str) -> str:
    return str(round(float(gbps) * 1000)) if gbps else ""
