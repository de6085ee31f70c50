"""Savings Plans have a rate for each type, kind of plan and term; those without upfront payment are read."""

from decimal import Decimal

from plimsoll.catalog.refresh.calls import Asking, Call, Row

HOME = "us-east-1"
"""The service has one endpoint for all regions."""
_MOST_A_PAGE = 1000
_YEAR_S = 365 * 24 * 3600
_PLANS = {"Compute": "compute_sp", "EC2Instance": "ec2_instance_sp"}


def read_savings_plans(asking: Asking, region: str) -> dict[tuple[str, str], Decimal]:
    """Read the rates of a region, USD per hour, by instance type and kind (`compute_sp_1y`).

    Raises:
        CallFailedError: the call fails, or a rate cannot be used.
    """
    call = Call("savingsplans", "describe_savings_plans_offering_rates", region, HOME)
    asked = {"region": region, "productDescription": "Linux/UNIX", "tenancy": "shared"}
    rows = asking.items(
        call,
        "searchResults",
        "nextToken",
        savingsPlanPaymentOptions=["No Upfront"],
        savingsPlanTypes=list(_PLANS),
        products=["EC2"],
        serviceCodes=["AmazonEC2"],
        filters=[{"name": name, "values": [value]} for name, value in asked.items()],
        maxResults=_MOST_A_PAGE,
    )
    found: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        properties = {each["name"]: each["value"] for each in call.of(row, "properties")}
        if not properties.get("instanceType") or properties.get("region", region) != region:
            continue
        key = properties["instanceType"], _kind(row, call)
        rate = call.amount(call.of(row, "rate"), f"{key[0]} under {key[1]}")
        if found.setdefault(key, rate) != rate:
            raise call.refuse("TwoRates", f"{key[0]} has two rates of {key[1]}: {found[key]} and {rate}")
    return found


def _kind(row: Row, call: Call) -> str:
    plan = call.of(row, "savingsPlanOffering")
    if call.of(row, "unit") != "Hrs" or call.of(plan, "currency") != "USD":
        why = f"a rate is in {plan['currency']} per {row['unit']}, not in USD per Hrs"
        raise call.refuse("UnexpectedUnit", why)
    years = int(call.of(plan, "durationSeconds")) // _YEAR_S
    return f"{_PLANS.get(call.of(plan, 'planType'), call.of(plan, 'planType'))}_{years}y"
