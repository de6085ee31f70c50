"""A priced resource graph, ready to be shown: one line per resource, or per group of free ones."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from plimsoll.gate.verdict import Verdict
from plimsoll.graph.resource import Graph, Resource
from plimsoll.preview.run import Preview
from plimsoll.pricing import CannotPrice, Priced, ResourceCost
from plimsoll.show.clock import prices_text
from plimsoll.show.money import usd
from plimsoll.show.text import PIPED, Style, wrap

_MONEY = 30
"""Columns that floor and ceiling take."""

_INDENTS = {True: ("└─ ", "   "), False: ("├─ ", "│  ")}


@dataclass(frozen=True, slots=True)
class TreeLine:
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
    parents = {resource.urn: resource.parent for resource in graph.resources}
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


def tree_rows(graph: Graph, priced: Priced) -> list[TreeLine]:
    """The resource tree from the stack down: priced resources by name, free ones counted by type."""
    costs = with_children(priced.by_resource(), graph)
    below: dict[str | None, list[Resource]] = {}
    for resource in graph.resources:
        below.setdefault(resource.parent, []).append(resource)
    roots = below.get(None, [])
    return [row for root in roots for row in _walk(root, below, costs, "", "")]


def _walk(
    resource: Resource,
    below: Mapping[str | None, Sequence[Resource]],
    costs: Mapping[str, ResourceCost],
    lead: str,
    indent: str,
) -> Iterator[TreeLine]:
    yield TreeLine(lead, short_kind(resource), resource.name, _shown(costs[resource.urn]))
    groups = list(_grouped(below.get(resource.urn, []), below, costs))
    for index, group in enumerate(groups):
        branch, deeper = _INDENTS[index == len(groups) - 1]
        if len(group) == 1:
            yield from _walk(group[0], below, costs, indent + branch, indent + deeper)
        else:
            yield TreeLine(indent + branch, f"{short_kind(group[0])} ×{len(group)}", "", None)


def _grouped(
    resources: Sequence[Resource],
    below: Mapping[str | None, Sequence[Resource]],
    costs: Mapping[str, ResourceCost],
) -> Iterator[list[Resource]]:
    """Dearest first; free leaves of one type together."""

    def order(resource: Resource) -> tuple[bool, bool, Decimal, str, str]:
        ceiling = costs[resource.urn].ceiling
        free = resource.urn not in below and _shown(costs[resource.urn]) is None
        return free, ceiling is not None, -(ceiling or Decimal(0)), short_kind(resource), resource.name

    ordered = sorted(resources, key=order)
    for (free, _), group in groupby(ordered, key=lambda r: (order(r)[0], r.type if order(r)[0] else r.urn)):
        members = list(group)
        yield from [members] if free else [[member] for member in members]


def _shown(cost: ResourceCost) -> ResourceCost | None:
    return None if cost.floor == 0 and cost.ceiling == 0 else cost


def money(amount: Decimal | None) -> str:
    """Money of a graph; a question mark where it cannot be bounded."""
    return usd(amount, without="?")


def tree_text(graph: Graph, priced: Priced, style: Style = PIPED) -> str:
    """The tree as text: floor and ceiling, USD a month, at the right of each priced line.

    Where a name leaves no room for them beside it, they stand on a line of their own below.
    """
    rows = tree_rows(graph, priced)
    labels = [f"{row.lead}{row.kind} {row.name}".rstrip() for row in rows]
    width = min(max([len(label) for label in labels] + [24]) + 2, style.width - _MONEY)
    lines = [style.paint(f"{'USD a month':<{width}}{'floor':>14}{'ceiling':>16}", "bold")]
    for label, row in zip(labels, rows, strict=True):
        sums = "" if row.cost is None else f"{money(row.cost.floor):>14}{money(row.cost.ceiling):>16}"
        if not sums or len(label) < width:
            lines.append(f"{label:<{width}}{sums}".rstrip())
        else:
            lines += [label, " " * width + sums]
    return "\n".join(lines) + "\n"


def as_text(answer: Preview, style: Style = PIPED) -> str:
    """Write the tree with its total, what cannot be priced, and what the policies say."""
    graph, priced = answer.graph, answer.priced
    where = f" in {graph.region}" if graph.region else ""
    head = f"Stack {graph.stack} of {graph.project}{where}: {len(graph.resources)} resources, "
    total = f"Total: floor {money(priced.floor)}, ceiling {money(priced.ceiling)} a month"
    if priced.net:
        listed = money(priced.floor_at_list), money(priced.ceiling_at_list)
        total += f", net of discounts; at list prices: floor {listed[0]}, ceiling {listed[1]}"
    lines = [
        *wrap(f"{head}{prices_text(answer.clock)}", style.width, "", "  "),
        "",
        tree_text(graph, priced, style),
        *(style.paint(line, "bold") for line in wrap(total, style.width)),
    ]
    paid = [line for line in priced.lines if line.kind == "commitment" and line.of == "ceiling"]
    for line in paid:
        lines += wrap(f"of it {usd(line.usd_per_month)}: {line.item}", style.width, "  ", "    ")
    said = [f"Not priced: {text}" for text in _counted(priced.cannot_price)]
    for text in (*said, *(f"Note: {note}" for note in priced.notes)):
        lines += wrap(text, style.width, "", "  ")
    return "\n".join([*lines, *_judgement(answer.verdict, style)]) + "\n"


def _judgement(verdict: Verdict, style: Style) -> Iterator[str]:
    broken = verdict.violations
    if not broken:
        yield style.paint("Policies: pass", "bold", "green")
        return
    blocking = sum(item.blocks for item in broken)
    colour = "red" if blocking else "yellow"
    findings = f"{len(broken)} finding{'' if len(broken) == 1 else 's'}"
    yield style.paint(f"Policies: {findings}, {blocking} blocking", "bold", colour)
    counts = Counter((item.policy, item.level, _first_line(item.message)) for item in broken)
    for (policy, level, text), count in counts.items():
        yield from wrap(f"{policy} ({level}): {text}{_times(count)}", style.width, "  ", "    ")


def _counted(problems: Sequence[CannotPrice]) -> list[str]:
    """Each message once, with how many resources it speaks of."""
    return [f"{text}{_times(count)}" for text, count in Counter(item.message for item in problems).items()]


def _first_line(message: str) -> str:
    return message.partition("\n")[0]


def _times(count: int) -> str:
    return f" (×{count})" if count > 1 else ""
