"""The rule `plan-drift` asks whether the resources cost what the plan said they would."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.gate.case import Case
from plimsoll.gate.claims import claimant, claimed
from plimsoll.gate.money import ZERO, amount_of, usd_of
from plimsoll.gate.rule import Config, Finding, NotApplicableError, Rule
from plimsoll.gate.scope import Scope
from plimsoll.ground.units import usd_display
from plimsoll.pricing.result import Unpriceable


def _judge(case: Case, config: Config) -> Iterator[Finding]:
    planned = config.get("usdPerMonth")
    tolerance = usd_of(config["toleranceUsd"])
    claims = _claims(case)
    if planned is None and not claims:
        raise NotApplicableError("no committed plan is given, and no component states a ceiling")
    for urn, (claim, cost) in claims.items():
        if cost > claim + tolerance:
            message = (
                f"its children can cost {usd_display(cost)}/month; it states {usd_display(claim)}"
                "\nlet the component create what its plan says, or plan again"
            )
            yield Finding("drift", urn, message, usd_per_month=cost)
    if planned is not None:
        yield from _against_plan(case, usd_of(planned), tolerance)


def _against_plan(case: Case, planned: Decimal, tolerance: Decimal) -> Iterator[Finding]:
    amount = amount_of(case, Scope(), "ceiling")
    if amount.unknown:
        return  # what cannot be priced has its own violation; a sum without it says nothing
    if abs(amount.known - planned) > tolerance:
        message = (
            f"the resources can cost {usd_display(amount.known)}/month, and the committed plan says "
            f"{usd_display(planned)}\nrun 'plimsoll plan' again and commit the plan, or restore the resources"
        )
        yield Finding("drift", None, message, usd_per_month=amount.known)


def _claims(case: Case) -> dict[str, tuple[Decimal, Decimal]]:
    """Set each component's claim beside what its own children cost."""
    claims: dict[str, Decimal] = {}
    for resource in case.created():
        try:
            claim = claimed(resource)
        except Unpriceable:
            continue  # `unpriced-cost` refuses it
        if claim is not None:
            claims[resource.urn] = claim
    costs = _costs(case) if claims else {}
    return {urn: (claim, costs.get(urn, ZERO)) for urn, claim in claims.items()}


def _costs(case: Case) -> dict[str, Decimal]:
    """Add up the ceilings of what stands below each component that makes a claim."""
    costs: dict[str, Decimal] = {}
    for line in case.priced.lines:
        resource = case.by_urn.get(line.urn)
        above = claimant(resource, case) if resource is not None and line.of == "ceiling" else None
        if above is not None:
            costs[above.urn] = costs.get(above.urn, ZERO) + line.usd_per_month
    return costs


PLAN_DRIFT = Rule(
    name="plan-drift",
    description="The resources cost what the committed plan says.",
    level="mandatory",
    severity="high",
    remediation="Plan again and commit the plan, or change the resources back to what it says.",
    whole=_judge,
    schema={
        "usdPerMonth": {
            "type": "number",
            "minimum": 0,
            "description": "Ceiling of the committed plan, USD per month.",
        },
        "toleranceUsd": {
            "type": "number",
            "minimum": 0,
            "default": 0,
            "description": "Difference that is let pass, USD per month.",
        },
    },
)
