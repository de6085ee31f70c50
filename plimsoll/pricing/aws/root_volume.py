"""A root volume that nobody sizes has the size of its image, which AWS publishes for its own images.

An image's id tells nothing. It is known to be one of AWS's where a public parameter names it, and taken for
EKS's where its instances are tagged as nodes of a cluster; anywhere else nobody knows the size.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from plimsoll.ground.tree import View
from plimsoll.pricing.disks import Disk

DEFAULT_KIND = "gp2"
"""EC2's volume type where none is named; also the dearer of the two general-purpose ones."""

EKS_ROOT_GIB = 20
"""Root volume of EKS's Linux images where nobody sizes it (EKS API reference, CreateNodegroup)."""

EKS_NODE_NOTE = f"nothing sizes the root volume: {EKS_ROOT_GIB} GiB, what EKS documents for its Linux images"

CLUSTER_TAG = "kubernetes.io/cluster/"
"""How the key of the tag begins that makes an instance a node of a cluster (EKS user guide)."""

_PARAMETER = "resolve:ssm:"

_PUBLISHED: Mapping[str, tuple[int, str]] = {
    "/aws/service/ami-amazon-linux-latest/": (8, "Amazon Linux user guide"),
    "/aws/service/bottlerocket/": (22, "Bottlerocket: 2 GiB of system and 20 GiB of data"),
    "/aws/service/ecs/optimized-ami/amazon-linux-": (30, "ECS developer guide, ECS-optimized Linux images"),
    "/aws/service/eks/optimized-ami/": (EKS_ROOT_GIB, "EKS API reference, CreateNodegroup"),
}
"""Sizes in GiB that AWS publishes for images, by the public parameter that names the image."""


@dataclass(frozen=True, slots=True)
class RootVolume:
    """The root volume of an image, and where its size is published."""

    disk: Disk
    note: str


def published_root(image: View, tags: View) -> RootVolume | None:
    """Find what is published of an image's root volume; None where nothing is."""
    name = image.text("").removeprefix(_PARAMETER) if isinstance(image.value, str | None) else ""
    for prefix, (gib, source) in _PUBLISHED.items():
        if name.startswith(prefix) and "windows" not in name.lower():
            return RootVolume(
                Disk(DEFAULT_KIND, gib), f"the image sizes the root volume: {gib} GiB ({source})"
            )
    if any(key.startswith(CLUSTER_TAG) for key in _tag_keys(tags)):
        return RootVolume(Disk(DEFAULT_KIND, EKS_ROOT_GIB), EKS_NODE_NOTE)
    return None


def _tag_keys(tags: View) -> list[str]:
    """Read the keys of tags, which instances write as an object and groups as a list."""
    if isinstance(tags.value, list | tuple):
        # Templates of CloudFormation write Key.
        return [str(tag["Key" if "Key" in tag.mapping() else "key"].value) for tag in tags.items()]
    return [] if tags.absent or tags.unknown else [str(key) for key in tags.mapping()]
