"""A portfolio as documents carry it: the verdict, the sums, what each gets, who degrades, what binds."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from plimsoll.ground import meaning
from plimsoll.ground.start_up import record
from plimsoll.sizing.limits import Reason
from plimsoll.sizing.sharing.tenants import Stretched

JointVerdict = Literal["holds", "degraded", "refused"]


@record
class JointUsd:
    """The three numbers of all workloads together; null if one of them is refused."""

    floor: Annotated[str | None, "With no traffic. " + meaning.USD_PER_MONTH]
    expected: Annotated[str | None, "With the load as described. " + meaning.USD_PER_MONTH]
    ceiling: Annotated[str | None, "The most that the created resources can cost. " + meaning.USD_PER_MONTH]


@record
class BudgetUse:
    """The budget of all workloads, and what it would take."""

    usd_per_month: Annotated[str, "What the portfolio allows. " + meaning.USD_PER_MONTH]
    basis: Annotated[str, "The number that it limits: expected or ceiling."]
    need_usd_per_month: Annotated[
        str,
        "What all take together; a refused workload counts with what it asks for. " + meaning.USD_PER_MONTH,
    ]


@record
class QuotaUse:
    """One Service Quota in one region, and what the most nodes of every pool and those in flight take."""

    code: Annotated[str, "Service Quotas code."]
    name: Annotated[str, "Name of the quota."]
    region: Annotated[str, "AWS region: a quota holds in each by itself."]
    need_vcpus: Annotated[int, "vCPU that all take; a refused workload counts with what it asks for."]
    limit_vcpus: Annotated[int | None, "vCPU that the portfolio allows; null where it says nothing."]


@record
class GivenUp:
    """A workload that does not get all that it asks for."""

    name: Annotated[str, "Name of the workload."]
    was: Annotated[int, "Most replicas that it asks for."]
    now: Annotated[int, "Most replicas that it gets; 0 if it is refused."]
    loses: Annotated[str, "What no longer holds, limit by limit of the sla."]


@record
class BudgetCost:
    """What the own budget of a spec costs in the joint choice, which it decides."""

    usd_per_month_expected: Annotated[
        str | None,
        "What it adds to what all are expected to cost; below zero where spot is preferred, null where it "
        "refuses the workload. " + meaning.USD_PER_MONTH,
    ]
    usd_per_month_ceiling: Annotated[str | None, "What it adds to the ceiling. " + meaning.USD_PER_MONTH]
    instead: Annotated[str, "Candidate that the workload would get without it."]
    message: Annotated[str, "The same in words."]


@record
class JointShare:
    """What one workload gets, and what it would have got alone."""

    name: Annotated[str, "Name of the workload."]
    priority: Annotated[float, "Higher goes first; 1 where the file says none."]
    chosen: Annotated[str | None, "Candidate that it gets; null if it is refused."]
    replicas: Annotated[int | None, "Most replicas that it gets; null if it is refused."]
    usd_per_month_expected: Annotated[str | None, "Its plan's expected cost. " + meaning.USD_PER_MONTH]
    alone: Annotated[str | None, "Candidate that it would choose alone; null if nothing holds for it."]
    alone_usd_per_month_expected: Annotated[str | None, "Expected cost of that. " + meaning.USD_PER_MONTH]
    budget_cost: Annotated[
        BudgetCost | None, "What the spec's own budget costs; null where it decides nothing."
    ]


@record
class TenantPart:
    """What one workload has of nodes that several share, and its part of their money."""

    name: Annotated[str, "Name of the workload."]
    pods: Annotated[int, "Its pods at the peak, each with one of the resource."]
    resource: Annotated[str, "Extended resource that a pod of it asks for."]
    usd_per_month_expected: Annotated[
        str, "Its part; the parts add up to that of the nodes. " + meaning.USD_PER_MONTH
    ]
    usd_per_month_ceiling: Annotated[str, "Its part at the ceiling, alike. " + meaning.USD_PER_MONTH]
    saves_usd_per_month: Annotated[str, "What it rents alone, less its part. " + meaning.USD_PER_MONTH]


@record
class SliceOf:
    """One slice of one accelerator, and whose it is."""

    node: Annotated[int, "Node, from 1."]
    accelerator: Annotated[int, "Accelerator of the node, from 1."]
    tenant: Annotated[str, "Workload whose pod has it."]
    profile: Annotated[str, "MIG profile."]


@record
class SharedNode:
    """Services that could share nodes: turns on one accelerator, or slices of several; what that saves."""

    instance_type: Annotated[str, "EC2 instance type that carries all of them."]
    region: Annotated[str, "AWS region."]
    tenants: Annotated[tuple[str, ...], "Names of the workloads."]
    usd_per_month_expected: Annotated[str, "The nodes, with their volumes. " + meaning.USD_PER_MONTH]
    saves_usd_per_month: Annotated[str, "Less than what they rent alone. " + meaning.USD_PER_MONTH]
    latency_ms: Annotated[
        Mapping[str, Mapping[str, Stretched]],
        "What each then waits, by name and key of the sla; empty of slices, which wait as they do alone.",
    ]
    kind: Annotated[Literal["time_slicing", "mig"], "How they share."]
    nodes: Annotated[int, "Nodes that carry all of them."]
    usd_per_month_ceiling: Annotated[
        str, "The most that these nodes cost, those in flight included. " + meaning.USD_PER_MONTH
    ]
    parts: Annotated[tuple[TenantPart, ...], "Who has what of them, and pays what: counted once in all."]
    accelerators: Annotated[
        tuple[tuple[SliceOf, ...], ...], "The slices of each accelerator, largest first; empty of turns."
    ]
    exact: Annotated[bool, "Whether no other way to lay the pods takes fewer nodes."]
    name: Annotated[
        str,
        "Name of the group: namespace, cost tag and head of the pools of its nodes, where manifests take it.",
    ]


@record
class KeptApart:
    """Two services that both allow turns, and why they cannot share one accelerator."""

    tenants: Annotated[tuple[str, ...], "Names of the workloads."]
    reasons: Annotated[tuple[Reason, ...], "Every limit that they would break together."]


@record
class JointWayOut:
    """One single change with which all workloads fit, and the price that they then have together."""

    workload: Annotated[str | None, "Workload whose spec changes; null for the portfolio's file."]
    change: Annotated[str, "Dotted path into that spec, or into the file."]
    from_: Annotated[Any, "What stands there."]
    to: Annotated[Any, "What to put there."]
    usd_per_month_ceiling: Annotated[str, "Ceiling of all of them then. " + meaning.USD_PER_MONTH]
    message: Annotated[str, "The same in words."]


@record
class JointRefusal:
    """Why not all workloads get what they ask for, and the priced ways out."""

    binding: Annotated[tuple[str, ...], "Codes of the limits that bind: budget, quota."]
    ways_out: Annotated[tuple[JointWayOut, ...], "Single changes with which all fit, cheapest first."]
    message: Annotated[str, "The same in words."]


@record
class Portfolio:
    """The joint plan of several workloads under one budget and one set of quotas."""

    verdict: Annotated[JointVerdict, "holds; degraded: some get less; refused: some get nothing."]
    usd_per_month: Annotated[JointUsd, "The sums; parts that a cluster shares count once."]
    budget: Annotated[BudgetUse | None, "The budget; null where the file has none."]
    quotas: Annotated[tuple[QuotaUse, ...], "Every quota that is taken of."]
    degraded: Annotated[tuple[GivenUp, ...], "Who gives up what; empty where it holds."]
    shares: Annotated[tuple[JointShare, ...], "What each workload gets, in the order of the specs."]
    shared: Annotated[
        tuple[SharedNode, ...],
        "Who could share nodes with whom (time_slicing, mig); in no sum but usd_per_month_shared.",
    ]
    kept_apart: Annotated[tuple[KeptApart, ...], "Who cannot share with whom, pair by pair, and why."]
    refusal: Annotated[JointRefusal | None, "Why not all is given; null where it holds."]
    proven: Annotated[bool, "Whether nothing cheaper exists; false if there was too much to try."]
    usd_per_month_shared: Annotated[
        JointUsd | None,
        "The sums where those who could share nodes do; null where nobody could, or not all is given.",
    ]
    exit_code: Annotated[int, "0 holds, 4 only the budget binds, 3 otherwise; or the highest of the plans."]
