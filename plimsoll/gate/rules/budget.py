"""The monthly budget, of the stack and of parts of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from plimsoll.gate.money import Amount, amount_of, usd_of
from plimsoll.gate.rule import Config, Finding, Rule, Scene
from plimsoll.gate.scope import SCOPE_SCHEMA, Scope
from plimsoll.gate.story import over_budget_message, over_budget_story
from plimsoll.ground.units import usd_display

if TYPE_CHECKING:
    from plimsoll.gate.settings import Settings

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


@dataclass(frozen=True, slots=True)
class Budget:
    """One budget: a scope, an amount in USD per month, and the basis it is judged on."""

    scope: Scope
    usd_per_month: Decimal
    basis: str


def budgets(config: Config) -> tuple[Budget, ...]:
    """Read every budget of a configuration; all of them must hold."""
    basis = config.get("basis", "ceiling")
    found: list[Budget] = []
    if config.get("usdPerMonth") is not None:
        found.append(Budget(Scope(), usd_of(config["usdPerMonth"]), basis))
    found += [
        Budget(Scope.read(entry), usd_of(entry["usdPerMonth"]), entry.get("basis", basis))
        for entry in config.get("scopes", ())
    ]
    return tuple(found)


def headline_budget(settings: "Settings") -> tuple[Decimal | None, str]:
    """The budget of the whole stack and its basis, for the head of a report."""
    config = settings.config(BUDGET)
    usd = config.get("usdPerMonth")
    return (None if usd is None else usd_of(usd)), config.get("basis", "ceiling")


def over(budget: Budget, amount: Amount, urn: str | None = None) -> Finding | None:
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


def _judge(scene: Scene, config: Config) -> Iterator[Finding]:
    for budget in budgets(config):
        yield from unowned(budget, scene, sorted(scene.costly))
        amount = amount_of(scene, budget.scope, budget.basis)
        finding = over(budget, amount)
        if finding is not None:
            yield finding
        elif amount.unknown and "unpriced-cost" not in scene.blocking:
            yield _unproven(budget, amount)


def _unproven(budget: Budget, amount: Amount) -> Finding:
    """A budget cannot hold for what has no price, whatever the level of the policy that says so."""
    first = amount.unknown[0]
    count = len(amount.unknown)
    message = (
        f"{budget.scope} cannot be shown to stay within {usd_display(budget.usd_per_month)}/month: "
        f"{count} part{'s' * (count != 1)} cannot be priced; first: {first.message}"
    )
    return Finding(first.code, first.urn or None, message)


def unowned(budget: Budget, scene: Scene, urns: Iterable[str]) -> Iterator[Finding]:
    """Refuse cost that no team or environment answers for, where budgets are by team or environment."""
    if budget.scope.everything:
        return
    for urn in urns:
        resource = scene.by_urn.get(urn)
        noun = budget.scope.unowned(resource, scene) if resource is not None else None
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
