"""A budget limits what a scope may cost in a month; a configuration may hold several."""

from dataclasses import dataclass
from decimal import Decimal

from plimsoll.gate.money import usd_of
from plimsoll.gate.rule import Config
from plimsoll.gate.scope import Scope


@dataclass(frozen=True, slots=True)
class MonthlyBudget:
    """One budget holds a scope, an amount in USD per month, and the basis it is judged on."""

    scope: Scope
    usd_per_month: Decimal
    basis: str


def budgets(config: Config) -> tuple[MonthlyBudget, ...]:
    """Read every budget of the policy's configuration; all of them must hold.

    The configuration has the defaults of the policy's schema, as `Settings.config` gives it.
    """
    several = [
        MonthlyBudget(Scope.read(entry), usd_of(entry["usdPerMonth"]), entry.get("basis", config["basis"]))
        for entry in config.get("scopes", ())
    ]
    return (*stack_budgets(config), *several)


def stack_budgets(config: Config) -> tuple[MonthlyBudget, ...]:
    """Read the budget of the stack without a scope, which heads a report; empty if there is none."""
    usd = config.get("usdPerMonth")
    if usd is None:
        return ()
    return (MonthlyBudget(Scope(), usd_of(usd), config["basis"]),)
