"""Workloads: pods are not counted beside the nodes that they run on.

A pod that asks for an accelerator must have nodes in the same graph that carry one, else nobody knows
what it will cost. Pods without accelerators run on nodes that are priced where they are declared.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from plimsoll.graph.resource import UNKNOWN, Resource
from plimsoll.pricing.charges import Bill
from plimsoll.pricing.hosts import has_host
from plimsoll.pricing.index import Scene
from plimsoll.pricing.kubernetes.floor import most_replicas
from plimsoll.pricing.kubernetes.storage import add_claim
from plimsoll.pricing.result import Unpriceable
from plimsoll.pricing.view import View
from plimsoll.pricing.walking import asks_for_accelerator, walk

_COUNTED = (":Deployment", ":StatefulSet", ":ReplicaSet", ":Pod", ":ReplicationController")
"""Kinds whose number of pods is known: their replicas, or what an autoscaler asks for."""


def price_pods(resource: Resource, scene: Scene, bill: Bill) -> None:
    """Know pods to be free beside a pool of the graph; refuse accelerator pods without one."""
    asks = accelerators_asked(resource)
    if asks is UNKNOWN:
        raise Unpriceable("unknown_value", "the accelerators that its pods ask for are not known")
    if asks and not has_host(dict(_selector(resource)), scene):
        raise Unpriceable(
            "unpriced",
            "its pods ask for accelerators, and no node pool that they can run on is in the graph",
            pending=not scene.complete,
        )
    replicas = View(resource.inputs)["spec"]["replicas"]
    if not (replicas.absent or replicas.unknown):
        replicas.count()
    _claims(resource, scene, bill)
    bill.free("its pods run on nodes that are priced where they are declared")


def accelerators_asked(resource: Resource) -> object:
    """Say whether pods ask for an accelerator: True, False, or `UNKNOWN` where that cannot be seen."""
    unknown = False
    for key, value in walk(resource.inputs.get("spec"), "spec"):
        if key == "resourceClaims":
            return True
        if value is UNKNOWN and key in ("spec", "template", "containers", "resources", "limits", "requests"):
            unknown = True
        if asks_for_accelerator(key, value):
            return True
    return UNKNOWN if unknown else False


def _selector(resource: Resource) -> Iterator[tuple[str, str]]:
    for key, value in walk(resource.inputs.get("spec"), "spec"):
        if key == "nodeSelector" and isinstance(value, Mapping):
            for name, wanted in cast("Mapping[object, object]", value).items():
                if isinstance(wanted, str):
                    yield str(name), wanted


def _claims(resource: Resource, scene: Scene, bill: Bill) -> None:
    """Add the volumes that pods claim: those of a StatefulSet, and ephemeral ones of any pod."""
    claims = [
        View(value, f"{key}.volumeClaimTemplate")["spec"]
        for key, value in _claim_templates(resource.inputs.get("spec"))
    ]
    if not claims:
        return
    if not resource.type.endswith(_COUNTED):
        raise Unpriceable("unpriced", "its pods claim volumes, and how many pods there will be is not known")
    count = most_replicas(resource, scene)
    for claim in claims:
        add_claim(claim, count, resource, scene, bill)


def _claim_templates(spec: object) -> Iterator[tuple[str, object]]:
    for key, value in walk(spec, "spec"):
        if key == "volumeClaimTemplates" and isinstance(value, list | tuple):
            yield from ((key, template) for template in cast("list[object]", value))
        elif key == "volumeClaimTemplate":
            yield key, value
