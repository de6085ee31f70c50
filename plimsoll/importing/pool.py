"""The pool of a workload is what its pods may be scheduled to: instance types, how they are bought, where."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from plimsoll.graph.resource import Graph
from plimsoll.graph.types import is_kind
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import list_at, mapping_at, step
from plimsoll.importing.running import Running

TYPE = ("node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type")
FAMILY = ("karpenter.k8s.aws/instance-family", "eks.amazonaws.com/instance-family")
BOUGHT = ("karpenter.sh/capacity-type", "eks.amazonaws.com/capacityType")
ZONE = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
REGION = ("topology.kubernetes.io/region",)

_NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
_ZONE = re.compile(r"([a-z]{2}(?:-[a-z]+)+-[0-9])[a-z]")


@record
class PodPlace:
    """What pods may be scheduled to; empty where nothing says it."""

    instance_types: tuple[str, ...]
    families: tuple[str, ...]
    bought: tuple[str, ...]
    regions: tuple[str, ...]


def place_of(running: Running, graph: Graph) -> PodPlace:
    """Find what the pods ask of a node themselves, and what the pools that they fit into offer."""
    asked = list(_asked(running.pod))
    pools = [pool for pool in _pools(graph) if _fits(pool, running.pod)]
    every = [*asked, *(pair for pool in pools for pair in pool.offers)]
    own = [values for keys, values in every if keys in TYPE]
    return PodPlace(
        instance_types=tuple(dict.fromkeys(name for values in own[:1] or () for name in values)),
        families=_of(every, FAMILY),
        bought=tuple(each.lower().replace("_", "-") for each in _of(every, BOUGHT)),
        regions=_regions(every, [running.resource.region, *(pool.region for pool in pools), graph.region]),
    )


@record
class _Pool:
    labels: Mapping[str, str]
    offers: tuple[tuple[str, tuple[str, ...]], ...]
    accelerated: bool
    region: str | None


Wanted = tuple[str, tuple[str, ...]]


def _asked(pod: Mapping[str, Any]) -> Iterator[Wanted]:
    for key, value in mapping_at(pod, "spec", "nodeSelector").items():
        yield key, (str(value),)
    required = mapping_at(
        pod, "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"
    )
    for term in list_at(required, "nodeSelectorTerms")[:1]:
        yield from _terms(list_at(term, "matchExpressions"))


def _terms(expressions: Sequence[Any]) -> Iterator[Wanted]:
    for each in expressions:
        key, operator = step(each, "key"), step(each, "operator")
        if isinstance(key, str) and operator == "In":
            yield key, tuple(str(value) for value in list_at(each, "values"))


def _pools(graph: Graph) -> Iterator[_Pool]:
    """Read Karpenter's pools (also as v1beta1 and v1alpha5 wrote them), and EKS's managed groups."""
    for each in graph.resources:
        spec = mapping_at(each.inputs, "spec")
        if is_kind(each, "NodePool"):
            template = mapping_at(spec, "template")
            labels = mapping_at(template, "metadata", "labels")
            name = {"karpenter.sh/nodepool": str(step(each.inputs, "metadata", "name"))}
            yield _pool({**labels, **name}, _terms(list_at(template, "spec", "requirements")))
        elif is_kind(each, "Provisioner"):
            name = {"karpenter.sh/provisioner-name": str(step(each.inputs, "metadata", "name"))}
            yield _pool({**mapping_at(spec, "labels"), **name}, _terms(list_at(spec, "requirements")))
        elif each.type == _NODE_GROUP:
            types = tuple(str(name) for name in list_at(each.inputs, "instanceTypes"))
            bought = str(step(each.inputs, "capacityType") or "ON_DEMAND")
            yield _pool(
                mapping_at(each.inputs, "labels"), [(TYPE[0], types), (BOUGHT[0], (bought,))], each.region
            )


def _pool(
    labels: Mapping[str, Any], offers: Iterator[Wanted] | Sequence[Wanted], region: str | None = None
) -> _Pool:
    kept = tuple((key, values) for key, values in offers if values)
    words = [*labels, *labels.values(), *(key for key, _ in kept), *(v for _, values in kept for v in values)]
    return _Pool({key: str(value) for key, value in labels.items()}, kept, _is_accelerated(words), region)


_ACCELERATED = re.compile(
    r"gpu|nvidia|accelerator|neuron|^(?:p[2-9]|g[4-9]|inf[12]|trn[12])[a-z0-9-]*(?:\.|$)", re.I
)
"""Words that only pools with accelerators have; the last are AWS's families of them."""


def _is_accelerated(words: Sequence[object]) -> bool:
    return any(_ACCELERATED.search(str(word)) for word in words)


def _fits(pool: _Pool, pod: Mapping[str, Any]) -> bool:
    """Say whether pods may be scheduled to a pool; a pool that says nothing of accelerators holds none."""
    known = dict(pool.offers) | {key: (value,) for key, value in pool.labels.items()}
    asked = [(key, values) for key, values in _asked(pod) if key in known]
    strange = [key for key, _ in _asked(pod) if key not in known and not key.startswith(_OF_A_NODE)]
    return pool.accelerated and not strange and all(set(values) & set(known[key]) for key, values in asked)


_OF_A_NODE = (
    "kubernetes.io/",
    "node.kubernetes.io/",
    "topology.kubernetes.io/",
    "karpenter.",
    "nvidia.com/",
    "eks.",
)
"""Labels that a node has of itself: a pool need not name them."""


def _of(every: Sequence[Wanted], keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for key, values in every if key in keys for value in values))


def _regions(every: Sequence[Wanted], providers: Sequence[str | None]) -> tuple[str, ...]:
    zones = (_ZONE.fullmatch(zone) for zone in _of(every, ZONE))
    said = [*_of(every, REGION), *(match[1] for match in zones if match)]
    return tuple(dict.fromkeys(said)) or tuple(each for each in providers if each)[:1]
