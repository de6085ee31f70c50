"""A pod may land on the nodes of a Karpenter pool that it selects and whose taints it tolerates."""

from collections.abc import Iterator, Mapping

from plimsoll.gate.case import Case
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import NODE_POOLS, is_kubernetes, kind_of
from plimsoll.ground.tree import list_at, mapping_at, objects_within
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.kubernetes.demand import node_selector_of
from plimsoll.pricing.kubernetes.labels import CAPACITY_TYPE, CAPACITY_TYPES, decides_price
from plimsoll.pricing.kubernetes.requirements import Requirement, admitted_options, read_requirements
from plimsoll.pricing.kubernetes.runs.taints import hard_taints
from plimsoll.pricing.result import Unpriceable

POOL_NAME = "karpenter.sh/nodepool"


def runs_pods(resource: Resource) -> bool:
    """Say whether a resource has a template of pods, or is one."""
    return is_kubernetes(resource) and kind_of(resource)[0] not in ("karpenter.sh", "apiextensions.k8s.io")


def landing_pools(resource: Resource, case: Case) -> Iterator[Resource]:
    """Yield the Karpenter pools on whose nodes the pods of a resource may land; an unreadable one is none."""
    pools = [pool for pool in case.created() if pool.type in NODE_POOLS]
    if not pools or not runs_pods(resource):
        return
    selector = node_selector_of(resource)
    tolerations = [
        each for _, found in objects_within(resource.inputs) for each in list_at(found, "tolerations")
    ]
    for pool in pools:
        try:
            taints = hard_taints(inputs_of(pool)["spec"])
            tolerated = all(any(map(taint.tolerated_by, tolerations)) for taint in taints)
            if tolerated and _selects(selector, pool):
                yield pool
        except Unpriceable:
            continue  # `unpriced-cost` refuses it


def requirements_of(pool: Resource) -> tuple[Requirement, ...]:
    """Read the requirements of a NodePool.

    Raises:
        Unpriceable: a requirement cannot be read.
    """
    template = inputs_of(pool)["spec"]["template"]
    auto_mode = template["spec"]["nodeClassRef"]["group"].value == "eks.amazonaws.com"
    return read_requirements(
        template["spec"]["requirements"], template["metadata"]["labels"], auto_mode=auto_mode
    )


def may_be_spot(pool: Resource) -> bool:
    """Say whether a pool may launch spot capacity; one that cannot be read may not."""
    try:
        return "spot" in admitted_options(requirements_of(pool), CAPACITY_TYPE, CAPACITY_TYPES)
    except Unpriceable:
        return False


def _selects(selector: Mapping[str, str], pool: Resource) -> bool:
    requirements = requirements_of(pool)
    labels = mapping_at(pool.inputs, "spec", "template", "metadata", "labels")
    name = mapping_at(pool.inputs, "metadata").get("name")
    for key, wanted in selector.items():
        if key == POOL_NAME:
            met = wanted == name
        elif key in labels:
            met = labels[key] == wanted
        else:
            asked = [each for each in requirements if each.key == key]
            met = all(each.admits(wanted) for each in asked) if asked else decides_price(key)
        if not met:
            return False
    return True
