"""The rule `plan-drift` asks whether the resources cost what the plan said they would."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.gate.case import Case
from plimsoll.gate.claims import claimants, claimed, claimed_at_list
from plimsoll.gate.money import ZERO, Amount, amount_of, usd_of
from plimsoll.gate.rule import Config, Finding, NotApplicableError, Rule
from plimsoll.gate.scope import Scope
from plimsoll.ground.units import usd_display
from plimsoll.pricing.result import Unpriceable


def _judge(case: Case, config: Config) -> Iterator[Finding]:
    planned, at_list = config.get("usdPerMonth"), config.get("listUsdPerMonth")
    tolerance = usd_of(config["toleranceUsd"])
    claims = _claims(case)
    if planned is None and at_list is None and not claims:
        raise NotApplicableError("no committed plan is given, and no component states a ceiling")
    for urn, (claim, cost) in claims.items():
        if cost > claim + tolerance:
            message = (
                f"its children can cost {usd_display(cost)}/month; it states {usd_display(claim)}"
                "\nlet the component create what its plan says, or plan again"
            )
            yield Finding("drift", urn, message, usd_per_month=cost)
    if planned is not None:
        yield from _against_plan(amount_of(case, Scope(), "ceiling"), usd_of(planned), tolerance)
    if at_list is not None:
        lines = tuple(line for line in case.priced.lines if line.of == "ceiling")
        known = sum((line.usd_at_list for line in lines), ZERO)
        amount = Amount(known, lines, case.priced.cannot_price)
        yield from _against_plan(amount, usd_of(at_list), tolerance, " at list prices")


def _against_plan(amount: Amount, planned: Decimal, tolerance: Decimal, how: str = "") -> Iterator[Finding]:
    if amount.unknown:
        return  # what cannot be priced has its own violation; a sum without it says nothing
    if abs(amount.known - planned) > tolerance:
        message = (
            f"the resources can cost {usd_display(amount.known)}/month{how}, and the committed plan says "
            f"{usd_display(planned)}\nrun 'plimsoll plan' again and commit the plan, or restore the resources"
        )
        yield Finding("drift", None, message, usd_per_month=amount.known)


def _claims(case: Case) -> dict[str, tuple[Decimal, Decimal]]:
    """Set each component's claim beside what its own children cost.

    Both are at list prices where the claim says them: which hours a commitment covers is decided over the
    whole graph, and no component can know it.
    """
    claims: dict[str, Decimal] = {}
    at_list: set[str] = set()
    for resource in case.created():
        try:
            claim, listed = claimed(resource), claimed_at_list(resource)
        except Unpriceable:
            continue  # `unpriced-cost` refuses it
        if claim is not None:
            claims[resource.urn] = claim if listed is None else listed
            if listed is not None:
                at_list.add(resource.urn)
    costs = _costs(case, at_list) if claims else {}
    return {urn: (claim, costs.get(urn, ZERO)) for urn, claim in claims.items()}


def _costs(case: Case, at_list: set[str]) -> dict[str, Decimal]:
    """Add up the ceilings of what stands below each component that makes a claim."""
    costs: dict[str, Decimal] = {}
    for line in case.priced.lines:
        resource = case.by_urn.get(line.urn)
        above = claimants(resource, case) if resource is not None and line.of == "ceiling" else ()
        for each in above:
            usd = line.usd_at_list if each.urn in at_list else line.usd_per_month
            costs[each.urn] = costs.get(each.urn, ZERO) + usd
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
        "listUsdPerMonth": {
            "type": "number",
            "minimum": 0,
            "description": "Ceiling of the committed plan at list prices, USD per month.",
        },
        "toleranceUsd": {
            "type": "number",
            "minimum": 0,
            "default": 0,
            "description": "Difference that is let pass, USD per month.",
        },
    },
)
