"""Custom resources of other people's operators are priced by what the catalogue says their kind makes."""

from collections.abc import Mapping
from typing import cast

from plimsoll.catalog.kubernetes_kinds import KubernetesKind, kubernetes_kind
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import kind_of
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.tree import shown
from plimsoll.pricing.capped import has_pools
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.hosts import has_host
from plimsoll.pricing.index import Index
from plimsoll.pricing.kubernetes.demand import asked_in
from plimsoll.pricing.pods import price_pods
from plimsoll.pricing.result import Unpriceable

_CONTAINERS = frozenset({"container", "containers", "containerSet", "resources", "script"})
"""Keys under which a custom resource shows what its pods ask for."""

_VOLUMES = frozenset({"datavolumetemplates", "storageclass", "storageclassname"})
"""Keys that ask for a volume wherever they have a value, in lower case."""

_STORES = frozenset({"pvc", "persistence", "persistentvolume", "storage", "walstorage"})
"""Keys of objects that ask for a volume where they have a size, in lower case."""

_SIZES = ("create", "enabled", "size", "resources", "volumeClaimTemplate")

_HIDES_ACCELERATORS = frozenset({"apps.nvidia.com"})
"""Groups whose operators choose accelerators themselves, by a profile of the model."""


def price_custom(resource: Resource, index: Index, charges: Charges) -> bool:
    """Price a custom resource by its kind; False if the catalogue does not have it."""
    group, kind = kind_of(resource)
    found = kubernetes_kind(group, kind) if kind else None
    if found is None:
        return False
    note = f" ({found.note})" if found.note else ""
    if found.makes == "free":
        charges.free(f"{found.kind} is a kind that makes nothing that bills{note}")
    elif found.makes == "cloud":
        raise Unpriceable(
            "unpriced", f"{kind} is a kind that creates what a cloud bills, at no price that is known{note}"
        )
    elif found.makes == "opaque":
        raise Unpriceable("unpriced", f"{kind} is a kind whose creations are not in the graph{note}")
    else:
        _price_pods(resource, found, index, charges)
    return True


def _price_pods(resource: Resource, found: KubernetesKind, index: Index, charges: Charges) -> None:
    if found.makes == "pods-and-volumes":
        raise Unpriceable(
            "unpriced",
            f"the operator of the kind {found.kind} makes volumes, whose claims are not in the graph",
        )
    visible, gpus = False, False
    for spot in asked_in(resource.inputs.get("spec"), "spec"):
        key, value = spot.key, spot.value
        _refuse(key, value, found.kind)
        visible = visible or (key in _CONTAINERS and bool(value))
        gpus = gpus or (key == "gpu" and isinstance(value, int | str) and value not in (0, "0", "", False))
    hidden = not visible or found.group in _HIDES_ACCELERATORS
    if hidden and not has_pools(index):
        raise Unpriceable(
            "unpriced",
            f"the operator of a kind {found.kind} decides on its pods, and no pool bounds them",
            pending=not index.complete,
        )
    if gpus and not has_host({}, index):
        raise Unpriceable(
            "unpriced",
            "its pods ask for accelerators, and no node pool that they can run on is in the graph",
            pending=not index.complete,
        )
    price_pods(resource, index, charges)


def _refuse(key: str, value: object, kind: str) -> None:
    """Refuse what an operator turns into a volume or a load balancer."""
    if value == "LoadBalancer":
        raise Unpriceable("unpriced", f"the kind {kind} with {key} LoadBalancer makes a load balancer")
    lowered = key.lower()
    if lowered in _VOLUMES and value not in (None, "", (), [], {}):
        raise Unpriceable("unpriced", f"the kind {kind} with {key} {shown(value)} makes volumes of its own")
    if lowered not in _STORES:
        return
    if value is UNKNOWN:
        raise Unpriceable("unknown_value", f"{key} is not known, and may ask for a volume")
    if isinstance(value, Mapping):
        asked = cast("Mapping[str, object]", value)
        if any(asked.get(word) not in (None, False, "", {}) for word in _SIZES):
            raise Unpriceable("unpriced", f"the kind {kind} with {key} makes volumes of its own")
