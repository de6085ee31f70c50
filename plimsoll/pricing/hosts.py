"""A host is a pool whose nodes may take a pod that asks for an accelerator."""

from collections.abc import Mapping
from dataclasses import dataclass

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import (
    AUTOSCALING_GROUP,
    CLUSTER,
    LAUNCH_CONFIGURATION,
    LAUNCH_TEMPLATE,
    NODE_GROUP,
    NODE_POOLS,
)
from plimsoll.ground.tree import View
from plimsoll.pricing.aws.autoscaling_group import group_types
from plimsoll.pricing.aws.node_group import node_group_types
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.kubernetes.admission import admitted_types
from plimsoll.pricing.kubernetes.labels import decides_price
from plimsoll.pricing.kubernetes.requirements import read_requirements
from plimsoll.pricing.result import Unpriceable

POOLS = (*NODE_POOLS, NODE_GROUP, AUTOSCALING_GROUP)

_IMPLICIT = frozenset(
    {
        "beta.kubernetes.io",
        "eks.amazonaws.com",
        "k8s.amazonaws.com",
        "karpenter.k8s.aws",
        "karpenter.sh",
        "kubernetes.io",
        "node.kubernetes.io",
        "nvidia.com",
        "topology.k8s.aws",
        "topology.kubernetes.io",
    }
)
"""Domains of labels that come from the node itself, its instance type or its pool, not from a template."""


@dataclass(frozen=True, slots=True)
class Host:
    """A pool's nodes carry labels that it sets, custom ones that it allows, and accelerators."""

    labels: Mapping[str, object]
    allowed: frozenset[str]
    accelerated: bool
    any_label: bool = False

    def takes(self, selector: Mapping[str, str]) -> bool:
        """Say whether a node may satisfy a node selector; a label whose value is not known may."""
        if self.any_label:
            return True
        return all(self._has(key, wanted) for key, wanted in selector.items())

    def _has(self, key: str, wanted: str) -> bool:
        if key in self.labels:
            value = self.labels[key]
            return value == wanted or not isinstance(value, str)
        return key in self.allowed or key.partition("/")[0] in _IMPLICIT


_ANY = Host({}, frozenset(), accelerated=True, any_label=True)
"""What a pool counts as while it cannot be read."""

_DECIDES = (CLUSTER, LAUNCH_TEMPLATE, LAUNCH_CONFIGURATION)
"""Types whose arrival may change what the nodes of a pool are."""


def has_host(selector: Mapping[str, str], index: Index) -> bool:
    """Say whether a pool of the graph may take accelerator pods with this node selector."""
    for pool in index.of_type(*POOLS):
        if pool.external:
            continue
        host = _host(pool, index)
        if host.accelerated and host.takes(selector):
            return True
    return False


def _host(pool: Resource, index: Index) -> Host:
    """Read a pool; one that cannot be read is refused on its own account, so here it may take anything."""
    try:
        return index.memo(("host", pool.urn), lambda: _read_host(pool, index), (*_DECIDES, pool.urn))
    except Unpriceable:
        return _ANY


def _read_host(pool: Resource, index: Index) -> Host:
    if pool.type in NODE_POOLS:
        return _karpenter_host(pool, index)
    if pool.type == AUTOSCALING_GROUP:
        return Host({}, frozenset(), _accelerated(group_types(pool, index), index), any_label=True)
    kinds = node_group_types(pool, index)
    return Host(_known(inputs_of(pool)["labels"]), frozenset(), _accelerated(kinds, index))


def _karpenter_host(pool: Resource, index: Index) -> Host:
    template = inputs_of(pool)["spec"]["template"]
    labels = template["metadata"]["labels"]
    auto_mode = template["spec"]["nodeClassRef"]["group"].text("") == "eks.amazonaws.com"
    requirements = read_requirements(template["spec"]["requirements"], labels, auto_mode=auto_mode)
    kinds = admitted_types(requirements, index.cluster_market(pool))
    custom = frozenset(r.key for r in requirements if not decides_price(r.key))
    return Host(_known(labels), custom, _accelerated(kinds, index), any_label=labels.unknown)


def _known(labels: View) -> Mapping[str, object]:
    none: Mapping[str, object] = {}
    return none if labels.unknown else labels.mapping()


def _accelerated(kinds: tuple[str, ...], index: Index) -> bool:
    """Say whether any of these types has an accelerator; a type outside the catalogue may."""
    types = index.book.catalog.instance_types
    return any(kind not in types or types[kind].accelerator is not None for kind in kinds)
