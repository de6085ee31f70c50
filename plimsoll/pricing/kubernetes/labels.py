"""A node carries the labels of its instance type, as Karpenter and EKS Auto Mode see them.

Source: Karpenter v1.14 `reference/instance-types` and `pkg/apis/v1/labels.go`. The catalogue holds the
labels of every type; what follows from a type's own facts is derived here. A well-known
label that nobody recorded is `UNRECORDED`: a requirement on it is taken to admit the type, since a
ceiling may be too high but never too low.
"""

import re
from collections.abc import Mapping
from typing import Final

from plimsoll.catalog.facts import InstanceType

KARPENTER = "karpenter.k8s.aws/"
AUTO_MODE = "eks.amazonaws.com/"

INSTANCE_TYPE = "node.kubernetes.io/instance-type"
ZONE = "topology.kubernetes.io/zone"
REGION = "topology.kubernetes.io/region"
CAPACITY_TYPE = "karpenter.sh/capacity-type"
CAPACITY_TYPES = ("on-demand", "reserved", "spot")
ARCH = "kubernetes.io/arch"
OS = "kubernetes.io/os"
TENANCY = KARPENTER + "instance-tenancy"

RENAMED = {
    "beta.kubernetes.io/arch": ARCH,
    "beta.kubernetes.io/os": OS,
    "beta.kubernetes.io/instance-type": INSTANCE_TYPE,
    "failure-domain.beta.kubernetes.io/zone": ZONE,
    "failure-domain.beta.kubernetes.io/region": REGION,
}
"""Old names that Karpenter still reads as the new ones (`pkg/apis/v1/labels.go`, NormalizedLabels)."""

ABOUT_ACCELERATORS = (
    "instance-gpu-name",
    "instance-gpu-manufacturer",
    "instance-gpu-count",
    "instance-gpu-memory",
    "instance-accelerator-name",
    "instance-accelerator-manufacturer",
    "instance-accelerator-count",
)
"""Labels that a type without an accelerator does not have."""

_LOCAL_NVME = "instance-local-nvme"
_HYPERVISOR = KARPENTER + "instance-hypervisor"

_ACCELERATED_CATEGORIES = frozenset({"dl", "g", "inf", "p", "trn"})
"""Categories whose types carry what these labels are about; FPGAs and video cards (f, vt) have none."""

_INSTANCE_LABELS = frozenset(
    {
        *ABOUT_ACCELERATORS,
        "instance-category",
        "instance-family",
        "instance-generation",
        "instance-size",
        "instance-cpu",
        "instance-cpu-manufacturer",
        "instance-cpu-sustained-clock-speed-mhz",
        "instance-memory",
        "instance-ebs-bandwidth",
        "instance-network-bandwidth",
        _LOCAL_NVME,
        "instance-hypervisor",
        "instance-encryption-in-transit-supported",
        "instance-capability-flex",
        "instance-tenancy",
    }
)

_NAME = re.compile(r"(?P<family>(?P<category>[a-z]+?)(?P<generation>[0-9]+)[a-z0-9-]*)\.(?P<size>[a-z0-9-]+)")


class _Unrecorded:
    __slots__ = ()


UNRECORDED: Final = _Unrecorded()
"""A label the type may have with any value: no fact about it is in the catalogue."""

Label = str | None | _Unrecorded


def plain_key(key: str, *, auto_mode: bool) -> str:
    """Bring a requirement's key to the name used here: old names, and Auto Mode's prefix.

    Auto Mode reads `eks.amazonaws.com/instance-*` and takes Karpenter's own for custom labels; outside
    Auto Mode it is the other way round.
    """
    key = RENAMED.get(key, key)
    if not auto_mode:
        return key
    if key.startswith(AUTO_MODE) and key.removeprefix(AUTO_MODE) in _INSTANCE_LABELS:
        return KARPENTER + key.removeprefix(AUTO_MODE)
    if key.startswith(KARPENTER):
        return "custom:" + key
    return key


def restricts_types(key: str) -> bool:
    """Say whether a key is one that tells instance types apart; any other is a custom label."""
    return key in (INSTANCE_TYPE, ARCH) or (
        key.startswith(KARPENTER) and key.removeprefix(KARPENTER) in _INSTANCE_LABELS
    )


def decides_price(key: str) -> bool:
    """Say whether a key bears on what a pool's nodes cost; any other is a custom label."""
    return key in (ZONE, REGION, CAPACITY_TYPE, OS) or restricts_types(key)


def labels_from_name(name: str) -> dict[str, str]:
    """Work out what a type's name alone tells: family, size, category, generation."""
    labels = {INSTANCE_TYPE: name}
    match = _NAME.fullmatch(name)
    if match:
        labels[KARPENTER + "instance-family"] = match["family"]
        labels[KARPENTER + "instance-size"] = match["size"]
        labels[KARPENTER + "instance-category"] = match["category"]
        labels[KARPENTER + "instance-generation"] = match["generation"]
    return labels


def labels_of(instance_type: InstanceType) -> dict[str, str]:
    """Collect a type's labels: derived ones, overlaid by those the catalogue recorded."""
    labels = labels_from_name(instance_type.name)
    labels[KARPENTER + "instance-cpu"] = str(instance_type.vcpus)
    labels[KARPENTER + "instance-memory"] = str(round(instance_type.memory_gib * 1024))
    labels[ARCH] = "arm64" if instance_type.arch == "arm64" else "amd64"
    if instance_type.local_nvme_gb:
        labels[KARPENTER + _LOCAL_NVME] = str(instance_type.local_nvme_gb)
    if instance_type.bare_metal:
        labels[_HYPERVISOR] = ""  # Karpenter sets what EC2 says of bare metal: nothing
    labels.update(instance_type.labels)
    return labels


def label_of(labels: Mapping[str, str], key: str) -> Label:
    """Look a type's label up: its value, None where the type surely has none, else `UNRECORDED`."""
    found = labels.get(key)
    if found is not None:
        return found
    name = key.removeprefix(KARPENTER)
    if name == _LOCAL_NVME:
        return None
    if name not in ABOUT_ACCELERATORS:
        return UNRECORDED
    accelerated = labels.get(KARPENTER + "instance-category") in _ACCELERATED_CATEGORIES
    recorded = not accelerated or any(KARPENTER + about in labels for about in ABOUT_ACCELERATORS)
    return None if recorded else UNRECORDED
