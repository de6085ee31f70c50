"""Groups are kept only where they lower the sum and break no limit, of the file or of a tenant's spec."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.plan.portfolio.file import PortfolioFile
from plimsoll.plan.portfolio.groups.deployed import joint_sums
from plimsoll.plan.portfolio.groups.group import Group, own_usd_of
from plimsoll.plan.portfolio.limits import vcpus_of
from plimsoll.plan.quotas.quota import quotas_of


def kept(
    groups: Sequence[Group], given: Mapping[str, Candidate], tried: Sequence[Search], file: PortfolioFile
) -> tuple[Group, ...]:
    """Keep groups one after the other, those that save most first; `given` is what each rents alone.

    A group draws on commitments as everybody does, so that what it saves alone it may lose beside others.
    """
    found: list[Group] = []
    now = joint_sums(given, found)
    for group in sorted(groups, key=lambda each: (-each.saves, each.node.tenants)):
        then = joint_sums(given, [*found, group])
        saves = then["expected"] < now["expected"]
        fits = _within_file([*found, group], given, file, then) and _within_specs(group, given, tried)
        if saves and fits:
            found.append(group)
            now = then
    return tuple(sorted(found, key=lambda each: each.node.tenants))


def _within_file(
    groups: Sequence[Group], given: Mapping[str, Candidate], file: PortfolioFile, sums: Mapping[str, Decimal]
) -> bool:
    budget = file.budget
    if budget is not None and sums[budget.basis] > budget.usd_per_month:
        return False
    tenants = {name for group in groups for name in group.node.tenants}
    needs: dict[tuple[str, str], int] = {}
    for name, candidate in given.items():
        for key, vcpus in vcpus_of(candidate).items() if name not in tenants else ():
            needs[key] = needs.get(key, 0) + vcpus
    for group in groups:
        instance = group.chosen[0].instance
        for quota in quotas_of(lambda _, host=instance: host, [each.pool for each in group.rented.pools]):
            key = group.node.region, quota.code or ""
            needs[key] = needs.get(key, 0) + quota.vcpus
    return all(vcpus <= file.quotas.get(code, vcpus) for (_, code), vcpus in needs.items())


def _within_specs(group: Group, given: Mapping[str, Candidate], tried: Sequence[Search]) -> bool:
    """Hold the budget of each tenant's own spec against what it pays with its part of the nodes."""
    budgets = {each.workload.name: each.workload.budget for each in tried}
    for part in group.node.parts:
        budget = budgets[part.name]
        if budget is None:
            continue
        bill = given[part.name].must_be_sized().bill
        whole = bill.ceiling if budget.basis == "ceiling" else bill.expected
        mine = part.usd_per_month_ceiling if budget.basis == "ceiling" else part.usd_per_month_expected
        if whole - own_usd_of(given[part.name], budget.basis) + Decimal(mine) > Decimal(
            str(budget.usd_per_month)
        ):
            return False
    return True
