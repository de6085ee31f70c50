"""Kubernetes kinds of API groups far and wide: what an object of each makes, whoever its operator is.

Read when somebody meets a kind that the house does not know by itself.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from plimsoll.catalog.rows import table

KINDS = "kubernetes_kinds.csv"

Makes = Literal["pods", "pods-and-volumes", "cloud", "free", "opaque"]
"""What an object makes: pods of the cluster; pods with volumes that it need not name; something that a cloud
bills; nothing that bills; or nobody knows."""

_CLOUD_GROUPS = ("services.k8s.aws", "upbound.io", "cnrm.cloud.google.com")
"""Ends of API groups whose every kind creates a resource of a cloud: ACK, Crossplane, Config Connector."""


@dataclass(frozen=True, slots=True)
class KubernetesKind:
    """One kind makes this; `note` says more where there is more to say."""

    group: str
    kind: str
    makes: Makes
    note: str
    source: str
    as_of: str


def kubernetes_kind(group: str, kind: str) -> KubernetesKind | None:
    """Find a kind by API group ("" is the core group), whatever its case and version; None if unknown."""
    found = _kinds().get((group, kind.lower()))
    if found is None and group.endswith(_CLOUD_GROUPS):
        return KubernetesKind(group, kind, "cloud", "", "the API group's documentation", "2026-11-28")
    return found


@cache
def _kinds() -> dict[tuple[str, str], KubernetesKind]:
    return {
        (group, kind.lower()): KubernetesKind(group, kind, cast("Makes", makes), note, source, as_of)
        for group, kind, makes, _, note, source, as_of in table(KINDS)
    }
