"""Judge a graph by every policy. A rule that crashes blocks; it never passes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from plimsoll.catalog.facts import Catalog
from plimsoll.gate.allowance import with_allowances
from plimsoll.gate.budget import stack_budgets
from plimsoll.gate.case import Case
from plimsoll.gate.exemptions import Applied, Exemption, apply_exemptions
from plimsoll.gate.rule import Config, Finding, NotApplicableError, Rule
from plimsoll.gate.rules import RULES
from plimsoll.gate.rules.budget import BUDGET
from plimsoll.gate.rules.facts import UNPRICED_COST
from plimsoll.gate.settings import Settings
from plimsoll.gate.usage import UsageAllowance, usage_allowances, with_usage, without_match
from plimsoll.gate.verdict import BudgetUsed, KnownMoney, Money, NotApplicable, Verdict, Violation
from plimsoll.graph.resource import Graph, Resource
from plimsoll.pricing import CannotPrice, Priced, price
from plimsoll.pricing.own.prices import OwnPrices
from plimsoll.pricing.result import Unpriceable, merge


def judge(
    graph: Graph,
    catalog: Catalog,
    settings: Settings | None = None,
    exemptions: Sequence[Exemption] = (),
    on_date: str | None = None,
    *,
    region: str | None = None,
    priced: Priced | None = None,
) -> Verdict:
    """Judge a graph.

    `on_date` (`YYYY-MM-DD`) is the day on which the age of prices and the end of exemptions are judged;
    default: the date of the prices. `priced` is the graph's price if it has been worked out already.
    Equal inputs give equal verdicts.

    Raises:
        ValueError: `priced` is the price of another graph.
    """
    settings = settings or Settings()
    crash: list[Violation] = []
    if priced is None:
        priced, crash = priced_or_crashed(graph, catalog, region)
    elif set(priced.by_resource()) != {resource.urn for resource in graph.resources}:
        raise ValueError("priced is the price of another graph")
    case = Case(graph, priced, catalog, on_date or catalog.priced_on, settings.blocking(), region)
    return judge_case(case, settings, exemptions, crash)


def priced_or_crashed(
    graph: Graph,
    catalog: Catalog,
    region: str | None,
    own: OwnPrices | None = None,
    beside: Priced | None = None,
) -> tuple[Priced, list[Violation]]:
    """Price a graph and what stands beside it; a bug in pricing blocks, and leaves all without a price."""
    try:
        return price(graph, catalog, region, own, beside), []
    except Exception as error:  # noqa: BLE001 - a pricing bug must block, not pass
        nothing = Priced(cannot_price=(CannotPrice("", "unpriced", "pricing crashed"),))
        return merge([nothing, *([beside] if beside is not None else [])]), [
            crashed(UNPRICED_COST.name, error)
        ]


def judge_case(
    case: Case, settings: Settings, exemptions: Sequence[Exemption], crash: Iterable[Violation] = ()
) -> Verdict:
    """Judge a graph that is priced: allowed amounts first, then every policy, then the exemptions."""
    level, allowed = settings.level(UNPRICED_COST), usage_allowances(settings.config(UNPRICED_COST))
    wrong = _matching_nothing(case.priced, allowed)
    used = with_usage(case.priced, allowed, {}, case.on_date)
    priced, through = with_allowances(used, exemptions, case, level)
    case = replace(case, priced=priced)
    violations, skipped = judge_all(case, settings)
    applied = apply_exemptions([*crash, *wrong, *through, *violations], exemptions, case)
    return conclude(case, settings, applied, skipped)


def _matching_nothing(priced: Priced, allowed: Sequence[UsageAllowance]) -> list[Violation]:
    """Refuse an allowance for use that matches nothing, where nobody has refused it before."""
    message = "usageAllowance {!a} matches no resource that bills by use"
    return [
        Violation(UNPRICED_COST.name, "mandatory", "invalid_value", None, message.format(one.glob[:100]))
        for one in without_match(priced, allowed)
    ]


def judge_all(case: Case, settings: Settings) -> tuple[list[Violation], list[NotApplicable]]:
    """Judge a priced graph by every policy; also list the policies that had nothing to judge."""
    violations: list[Violation] = []
    skipped: list[NotApplicable] = []
    for rule in RULES:
        level = settings.level(rule)
        if level == "disabled":
            skipped.append(NotApplicable(rule.name, "disabled by configuration"))
            continue
        config = settings.config(rule)
        try:
            rule.check_applies(config)
            violations += [as_violation(rule, settings, f) for f in _findings(rule, case, config)]
        except NotApplicableError as reason:
            skipped.append(NotApplicable(rule.name, str(reason)))
        except Exception as error:  # noqa: BLE001 - a bug inside a rule blocks and says so
            violations.append(crashed(rule.name, error))
    return violations, skipped


def _findings(rule: Rule, case: Case, config: Config) -> Iterator[Finding]:
    if rule.each is not None:
        for resource in case.created():
            yield from judge_resource(rule, resource, case, config)
    if rule.whole is not None:
        yield from rule.whole(case, config)


def judge_resource(rule: Rule, resource: Resource, case: Case, config: Config) -> Iterable[Finding]:
    """Judge one resource by one rule; an input that cannot be read is a finding with its own code."""
    assert rule.each is not None
    try:
        return list(rule.each(resource, case, config))
    except Unpriceable as refusal:
        return [Finding(refusal.code, resource.urn, refusal.message)]


def as_violation(rule: Rule, settings: Settings, finding: Finding) -> Violation:
    """Give a finding its policy and level."""
    return Violation(
        rule.name,
        settings.level(rule),
        finding.code,
        finding.urn,
        finding.message,
        finding.story,
        finding.usd_per_month,
    )


def crashed(policy: str, error: Exception, urn: str | None = None) -> Violation:
    """Turn a bug inside a rule into a violation that blocks whatever the policy's level."""
    what = f"{type(error).__name__}: {ascii(str(error))[1:-1][:200]}"
    message = (
        f"the policy itself failed ({what}); this is a bug in Plimsoll: nothing passes until it is fixed"
    )
    return Violation(policy, "mandatory", "crashed", urn, message)


def conclude(case: Case, settings: Settings, applied: Applied, skipped: Iterable[NotApplicable]) -> Verdict:
    """Put the verdict together, the worst violation first."""
    violations = tuple(dict.fromkeys(sorted(applied.kept, key=_worst_first)))
    priced = case.priced
    clock = priced.clock(case.catalog.asked_on)
    return Verdict(
        verdict="violation" if any(violation.blocks for violation in violations) else "pass",
        usd_per_month=Money(priced.floor, priced.ceiling),
        list_usd_per_month=Money(priced.floor_at_list, priced.ceiling_at_list) if priced.net else None,
        at_least=KnownMoney(priced.known("floor"), priced.known("ceiling")),
        budget=_headline(settings),
        asked_on=clock.asked_on,
        priced_on=clock.priced_on,
        oldest_on=clock.oldest_on,
        judged_on=case.on_date,
        prices=case.catalog.prices,
        region=case.region,
        lines=priced.lines,
        violations=violations,
        exemptions_used=applied.used,
        exemptions_unused=applied.unused,
        exemptions_expired=applied.expired,
        cannot_price=priced.cannot_price,
        free=priced.free,
        by_use=priced.by_use,
        covered_by_pools=priced.covered_by_pools,
        external=priced.external,
        not_applicable=tuple(skipped),
        level_changes=settings.changes(),
        notes=(*case.graph.notes, *priced.notes),
        not_monthly=case.graph.not_monthly,
    )


def _headline(settings: Settings) -> BudgetUsed | None:
    """Give the budget of the stack, for the head of a report."""
    own = stack_budgets(settings.config(BUDGET))
    return BudgetUsed(own[0].usd_per_month, own[0].basis) if own else None


def _worst_first(violation: Violation) -> tuple[bool, int, str, str, str]:
    rank = next((index for index, rule in enumerate(RULES) if rule.name == violation.policy), len(RULES))
    return not violation.blocks, rank, violation.urn or "", violation.code, violation.message
