"""The rule `budget` holds the stack, and parts of it, to what they may cost in a month."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from plimsoll.gate.budget import MonthlyBudget, budgets
from plimsoll.gate.case import Case
from plimsoll.gate.money import Amount, amount_of
from plimsoll.gate.over_budget import over_budget_message, over_budget_story
from plimsoll.gate.rule import Config, Finding, Rule
from plimsoll.gate.rules.facts import UNPRICED_COST
from plimsoll.gate.scope import SCOPE_SCHEMA
from plimsoll.ground.units import usd_display

_USD: Mapping[str, Any] = {
    "type": "number",
    "exclusiveMinimum": 0,
    "description": "The most it may cost, USD per month (730 hours).",
}
_BASIS: Mapping[str, Any] = {
    "type": "string",
    "enum": ["ceiling", "expected"],
    "default": "ceiling",
    "description": "Which amount is held against the budget.",
}


def over(budget: MonthlyBudget, amount: Amount, urn: str | None = None) -> Finding | None:
    """Hold an amount against a budget."""
    if amount.known <= budget.usd_per_month:
        return None
    return Finding(
        "over_budget",
        urn,
        over_budget_message(budget, amount),
        over_budget_story(budget, amount),
        amount.known,
    )


def _judge(case: Case, config: Config) -> Iterator[Finding]:
    for budget in budgets(config):
        yield from unowned(budget, case, sorted(case.costly))
        amount = amount_of(case, budget.scope, budget.basis)
        finding = over(budget, amount)
        if finding is not None:
            yield finding
        elif amount.unknown and UNPRICED_COST.name not in case.blocking:
            yield _unproven(budget, amount)


def _unproven(budget: MonthlyBudget, amount: Amount) -> Finding:
    """Refuse a budget's word on what has no price, whatever the level of the policy that says so."""
    first = amount.unknown[0]
    count = len(amount.unknown)
    message = (
        f"{budget.scope} cannot be shown to stay within {usd_display(budget.usd_per_month)}/month: "
        f"{count} part{'s' * (count != 1)} cannot be priced; first: {first.message}"
    )
    return Finding(first.code, first.urn or None, message)


def unowned(budget: MonthlyBudget, case: Case, urns: Iterable[str]) -> Iterator[Finding]:
    """Refuse cost that no team or environment answers for, where budgets are by team or environment."""
    if budget.scope.everything:
        return
    for urn in urns:
        resource = case.by_urn.get(urn)
        noun = budget.scope.unowned(resource, case) if resource is not None else None
        if noun:
            message = f"it costs money, budgets are by {noun}, and no tag or label {noun} says whose it is"
            yield Finding("missing_tag", urn, message)


BUDGET = Rule(
    name="budget",
    description="What the resources can cost in a month stays within the budget.",
    level="mandatory",
    severity="critical",
    remediation=(
        "Lower the limit that the message names, choose a cheaper instance type, raise the budget with its "
        "owner, or ask for an exemption: a record with an amount, an approver and a date."
    ),
    whole=_judge,
    schema={
        "usdPerMonth": _USD,
        "basis": _BASIS,
        "scopes": {
            "type": "array",
            "description": "Budgets of parts of the stack; every one that matches must hold.",
            "items": {
                "type": "object",
                "properties": {**SCOPE_SCHEMA, "usdPerMonth": _USD, "basis": _BASIS},
                "required": ["usdPerMonth"],
            },
        },
    },
    needs=("usdPerMonth", "scopes"),
)
