"""A priced resource graph, ready to be shown: one line per resource, or per group of free ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.units import usd_display
from plimsoll.pricing import Priced, ResourceCost

STACK_TYPE = "pulumi:pulumi:Stack"
_INDENTS = {True: ("└─ ", "   "), False: ("├─ ", "│  ")}


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line. `cost` covers the resource and everything below it; None if free."""

    lead: str
    kind: str
    name: str
    cost: ResourceCost | None


def short_kind(resource: Resource) -> str:
    """The last part of a type token: `aws:ec2/vpc:Vpc` is `Vpc`."""
    return resource.type.rpartition(":")[2]


def with_children(costs: Mapping[str, ResourceCost], graph: Graph) -> dict[str, ResourceCost]:
    """Each resource's money with that of its descendants; None where a part cannot be priced."""
    floors: dict[str, Decimal | None] = {}
    ceilings: dict[str, Decimal | None] = {}
    parents = {found.urn: found.parent for found in graph.resources}
    for urn in parents:
        own = costs.get(urn)
        above: str | None = urn
        while above is not None:
            floors[above] = _plus(floors.get(above, Decimal(0)), own.floor if own else Decimal(0))
            ceilings[above] = _plus(ceilings.get(above, Decimal(0)), own.ceiling if own else Decimal(0))
            above = parents.get(above)
    return {urn: ResourceCost(floors[urn], ceilings[urn]) for urn in parents}


def _plus(total: Decimal | None, amount: Decimal | None) -> Decimal | None:
    return None if total is None or amount is None else total + amount


def tree_rows(graph: Graph, priced: Priced) -> list[Row]:
    """The resource tree from the stack down: priced resources by name, free ones counted by type."""
    costs = with_children(priced.by_resource(), graph)
    below: dict[str | None, list[Resource]] = {}
    for found in graph.resources:
        below.setdefault(found.parent, []).append(found)
    roots = below.get(None, [])
    return [row for root in roots for row in _walk(root, below, costs, "", "")]


def _walk(
    resource: Resource,
    below: Mapping[str | None, Sequence[Resource]],
    costs: Mapping[str, ResourceCost],
    lead: str,
    indent: str,
) -> Iterator[Row]:
    yield Row(lead, short_kind(resource), resource.name, _shown(costs[resource.urn]))
    groups = list(_grouped(below.get(resource.urn, []), below, costs))
    for index, group in enumerate(groups):
        branch, deeper = _INDENTS[index == len(groups) - 1]
        if len(group) == 1:
            yield from _walk(group[0], below, costs, indent + branch, indent + deeper)
        else:
            yield Row(indent + branch, f"{short_kind(group[0])} ×{len(group)}", "", None)


def _grouped(
    resources: Sequence[Resource],
    below: Mapping[str | None, Sequence[Resource]],
    costs: Mapping[str, ResourceCost],
) -> Iterator[list[Resource]]:
    """Dearest first; free leaves of one type together."""

    def order(found: Resource) -> tuple[bool, bool, Decimal, str, str]:
        ceiling = costs[found.urn].ceiling
        free = found.urn not in below and _shown(costs[found.urn]) is None
        return free, ceiling is not None, -(ceiling or Decimal(0)), short_kind(found), found.name

    ordered = sorted(resources, key=order)
    for (free, _), group in groupby(ordered, key=lambda r: (order(r)[0], r.type if order(r)[0] else r.urn)):
        members = list(group)
        yield from [members] if free else [[member] for member in members]


def _shown(cost: ResourceCost) -> ResourceCost | None:
    return None if cost.floor == 0 and cost.ceiling == 0 else cost


def money(amount: Decimal | None) -> str:
    """Money for the tree; a dash where it cannot be bounded."""
    return "?" if amount is None else usd_display(amount)


def tree_text(graph: Graph, priced: Priced) -> str:
    """The tree as text: floor and ceiling, USD a month, at the right of each priced line."""
    rows = tree_rows(graph, priced)
    labels = [f"{row.lead}{row.kind} {row.name}".rstrip() for row in rows]
    width = max([len(label) for label in labels] + [24]) + 2
    head = f"{'USD a month':<{width}}{'floor':>14}{'ceiling':>16}"
    lines = [head]
    for label, row in zip(labels, rows, strict=True):
        if row.cost is None:
            lines.append(label)
        else:
            lines.append(f"{label:<{width}}{money(row.cost.floor):>14}{money(row.cost.ceiling):>16}")
    return "\n".join(lines) + "\n"
