"""The published document of `plimsoll actual`: a window's plan, its bill, and why they differ."""

from typing import Annotated, Literal

from plimsoll.actuals.variance import Variance
from plimsoll.ground import meaning
from plimsoll.ground.start_up import record

SCHEMA = "plimsoll.dev/actual/v1"

Usd = Annotated[str, "US dollars, to the cent."]


@record
class ActualWindow:
    """The days that were compared, UTC; `end` is not one of them."""

    start: Annotated[str, "First day."]
    end: Annotated[str, "Day after the last."]
    hours: Annotated[int, "Hours in it: what the plan was scaled to."]
    asked_end: Annotated[str, "End that was asked for: later than `end` where the last days are estimates."]


@record
class ActualItem:
    """One thing that is counted, in the plan, the bill or both."""

    item: Annotated[str, "What it is, in the words of the plan, else of the bill."]
    unit: Annotated[str, "What is counted."]
    plan_quantity: Annotated[str | None, "Units planned in the window; null of what no plan has."]
    actual_quantity: Annotated[str | None, "Units billed at a price; null where the bill has none."]
    free_quantity: Annotated[
        str | None, "Units billed for $0.00, in no quantity and no rate; null without any."
    ]
    plan: Annotated[str, "PlannedItem money. US dollars."]
    actual: Annotated[str, "Billed money. US dollars."]


@record
class IdleMoney:
    """Money of what ran for nobody; null where the source cannot tell.

    The first three add up to the nodes' money, each node whole: the accelerator is why it is there.
    """

    empty_nodes_usd: Annotated[
        str | None, "Nodes, or shares of nodes, that no pod had asked for. US dollars."
    ]
    waiting_usd: Annotated[str | None, "Pods that were ready and had no request. US dollars."]
    rest_usd: Annotated[str | None, "The rest: pods at work. US dollars."]
    engine_idle_usd: Annotated[
        str | None, "Time in which a GPU's engine was not active, at the GPU's share of its node. US dollars."
    ]


@record
class ActualRow:
    """One workload of a lock; the last row is `shared`, the parts of the cluster."""

    name: Annotated[str, "Name of the workload; shared for the parts of the cluster."]
    kind: Annotated[
        Literal["service", "run", "shared"], "A run is planned whole, everything else by the window's hours."
    ]
    team: Annotated[str | None, "Team of the owner; null where the spec names none."]
    cost_center: Annotated[str | None, "Cost centre of the owner; null where the spec names none."]
    plan: Annotated[str, "Expected money of the window, at the chosen basis. US dollars."]
    actual: Annotated[str, "Billed money of the window, at the chosen basis. US dollars."]
    variance: Annotated[Variance, "Why they differ: adds up to actual - plan."]
    floor: Annotated[str, "The plan's floor in the window. US dollars."]
    ceiling: Annotated[str, "The plan's ceiling in the window. US dollars."]
    within: Annotated[bool, "Whether actual lies between floor and ceiling."]
    coverage_pct: Annotated[float | None, "Share of the compared money of the bill that carries our tags."]
    idle: Annotated[IdleMoney | None, "Money of what ran for nobody; null where the source cannot tell."]
    items: Annotated[tuple[ActualItem, ...], "The items that plan and bill are made of."]


@record
class AllocatedPart:
    """What one tenant has of shared nodes, and its part of their money: in its row, and in no other sum."""

    name: Annotated[str, "Name of the workload."]
    team: Annotated[str | None, "Team of the owner; null where the spec names none."]
    cost_center: Annotated[str | None, "Cost centre of the owner; null where the spec names none."]
    weight: Annotated[int, "What it has, in the units of the method."]
    pct: Annotated[float, "Its part of what all tenants have: of the money."]
    plan: Annotated[str, "Its part of the plan, idle included. US dollars."]
    actual: Annotated[str, "Its part of the bill, idle included. US dollars."]
    variance: Annotated[Variance, "Its part of the causes: adds up to actual - plan."]
    idle_plan: Annotated[str, "Of its planned part, what no tenant has. US dollars."]
    idle_actual: Annotated[str, "Of its billed part, what no tenant has. US dollars."]


@record
class SharedNodesRow:
    """Nodes that workloads share: whole, and split to the cent. All of it is in the rows of the tenants."""

    name: Annotated[str, "Name of the group: the cost tag of its nodes."]
    instance_type: Annotated[str, "EC2 instance type of the nodes."]
    region: Annotated[str, "AWS region."]
    allocated_method: Annotated[
        Literal["memory_slots", "busy_time"],
        "By what it is split, as planned at the peak: memory slots of MIG slices, or millionths of the time "
        "that each keeps the accelerator busy.",
    ]
    idle_sharing: Annotated[Literal["weighted"], "Idle is shared out by the weights of the tenants."]
    idle_pct: Annotated[float, "Share of the nodes that the plan gives to no tenant."]
    plan: Annotated[str, "Expected money of the nodes in the window. US dollars."]
    actual: Annotated[str, "Billed money of the nodes. US dollars."]
    variance: Annotated[Variance, "Why they differ: adds up to actual - plan."]
    floor: Annotated[str, "The nodes' floor in the window. US dollars."]
    ceiling: Annotated[str, "The nodes' ceiling in the window. US dollars."]
    within: Annotated[bool, "Whether actual lies between floor and ceiling."]
    idle_plan: Annotated[str, "Of the plan, what no tenant has. US dollars."]
    idle_actual: Annotated[str, "Of the bill, what no tenant has. US dollars."]
    items: Annotated[tuple[ActualItem, ...], "The items that plan and bill are made of."]
    parts: Annotated[tuple[AllocatedPart, ...], "Each tenant's part; they add up to the whole."]


@record
class ActualTotal:
    """The sum of the rows."""

    plan: Annotated[str, "Sum of the rows. US dollars."]
    actual: Annotated[str, "Sum of the rows. US dollars."]
    variance: Annotated[Variance, "Sum of the rows."]


@record
class NamedMoney:
    """Money under a name."""

    name: Annotated[str, "What it is."]
    usd: Annotated[str, "US dollars, to the cent."]


@record
class Untagged:
    """Money without a tag of ours: never spread over the rows."""

    usd: Annotated[str, "US dollars, at the chosen basis."]
    pct: Annotated[float | None, "Share of the compared money; null where there is none."]
    services: Annotated[tuple[NamedMoney, ...], "By service, the largest first."]


@record
class Outside:
    """What no plan has: shown, and not in the variance. As billed."""

    credits: Annotated[str, "Credits, refunds and adjustments. US dollars."]
    tax: Annotated[str, "Tax. US dollars."]
    support: Annotated[str, "Support plans. US dollars."]
    usd: Annotated[str, "Their sum. US dollars."]


@record
class Commitments:
    """What reservations and Savings Plans covered, and what nobody used of them."""

    covered_hours: Annotated[str, "Instance-hours of the rows that a commitment covered."]
    uncovered_hours: Annotated[str, "Instance-hours of the rows that none covered."]
    covered_list_usd: Annotated[str, "Covered usage at list prices. US dollars."]
    covered_usd: Annotated[
        str, "Covered usage as it is paid, the commitment spread over its use. US dollars."
    ]
    saving_pct: Annotated[float | None, "How much less covered usage costs than at list; null without any."]
    usd: Annotated[str, "List - effective of all rows: what terms of your own are worth. US dollars."]
    unused_usd: Annotated[str, "Commitment that nothing used. US dollars."]
    purchased_usd: Annotated[str, "Paid for commitments in the window, as billed. US dollars."]


@record
class Anomaly:
    """A day that is far from the same weekday of the four weeks before."""

    name: Annotated[str, "Row that it is of."]
    day: Annotated[str, "The day."]
    usd: Annotated[str, "Money of that day. US dollars."]
    usual: Annotated[str, "Median of the same weekday. US dollars."]
    limit: Annotated[str, "How far a day may be from it: 3 × 1.4826 × MAD, at least $10. US dollars."]
    plan: Annotated[str, "What the plan has for a day. US dollars."]
    days: Annotated[tuple[str, ...], "The days that it was held against."]
    moved: Annotated[str, "The item that moved most."]


@record
class ExpiredSpec:
    """A spec that expired before the last day of the window."""

    name: Annotated[str, "Row that it is of."]
    team: Annotated[str | None, "Team of the owner; null where the spec names none."]
    expires: Annotated[str, "Its last day."]
    usd_after: Annotated[str, "Money of the window after that day. US dollars."]
    last_day: Annotated[str | None, "Last day of the window with money after it; null without any."]


@record
class LedgerEntry:
    """How right the money of a plan was in one month."""

    name: Annotated[str, "Row that it is of."]
    month: Annotated[str, "Month, YYYY-MM; only its days in the window count."]
    plan: Annotated[str, "PlannedItem. US dollars."]
    actual: Annotated[str, "Billed. US dollars."]
    error_pct: Annotated[float | None, "(actual - plan) / plan; null without a plan."]
    within: Annotated[bool, "Whether actual lies between floor and ceiling."]


@record
class OwnerSum:
    """The rows of one team and cost centre."""

    team: Annotated[str | None, "Team; null where the spec names none."]
    cost_center: Annotated[str | None, "Cost centre; null where the spec names none."]
    workloads: Annotated[tuple[str, ...], "Names of its rows."]
    plan: Annotated[str, "PlannedItem. US dollars."]
    actual: Annotated[str, "Billed. US dollars."]
    difference: Annotated[str, "actual - plan. US dollars."]


@record
class RunDay:
    """What a run had cost at the end of a day."""

    day: Annotated[str, "The day."]
    usd: Annotated[str, "Money of that day. US dollars."]
    to_date: Annotated[str, "Money of the run until the end of that day, before the window too. US dollars."]
    of_plan_pct: Annotated[float | None, "Share of the plan that is spent."]
    node_hours: Annotated[str | None, "Instance-hours until then; null where the bill has none."]
    of_hours_pct: Annotated[
        float | None, "Share of the planned instance-hours; null where the bill has none."
    ]


@record
class RunProgress:
    """A run by day: what it has cost of what it was planned to."""

    name: Annotated[str, "The run."]
    state: Annotated[
        Literal["not_started", "under_way", "ended"],
        "not_started: no money yet; ended: money before the window and none in it; else under_way.",
    ]
    began: Annotated[str | None, "First day with money, before the window too; null without any."]
    plan: Annotated[
        str, "Expected money of the whole run; of one that comes every month, of the window. US dollars."
    ]
    ceiling: Annotated[str, "The same of the ceiling. US dollars."]
    before: Annotated[str, "Money of the run before the window: it is taken off the row's plan. US dollars."]
    days: Annotated[tuple[RunDay, ...], "Days of the window with money, in order."]


@record
class SplitRow:
    """What split cost allocation says of one meter of a workload."""

    name: Annotated[str, "The workload."]
    meter: Annotated[str, "What is counted: GPU, vCPU or GB hours, as the export names it."]
    quantity: Annotated[str, "Units that pods used or had reserved."]
    split_usd: Annotated[str, "Money of the pods. US dollars."]
    unused_usd: Annotated[str, "Their share of what no pod had. US dollars."]
    usd_per_unit: Annotated[str | None, "Split money by unit, four decimals; null without units."]


@record
class BillReading:
    """How the bill was read."""

    source: Annotated[str, "focus, cur, ce or opencost."]
    rows: Annotated[int, "Rows of the window that count."]
    duplicates: Annotated[int, "Rows left out: the same as another in every column."]
    corrections_usd: Annotated[str, "Corrections of earlier invoices that are in the rows. US dollars."]
    notes: Annotated[tuple[str, ...], "What else is to be known of the reading."]


@record
class ActualDocument:
    """Plan and bill of a window: the answer of `plimsoll actual`."""

    schema: Annotated[str, meaning.SCHEMA]
    window: Annotated[ActualWindow, "The days that were compared."]
    basis: Annotated[Literal["list", "effective"], "Prices that were compared: list, or as paid."]
    workloads: Annotated[
        tuple[ActualRow, ...], "One row for each lock, its part of shared nodes included, then shared."
    ]
    shared_nodes: Annotated[
        tuple[SharedNodesRow, ...],
        "Nodes that workloads share, as --portfolio says: split over their rows, and in no sum besides.",
    ]
    total: Annotated[ActualTotal, "The sum of the rows."]
    untagged: Annotated[Untagged, "Money without a tag of ours."]
    others: Annotated[tuple[NamedMoney, ...], "Money of workloads that no lock was given for."]
    outside: Annotated[Outside, "Credits, tax and support: not in the variance."]
    commitments: Annotated[Commitments, "What reservations and Savings Plans did."]
    coverage_pct: Annotated[
        float | None, "Share of the compared money that carries our tags; null without any."
    ]
    anomalies: Annotated[tuple[Anomaly, ...], "Days far from the same weekday."]
    ledger: Annotated[tuple[LedgerEntry, ...], "How right the plan was, by row and month."]
    owners: Annotated[tuple[OwnerSum, ...], "The rows by team and cost centre."]
    expired: Annotated[tuple[ExpiredSpec, ...], "Specs that expired, and what they still cost."]
    runs: Annotated[tuple[RunProgress, ...], "Runs by day."]
    split: Annotated[tuple[SplitRow, ...], "Split cost allocation, where the export has it."]
    reading: Annotated[BillReading, "How the bill was read."]
