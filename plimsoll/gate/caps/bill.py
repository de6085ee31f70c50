"""The caps prove the bill backwards: from the objects in a graph to the most that they permit to be spent.

The nodes of a pool are bounded from two sides. Its own limits bound what Karpenter may create. And a node is
created for a pod that waits, so the pods bound the nodes: what the autoscalers allow, what the quota of the
namespace allows, each pod alone on a node of its own at worst. The smaller bound counts, and
`plimsoll.pricing` turns it into money: the same road that prices a stranger's graph.

That pods bound nodes rests on Plimsoll's admission policies: they refuse pods that could land on a pool
without being a replica of the plan. Where a graph holds no such policy for a namespace, its pods bound
nothing, and the limits must hold alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from plimsoll.catalog.facts import Catalog
from plimsoll.gate.caps.guards import guarded_namespaces
from plimsoll.gate.caps.reading import Cap, Pods, caps_of, lifted, pods_of, quotas_of, with_node_limit
from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import NODE_POOL
from plimsoll.ground.tree import mapping_at
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.pricing import Priced, price

_UNREADABLE = ("invalid_value", "unknown_value")


def permitted(graph: Graph, catalog: Catalog, region: str | None = None) -> Priced:
    """Price a graph at the most that its caps permit; what has no bound is among what cannot be priced.

    Where anything is not what it must be, no cap is believed: the price of the graph says what is wrong.
    """
    as_it_is = price(graph, catalog, region)
    if any(problem.code in _UNREADABLE for problem in as_it_is.cannot_price):
        return as_it_is
    return price(_at_most(graph, as_it_is, catalog, region), catalog, region)


def layer(cap: Cap) -> str:
    """Name the layer of a cap: caps of one layer bound the nodes of all pools without the others.

    Empty for a cap that nothing stands beside: a disk, the size of a node group.
    """
    if cap.kind == "replicas":
        return "replicas"
    if cap.kind == "quota" or cap.path[:2] == ("spec", "limits"):
        return f"{cap.kind} {cap.path[-1]}"
    return ""


def layers(graph: Graph, catalog: Catalog, region: str | None = None) -> dict[str, Decimal | None]:
    """Price what each layer permits without the others, USD a month; None is no bound."""
    caps = caps_of(graph)
    return {
        name: permitted(lifted(graph, _others(caps, name)), catalog, region).ceiling
        for name in dict.fromkeys(map(layer, caps))
        if name
    }


def _others(caps: Sequence[Cap], kept: str) -> list[Cap]:
    """List the caps of every layer but one."""
    return [cap for cap in caps if layer(cap) not in ("", kept)]


def _runs_on(graph: Graph) -> list[tuple[Resource, Pods]]:
    """Pair NodePools with the pods that may run on them: their selector names nothing but its labels."""
    pools = [resource for resource in graph.resources if resource.type == NODE_POOL]
    guarded = guarded_namespaces(graph)
    bounding = [pods for pods in pods_of(graph) if pods.namespace in guarded]
    found: list[tuple[Resource, Pods]] = []
    for pool in pools:
        labels = mapping_at(pool.inputs, "spec", "template", "metadata", "labels")
        texts = {key: str(value) for key, value in labels.items()}
        found += [(pool, pods) for pods in bounding if pods.may_land(texts)]
    return found


def _at_most(graph: Graph, as_it_is: Priced, catalog: Catalog, region: str | None) -> Graph:
    """Limit each NodePool to the nodes that its pods can need, too."""
    by_pool: dict[str, list[Pods]] = {}
    for pool, pods in _runs_on(graph):
        by_pool.setdefault(pool.urn, []).append(pods)
    nodes = _nodes_for_pods(graph, by_pool, as_it_is, catalog, region)

    def limit(resource: Resource) -> Resource:
        most = nodes.get(resource.urn)
        return resource if most is None else with_node_limit(resource, most)

    return replace(graph, resources=tuple(limit(resource) for resource in graph.resources))


def _nodes_for_pods(
    graph: Graph,
    by_pool: Mapping[str, Sequence[Pods]],
    as_it_is: Priced,
    catalog: Catalog,
    region: str | None,
) -> dict[str, int | None]:
    """Bound the nodes of each pool by its pods: one for each, the dearest pool first out of a quota."""
    most: dict[str, int | None] = {pool: _sum(pods) for pool, pods in by_pool.items()}
    spaces: dict[str, list[str]] = {}
    for pool, pods in by_pool.items():
        # A quota bounds a pool only where all of the pool's pods are of its namespace.
        if len({each.namespace for each in pods}) == 1:
            spaces.setdefault(pods[0].namespace, []).append(pool)
    for namespace, pools in spaces.items():
        allowed = _quota_pods(graph, namespace, [pods for pool in pools for pods in by_pool[pool]])
        total = _total([most[pool] for pool in pools])
        if allowed is None or (total is not None and total <= allowed):
            continue
        limits = _nodes_by_limits(as_it_is, pools)
        dear = _dearest_first(graph, pools, catalog, region)
        for pool in dear:
            bounds = [bound for bound in (most[pool], limits[pool]) if bound is not None]
            most[pool] = min([*bounds, allowed])
            allowed -= most[pool] or 0
    return most


def _sum(pods: Sequence[Pods]) -> int | None:
    return _total([each.most for each in pods])


def _total(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _quota_pods(graph: Graph, namespace: str, pods: Sequence[Pods]) -> int | None:
    """Count the pods that the quotas of a namespace let stand at once, if all are the smallest of these."""
    bounds: list[int] = []
    for key, hard in quotas_of(graph, namespace):
        each = min((p.requests.get(key, Decimal(0)) for p in pods), default=None)
        if each:
            # Exact at any size: a Decimal has no quotient of more than 28 digits.
            bounds.append(Fraction(hard) // Fraction(each))
    return min(bounds, default=None)


def _nodes_by_limits(priced: Priced, pools: Sequence[str]) -> dict[str, int | None]:
    """Count the nodes that each pool's own limits permit, as pricing does; None where it has no bound."""
    unbounded = {problem.urn for problem in priced.cannot_price}
    found: dict[str, int | None] = dict.fromkeys(pools, 0) | dict.fromkeys(unbounded & set(pools))
    for line in priced.lines:
        count = found.get(line.urn)
        if count is None or line.of != "ceiling":
            continue
        if line.kind == "nodes":
            found[line.urn] = count + int(line.quantity / HOURS_PER_MONTH)
        elif line.kind == "bound":
            found[line.urn] = None  # its money is bounded, and how many nodes that buys is not known
    return found


def _dearest_first(graph: Graph, pools: Sequence[str], catalog: Catalog, region: str | None) -> list[str]:
    one_each = replace(
        graph,
        resources=tuple(with_node_limit(r, 1) if r.urn in pools else r for r in graph.resources),
    )
    costs = price(one_each, catalog, region).by_resource()
    return sorted(pools, key=lambda pool: (-(costs[pool].ceiling or Decimal(0)), pool))
