"""OpenCost is told what a plan pays, pool by pool: the same dated prices, net of discounts.

Its CSV provider (opencost/opencost pkg/cloud/provider/csvprovider.go) takes the price of a node by one label,
else that of the first row of its type and region, and reads the file again every hour.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from plimsoll.ground.start_up import record
from plimsoll.objects.caps.workload import pools_of
from plimsoll.objects.cluster import Object
from plimsoll.objects.tags import CostTags
from plimsoll.observability.node_price import NODE_KINDS, BilledLine, usd_of_node
from plimsoll.plan.of_stack import AUTO_MODE
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.sizing.pool import Pool

if TYPE_CHECKING:  # start-up: only a portfolio has groups
    from plimsoll.plan.portfolio.groups.group import Group

NAMESPACE, NAME = "opencost", "plimsoll-prices"
FOLDER, FILE = "/var/plimsoll", "prices.csv"
COLUMNS = "EndTimestamp,InstanceID,Region,AssetClass,InstanceIDField,InstanceType,MarketPriceHourly,Version"
POOL_OF_NODE = {"karpenter": "karpenter.sh/nodepool", AUTO_MODE: "karpenter.sh/nodepool"}
NODE_GROUP = "eks.amazonaws.com/nodegroup"
"""The label that names a node's pool, by who makes the nodes."""

Plans = Mapping[str, Plan | RunPlan]


@record
class _Row:
    spot: bool
    pool: str
    region: str
    instance_type: str
    usd_per_hour: str
    as_of: str

    def text(self, label: str) -> str:
        field = f"metadata.labels.{label}"
        return ",".join(
            [self.as_of, self.pool, self.region, "node", field, self.instance_type, self.usd_per_hour, ""]
        )


def price_list(plans: Plans, nodes: str, groups: "Sequence[Group]" = ()) -> str:
    """Write what a node of each pool costs per hour, US dollars; `nodes` says who makes the nodes.

    Pools of `groups` are shared by services: their own plans have none for them.

    Pools on demand come first: a node that no pool names costs what its type does there, as all nodes of
    managed node groups do, whose names are made up. A pool's nodes that fall back from spot to on-demand cost
    the pool's price too; the fee of EKS Auto Mode is in none. A pool of which a commitment covers hours costs
    what an hour more of it does.
    """
    label = POOL_OF_NODE.get(nodes, NODE_GROUP)
    rows = {row for name, plan in plans.items() for row in _rows(name, plan)}
    rows |= {row for group in groups for row in _shared_rows(group)}
    ordered = sorted(rows, key=lambda row: (row.spot, row.pool, row.instance_type, row.usd_per_hour))
    return "\n".join([COLUMNS, *(row.text(label) for row in ordered)]) + "\n"


def _rows(name: str, plan: Plan | RunPlan) -> Iterator[_Row]:
    for pool in pools_of(plan):
        line, spot = _line(plan.cost.lines, pool), pool.capacity_type == "spot"
        if line is not None:
            yield _Row(spot, f"{name}-{pool.name}", plan.chosen.region, **_priced(line, plan.cost.lines))
    for line in plan.cost.lines:
        if line.kind == "fixed" and line.instance_type:
            region = plan.chosen.region
            yield _Row(spot=False, pool="system", region=region, **_priced(line, plan.cost.lines))


def _shared_rows(group: "Group") -> Iterator[_Row]:
    lines = [line.written() for line in group.rented.bill.lines]
    for pool in (each.pool for each in group.rented.pools):
        line, node, spot = _line(lines, pool), group.node, pool.capacity_type == "spot"
        if line is not None:
            yield _Row(spot, f"{node.name}-{pool.name}", node.region, **_priced(line, lines))


def _priced(line: BilledLine, lines: Sequence[BilledLine]) -> dict[str, str]:
    return {
        "instance_type": line.instance_type or "",
        "usd_per_hour": usd_of_node(line, lines),
        "as_of": line.as_of,
    }


def _line(lines: Sequence[BilledLine], pool: Pool) -> BilledLine | None:
    """Find the line that pays a pool's nodes as it rents them: expected, else the ceiling's, if any."""
    spot = pool.capacity_type == "spot"
    found = [
        line
        for of in ("expected", "floor", "ceiling")
        for line in lines
        if line.kind in NODE_KINDS and line.of == of and line.instance_type == pool.instance_type
    ]
    own = [line for line in found if line.pool in (pool.name, "run")]
    return next((line for line in own if line.item.endswith("spot)") is spot), own[-1] if own else None)


def price_objects(text: str, tags: CostTags) -> tuple[Object, ...]:
    """Build the price list as a ConfigMap, with OpenCost's namespace, which is there before its chart."""
    labels = tags.labels()
    return (
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}},
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": dict(labels)},
            "data": {FILE: text},
        },
    )


def price_values() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Set the values of OpenCost's chart that make it read the price list: exporter, volumes."""
    exporter = {
        "extraEnv": {"USE_CSV_PROVIDER": "true", "CSV_PATH": f"{FOLDER}/{FILE}"},
        "extraVolumeMounts": [{"name": NAME, "mountPath": FOLDER, "readOnly": True}],
    }
    return exporter, [{"name": NAME, "configMap": {"name": NAME}}]
