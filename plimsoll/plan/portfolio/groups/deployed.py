"""What is deployed of a portfolio: who is in a group runs on its nodes, everybody else on their own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_text
from plimsoll.money.bill import Bill
from plimsoll.money.line import BASES, Line
from plimsoll.money.totals import Cost, MonthlyUsd
from plimsoll.plan.cost import at_list
from plimsoll.plan.plan import Plan
from plimsoll.plan.portfolio.document import JointUsd
from plimsoll.plan.portfolio.groups.group import Group, JointRent, own_lines
from plimsoll.plan.size import plan_of
from plimsoll.plan.total import Addend, summed
from plimsoll.sizing.pool import Pool
from plimsoll.sizing.sharing.share import SHARED_RESOURCE

if TYPE_CHECKING:  # start-up: only a plan with a discounts file has one
    from plimsoll.money.purchase import Purchase


@record
class Deployed:
    """Plans by workload, in the order of the specs, and the groups on whose nodes tenants of them run.

    A tenant's plan rents no node for its replicas: its pool says how many pods there are, and its cost what
    it pays besides.
    """

    plans: Mapping[str, Plan]
    groups: tuple[Group, ...]

    def group_of(self, workload: str) -> Group | None:
        """Find the group that a workload is a tenant of; None where it has nodes of its own."""
        return next((each for each in self.groups if workload in each.node.tenants), None)


def deployed(plans: Mapping[str, Plan], tried: Sequence[Search], groups: Sequence[Group]) -> Deployed:
    """Put tenants on the nodes of their groups; the others' plans are as they are."""
    searches = {each.workload.name: each for each in tried}
    moved = {
        name: tenant_plan(searches[name], chosen, group.rented)
        for group in groups
        for name, chosen in zip(group.node.tenants, group.chosen, strict=True)
    }
    assumed = {name: plan.assumptions for name, plan in plans.items()}
    told = {name: _with_assumed(plan, assumed[name]) for name, plan in moved.items()}
    return Deployed({name: told.get(name, plan) for name, plan in plans.items()}, tuple(groups))


def _with_assumed(plan: Plan, before: Sequence[object]) -> Plan:
    """Keep what a spec was read with: the assumptions that the plan of its own nodes tells too, and first."""
    own = {each.name for each in plan.assumptions}
    kept = tuple(each for each in before if getattr(each, "name", None) not in own)
    return replace(plan, assumptions=(*kept, *plan.assumptions))  # type: ignore[arg-type]


def tenant_plan(tried: Search, chosen: Candidate, rented: JointRent) -> Plan:
    """Plan a workload as a tenant: what runs is as it was tried there, the nodes are the group's."""
    others = tuple(each for each in tried.holding if each is not chosen)
    plan = plan_of(replace(tried, holding=(chosen, *others)), chosen)
    share = chosen.setup.pod.share or rented.pools[0].pool.share
    pool = _without_nodes(replace(plan.chosen.pools[0], share=share))
    bill, purchase = besides(chosen)
    serving = replace(plan.serving, accelerator_resource=share.resource if share else SHARED_RESOURCE)
    return replace(
        plan,
        chosen=replace(plan.chosen, pools=(pool,), share=share),
        serving=serving,
        cost=_cost(plan.cost, bill, own=purchase is not None),
        quotas=(),
        purchase=purchase,
    )


def _without_nodes(pool: Pool) -> Pool:
    return replace(pool, min_nodes=0, max_nodes=0, overshoot_nodes=0, scheduled_nodes=0)


def _cost(whole: Cost, bill: Bill, *, own: bool) -> Cost:
    """Write the money that a tenant pays besides the nodes; no other terms are told of it."""
    return replace(
        whole,
        usd_per_month=MonthlyUsd(usd_text(bill.floor), usd_text(bill.expected), usd_text(bill.ceiling)),
        list_usd_per_month=at_list(bill) if own else None,
        lines=tuple(line.written() for line in bill.lines),
        usd_per_million_output_tokens=None,
        alternatives=dict.fromkeys(whole.alternatives),
        reserved_1y_nodes=None,
    )


def besides(candidate: Candidate) -> "tuple[Bill, Purchase | None]":
    """Bill what a candidate pays besides the nodes of its replicas."""
    sized = candidate.must_be_sized()
    if sized.purchase is None:
        nodes = {id(line) for line in own_lines(candidate)}
        return Bill.of([line for line in sized.bill.lines if id(line) not in nodes]), None
    from plimsoll.money.own_bill import smaller_bill  # start-up: only with a discounts file

    return smaller_bill(sized.bill, sized.purchase, replace(sized.fleet, pools=(), hourly_nodes=()), {})


def joint_sums(given: Mapping[str, Candidate], groups: Sequence[Group]) -> dict[str, Decimal]:
    """Sum what candidates cost where those in groups share nodes; what a region shares counts once."""
    tenants = {
        name: candidate
        for group in groups
        for name, candidate in zip(group.node.tenants, group.chosen, strict=True)
    }
    bills = [
        (one.option.region, *besides(tenants[name]))
        if name in tenants
        else (one.option.region, one.must_be_sized().bill, one.must_be_sized().purchase)
        for name, one in given.items()
    ]
    bills += [(each.node.region, each.rented.bill, each.rented.purchase) for each in groups]
    return summed([_addend(region, bill.lines, purchase) for region, bill, purchase in bills])


def _addend(region: str, lines: Sequence[Line], purchase: "Purchase | None") -> Addend:
    return Addend(region, tuple(line.written() for line in lines), purchase)


def joint_usd(given: Mapping[str, Candidate], groups: Sequence[Group]) -> JointUsd:
    """Write the same as the document carries it."""
    sums = joint_sums(given, groups)
    return JointUsd(*(usd_text(sums[of]) for of in BASES))
