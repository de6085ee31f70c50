"""File systems of Lustre have classes, each with its price; AWS resources and claims both name them."""

from collections.abc import Mapping

LUSTRE_ITEMS: Mapping[tuple[str, int, str, str], str] = {
    **{("PERSISTENT_2", mbps, "SSD", ""): f"persistent2-{mbps}" for mbps in (125, 250, 500, 1000)},
    **{("PERSISTENT_1", mbps, "SSD", ""): f"persistent1-{mbps}" for mbps in (50, 100, 200)},
    **{("PERSISTENT_1", mbps, "HDD", "NONE"): f"hdd-{mbps}" for mbps in (12, 40)},
    **{("PERSISTENT_1", mbps, "HDD", "READ"): f"hdd-{mbps}-cached" for mbps in (12, 40)},
}
"""Catalogue item of each class of Lustre: deployment type, MB/s per TiB, storage, cache of hard disks."""
