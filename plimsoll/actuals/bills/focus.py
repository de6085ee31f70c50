"""FOCUS 1.2 (June 2025) as AWS exports it: one row a charge, four costs, tags in a map or in JSON."""

from collections.abc import Sequence

from plimsoll.actuals.bills.columns import Columns
from plimsoll.actuals.bills.dialect import NO_AMOUNT, NOTHING, Dialect, ExportColumn, literal, typed
from plimsoll.actuals.bills.query import Rows
from plimsoll.actuals.bills.tag_keys import CLUSTER_KEYS, POOL_KEYS, WORKLOAD

TITLE = "FOCUS 1.2 export"

BOUGHT = "Bought"
"""What stands for the status of a commitment on rows that pay for one."""

NEEDED = ("BillingCurrency", "ChargeCategory", "ChargePeriodStart", "EffectiveCost", "ListCost", "Tags")
"""Columns without which nothing can be compared."""

_IDENTITY = (
    "ChargePeriodEnd",
    "BillingPeriodStart",
    "BillingAccountId",
    "SubAccountId",
    "ResourceId",
    "SkuId",
    "SkuPriceId",
    "RegionId",
    "AvailabilityZone",
    "ChargeDescription",
    "ChargeFrequency",
    "PricingCategory",
    "CommitmentDiscountId",
    "CapacityReservationId",
    "InvoiceId",
    "Tags",
    "x_Operation",
    "x_UsageType",
)
"""Columns of FOCUS 1.2 that nearly always tell charges apart."""

ATHENA = (
    *typed("TIMESTAMP", "ChargePeriodStart ChargePeriodEnd BillingPeriodStart"),
    *typed("DOUBLE", "BilledCost ConsumedQuantity EffectiveCost ListCost PricingQuantity"),
    *typed("MAP(VARCHAR, VARCHAR)", "SkuPriceDetails Tags"),
    *typed(
        "TEXT", "BillingCurrency ChargeCategory ChargeClass CommitmentDiscountId CommitmentDiscountStatus"
    ),
    *typed("TEXT", "ChargeDescription ConsumedUnit PricingUnit ProviderName RegionId ResourceId ServiceName"),
    *typed("TEXT", "SkuId SkuPriceId SubAccountId"),
)
"""The columns of `FOCUS_1_2_AWS` that are read, with their types there (AWS's table dictionary)."""


def rows_of(relation: str, columns: Columns, dialect: Dialect) -> Rows:
    """Say what each column of the answer is made of.

    Raises:
        SpecError: a column is missing.
    """
    columns.need(NEEDED, TITLE)
    found = columns.by_name
    return Rows(
        relation=relation,
        start=dialect.instant(found["ChargePeriodStart"]),
        texts=_texts(columns, dialect),
        amounts=_amounts(columns, dialect),
        identity=columns.identity(_IDENTITY),
        every=columns.every(dialect),
    )


def _texts(columns: Columns, dialect: Dialect) -> dict[str, str]:
    tags, text = columns.get("Tags"), dialect.text
    return {
        "category": text(columns.get("ChargeCategory")),
        "workload": columns.tag(dialect, tags, WORKLOAD),
        "pool": columns.tag(dialect, tags, POOL_KEYS),
        "cluster": columns.tag(dialect, tags, CLUSTER_KEYS),
        "service": text(columns.get("ServiceName")),
        "unit": _unit(columns, dialect),
        "instance_type": _instance_type(columns, dialect),
        "usage": _usage(columns, dialect),
        "commitment": _commitment(columns, dialect),
        "class": text(columns.get("ChargeClass")),
        "currency": text(columns.get("BillingCurrency")),
        "provider": text(columns.get("ProviderName", "ServiceProviderName")),
        "unlisted": dialect.unlisted(columns.by_name["ListCost"]),
    }


def _usage(columns: Columns, dialect: Dialect) -> str:
    meter, sentence = columns.get("x_UsageType", "SkuMeter"), columns.get("ChargeDescription")
    return dialect.text(meter) if meter is not None or sentence is None else dialect.meter(sentence)


def _commitment(columns: Columns, dialect: Dialect) -> str:
    """Say whether a commitment was used or not; what was paid for one is bought."""
    category, bought = (
        dialect.text(columns.get("ChargeCategory")),
        dialect.text(columns.get("CommitmentDiscountId")),
    )
    status = dialect.text(columns.get("CommitmentDiscountStatus", "CommitmentDiscountId"))
    return f"CASE WHEN {category} = 'Purchase' AND {bought} <> '' THEN {literal(BOUGHT)} ELSE {status} END"


def _unit(columns: Columns, dialect: Dialect) -> str:
    known = [columns.get(name) for name in ("ConsumedUnit", "PricingUnit")]
    said = [f"NULLIF({dialect.text(column)}, '')" for column in known if column is not None]
    return f"COALESCE({', '.join([*said, NOTHING])})"


def _instance_type(columns: Columns, dialect: Dialect) -> str:
    details = columns.get("SkuPriceDetails")
    keys = ("InstanceType", "x_InstanceType", "instanceType")
    return f"COALESCE({', '.join([*dialect.tag(details, keys), NOTHING])})"


def _amounts(columns: Columns, dialect: Dialect) -> dict[str, str]:
    list_cost, effective = columns.by_name["ListCost"], columns.by_name["EffectiveCost"]
    paid = dialect.amount(effective)
    return {
        "quantity": _quantity(columns, dialect),
        "list_usd": f"COALESCE({dialect.amount(list_cost)}, {paid})",
        "effective_usd": paid,
        "billed_usd": dialect.amount(columns.get("BilledCost") or effective),
    }


def _quantity(columns: Columns, dialect: Dialect) -> str:
    known: Sequence[ExportColumn | None] = [
        columns.get(name) for name in ("ConsumedQuantity", "PricingQuantity")
    ]
    said = [dialect.amount(column) for column in known if column is not None]
    return f"COALESCE({', '.join([*said, NO_AMOUNT])})"
