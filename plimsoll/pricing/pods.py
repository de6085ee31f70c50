"""Workloads cost their nodes: pods are not counted beside the nodes that they run on.

A pod that asks for an accelerator must have nodes in the same graph that carry one, else nobody knows
what it will cost. Pods without accelerators run on nodes that are priced where they are declared.
"""

from plimsoll.graph.resource import Resource
from plimsoll.ground.markers import UNKNOWN
from plimsoll.pricing.capped import capping_pools
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.hosts import has_host
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of, view_of
from plimsoll.pricing.kubernetes.demand import accelerators_asked, claim_templates, node_selector_of
from plimsoll.pricing.kubernetes.floor import most_replicas
from plimsoll.pricing.kubernetes.lustre import add_lustre, is_lustre
from plimsoll.pricing.kubernetes.runs.bound import read_bound
from plimsoll.pricing.kubernetes.runs.claims import claims_of_set, lasting_of
from plimsoll.pricing.kubernetes.storage import add_claim
from plimsoll.pricing.result import Unpriceable

_COUNTED = (":Deployment", ":StatefulSet", ":ReplicaSet", ":Pod", ":ReplicationController")
"""Kinds whose number of pods is known: their replicas, or what an autoscaler asks for."""


def price_pods(resource: Resource, index: Index, charges: Charges) -> None:
    """Know pods to be free beside a pool of the graph; refuse accelerator pods without one."""
    asks = accelerators_asked(resource)
    if asks is UNKNOWN:
        raise Unpriceable("unknown_value", "the accelerators that its pods ask for are not known")
    if asks and not has_host(node_selector_of(resource), index):
        raise Unpriceable(
            "unpriced",
            "its pods ask for accelerators, and no node pool that they can run on is in the graph",
            pending=not index.complete,
        )
    replicas = inputs_of(resource)["spec"]["replicas"]
    if not (replicas.absent or replicas.unknown):
        replicas.count()
    read_bound(resource)
    _claims(resource, index, charges)
    _claims_of_set(resource, index, charges)
    charges.covered(capping_pools(index))
    charges.free("its pods run on nodes that are priced where they are declared")


def _claims_of_set(resource: Resource, index: Index, charges: Charges) -> None:
    """Add what a JobSet claims beside its pods; disks as if they stood the whole month."""
    for claim in claims_of_set(resource):
        if is_lustre(claim, index):
            add_lustre(claim, 1, resource, index, charges, lasting_of(resource, claim, index))
        else:
            add_claim(claim, 1, resource, index, charges)


def _claims(resource: Resource, index: Index, charges: Charges) -> None:
    """Add the volumes that pods claim, one for each pod that there may be."""
    claims = [
        view_of(value, f"{key}.volumeClaimTemplate")["spec"] for key, value in claim_templates(resource)
    ]
    if not claims:
        return
    if not resource.type.endswith(_COUNTED):
        raise Unpriceable("unpriced", "its pods claim volumes, and how many pods there will be is not known")
    count = most_replicas(resource, index)
    for claim in claims:
        add_claim(claim, count, resource, index, charges)
