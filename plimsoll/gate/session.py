"""Judge a program while it runs: each resource before it is created, then the stack.

Three lines of defence, in time. A component's own ceiling counts the moment the component is registered,
before its first child. A running total refuses the very resource that would cross the budget. At the end
the stack is judged once more, over the inputs collected on the way: outputs may be empty then.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from plimsoll.catalog.facts import Catalog
from plimsoll.gate.allowance import with_allowances
from plimsoll.gate.budget import MonthlyBudget, budgets
from plimsoll.gate.case import Case
from plimsoll.gate.exemptions import Exemption, apply_exemptions
from plimsoll.gate.judge import as_violation, crashed, judge_case, judge_resource
from plimsoll.gate.money import Amount, Ledger
from plimsoll.gate.over_budget import still_over_message
from plimsoll.gate.rule import Config, Finding, NotApplicableError, Rule
from plimsoll.gate.rules import RULES
from plimsoll.gate.rules.budget import BUDGET, over, unowned
from plimsoll.gate.rules.facts import UNPRICED_COST
from plimsoll.gate.settings import Settings
from plimsoll.gate.usage import usage_allowances, with_usage
from plimsoll.gate.verdict import Verdict, Violation
from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import AUTOSCALING_GROUP, EC2_NODE_CLASSES, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE
from plimsoll.pricing import Priced, Pricer, price
from plimsoll.pricing.result import ZERO

TARGETS = frozenset({LAUNCH_TEMPLATE, LAUNCH_CONFIGURATION, AUTOSCALING_GROUP, *EC2_NODE_CLASSES})
"""Types that other resources refer to by an id or a name that a preview may not know."""


class Session:
    """A session judges one preview or one update."""

    def __init__(
        self,
        catalog: Catalog,
        settings: Settings,
        exemptions: Sequence[Exemption] = (),
        on_date: str | None = None,
        *,
        stack: str = "",
        project: str = "",
        region: str | None = None,
    ) -> None:
        self.settings = settings
        self.exemptions = exemptions
        self.region: str | None = settings.config(UNPRICED_COST).get("region", region)
        graph = Graph((), stack, project, self.region)
        self.case = Case(graph, Priced(), catalog, on_date or catalog.priced_on, settings.blocking())
        self._pricer = Pricer(self.case.book, self.region)
        self._allowed: dict[str, Priced] = {}
        self._entered: dict[str, tuple[Decimal, Decimal]] = {}
        self._usage = usage_allowances(settings.config(UNPRICED_COST))
        self._usage_lines: dict[str, str] = {}
        self._said: set[Violation] = set()
        self._targets: list[str] = []
        self._rules = list(_resource_rules(settings))
        self._budgets: list[tuple[MonthlyBudget, Ledger]] = []
        if settings.level(BUDGET) != "disabled":
            self._budgets = [(b, Ledger(b.scope)) for b in budgets(settings.config(BUDGET))]

    def register(self, resource: Resource) -> list[Violation]:
        """Judge one resource before it is created, given those registered before it.

        The engine does not say yet what it depends on, so a reference by an id that is not known may mean
        any of the targets registered before: the dearest counts until `finish` knows better.
        """
        self.case.by_urn[resource.urn] = resource
        found: list[Violation] = []
        try:
            before = [ledger.total(budget.basis) for budget, ledger in self._budgets]
            found += self._price(self._with_targets(resource))
            found += self._budget(resource, before)
        except Exception as error:  # noqa: BLE001 - a pricing bug must block, not pass
            found.append(crashed(UNPRICED_COST.name, error, resource.urn))
        for rule, config in self._rules:
            found += self._judge(rule, resource, config)
        in_force = [e for e in self.exemptions if self._in_force(e)]
        kept = apply_exemptions(found, in_force, self.case).kept
        fresh = [v for v in dict.fromkeys(kept) if v not in self._said]
        self._said.update(fresh)
        return fresh

    def finish(self, others: Iterable[Resource] = ()) -> Verdict:
        """Judge the stack at the end.

        `others` are the resources of the stack as the engine has them at the end. Of those that were
        registered here, what they depend on is taken; those that were not are only read, and only listed.
        """
        known = dict(self.case.by_urn)
        extra: list[Resource] = []
        for other in others:
            if other.urn in known:
                known[other.urn] = _linked(known[other.urn], other)
            else:
                extra.append(replace(other, external=True))
        resources = (*known.values(), *extra)
        graph = replace(self.case.graph, resources=resources)
        crash: list[Violation] = []
        try:
            priced = price(graph, self.case.catalog, self.region)
        except Exception as error:  # noqa: BLE001 - a pricing bug must block, not pass
            crash, priced = [crashed(UNPRICED_COST.name, error)], self._pricer.total()
        case = Case(graph, priced, self.case.catalog, self.case.on_date, self.case.blocking)
        return judge_case(case, self.settings, self.exemptions, crash)

    def unsaid(self, verdict: Verdict) -> list[Violation]:
        """List the violations of the verdict that no `register` has reported."""
        return [violation for violation in verdict.violations if violation not in self._said]

    def _in_force(self, exemption: Exemption) -> bool:
        return not exemption.expired(self.case.on_date)

    def _with_targets(self, resource: Resource) -> Resource:
        """Let a resource without dependencies depend on whatever it could refer to."""
        known = resource if resource.dependencies else replace(resource, dependencies=tuple(self._targets))
        if resource.type in TARGETS:
            self._targets.append(resource.urn)
        return known

    def _price(self, resource: Resource) -> list[Violation]:
        for priced in self._pricer.add(resource):
            self._enter(*priced)
        if self.settings.level(UNPRICED_COST) == "disabled":
            return []
        return [
            as_violation(UNPRICED_COST, self.settings, Finding(p.code, p.urn, p.message))
            for p in self._allowed[resource.urn].cannot_price
            if not p.pending
        ]

    def _enter(self, resource: Resource, priced: Priced) -> None:
        """Enter by how much the cost of a resource has changed in every ledger, allowed amounts included."""
        urn = resource.urn
        level = self.settings.level(UNPRICED_COST)
        priced = with_usage(priced, self._usage, self._usage_lines, self.case.on_date)
        priced, _ = with_allowances(priced, self.exemptions, self.case, level)
        self._allowed[urn] = priced
        if priced.lines or priced.cannot_price:
            self.case.costly.add(urn)
        ceiling, floor = priced.known("ceiling"), priced.known("floor")
        was_ceiling, was_floor = self._entered.get(urn, (ZERO, ZERO))
        self._entered[urn] = ceiling, floor
        for _, ledger in self._budgets:
            if urn not in ledger.accounts:
                ledger.open(resource, self.case)
            ledger.enter(resource, self.case, ceiling - was_ceiling, floor - was_floor)

    def _budget(self, resource: Resource, before: Sequence[Decimal]) -> list[Violation]:
        found: list[Finding] = []
        for (budget, ledger), was in zip(self._budgets, before, strict=True):
            total = ledger.total(budget.basis)
            if total > budget.usd_per_month and total > was:
                found += self._crossed(budget, total, resource.urn, first=was <= budget.usd_per_month)
            if not budget.scope.everything and resource.urn in self.case.costly:
                found += unowned(budget, self.case, [resource.urn])
        return [as_violation(BUDGET, self.settings, finding) for finding in found]

    def _crossed(self, budget: MonthlyBudget, total: Decimal, urn: str, *, first: bool) -> Iterator[Finding]:
        """Tell the whole story at the resource that crosses the line, and one line at those behind it."""
        if first:
            finding = over(budget, self._amount(budget, total), urn)
            if finding is not None:
                yield finding
        else:
            message = still_over_message(budget, Amount(total, (), ()))
            yield Finding("over_budget", urn, message, usd_per_month=total)

    def _amount(self, budget: MonthlyBudget, total: Decimal) -> Amount:
        lines = [
            line
            for urn, priced in self._allowed.items()
            if budget.scope.everything or budget.scope.matches(self.case.by_urn[urn], self.case)
            for line in priced.lines
            if line.of == "ceiling"
        ]
        return Amount(total, tuple(lines), ())

    def _judge(self, rule: Rule, resource: Resource, config: Config) -> list[Violation]:
        try:
            findings = judge_resource(rule, resource, self.case, config)
            return [as_violation(rule, self.settings, finding) for finding in findings]
        except NotApplicableError:
            return []
        except Exception as error:  # noqa: BLE001 - a bug inside a rule blocks and says so
            return [crashed(rule.name, error, resource.urn)]


def _linked(registered: Resource, other: Resource) -> Resource:
    """Add to a registered resource what the engine knows of it at the end."""
    return replace(
        registered,
        dependencies=other.dependencies or registered.dependencies,
        property_dependencies=other.property_dependencies,
        id=other.id,
    )


def _resource_rules(settings: Settings) -> Iterable[tuple[Rule, Config]]:
    """Yield the policies that judge single resources and are configured to."""
    for rule in RULES:
        config = settings.config(rule)
        if rule.each is None or settings.level(rule) == "disabled":
            continue
        try:
            rule.check_applies(config)
        except NotApplicableError:
            continue
        yield rule, config
