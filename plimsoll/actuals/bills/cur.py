"""CUR 2.0 as AWS exports it: one row a line item, its type says what its costs mean."""

from plimsoll.actuals.bills.columns import Columns
from plimsoll.actuals.bills.dialect import NOTHING, Dialect, ExportColumn, literal, typed
from plimsoll.actuals.bills.query import Rows
from plimsoll.actuals.bills.tag_keys import CLUSTER_KEYS, POOL_KEYS, WORKLOAD

TITLE = "CUR 2.0 export"

NEEDED = (
    "line_item_currency_code",
    "line_item_line_item_type",
    "line_item_unblended_cost",
    "line_item_usage_start_date",
    "pricing_public_on_demand_cost",
)
"""Columns without which nothing can be compared."""

SPLIT = "Split"
"""What stands for a line item type on rows of split cost allocation."""

_COVERED = {
    "SavingsPlanCoveredUsage": "savings_plan_savings_plan_effective_cost",
    "DiscountedUsage": "reservation_effective_cost",
}
"""Types of usage that a commitment covers, and where their amortised cost stands."""

_FEES = {
    "SavingsPlanRecurringFee": ("savings_plan_total_commitment_to_date", "savings_plan_used_commitment"),
    "RIFee": (
        "reservation_unused_amortized_upfront_fee_for_billing_period",
        "reservation_unused_recurring_fee",
    ),
}
"""Types that pay for a commitment, and the columns of which what nobody used is made."""

_IDENTITY = (
    "identity_line_item_id",
    "identity_time_interval",
    "bill_billing_period_start_date",
    "line_item_usage_account_id",
    "line_item_usage_end_date",
    "line_item_resource_id",
    "line_item_operation",
    "line_item_line_item_description",
    "line_item_availability_zone",
    "pricing_rate_code",
    "split_line_item_parent_resource_id",
    "savings_plan_savings_plan_a_r_n",
    "reservation_reservation_a_r_n",
    "resource_tags",
)
"""Columns of CUR 2.0 that nearly always tell charges apart."""

ATHENA = (
    *typed("TIMESTAMP", "line_item_usage_start_date line_item_usage_end_date bill_billing_period_start_date"),
    *typed("DOUBLE", "line_item_unblended_cost line_item_usage_amount pricing_public_on_demand_cost"),
    *typed("DOUBLE", "savings_plan_savings_plan_effective_cost reservation_effective_cost"),
    *typed("DOUBLE", "savings_plan_total_commitment_to_date savings_plan_used_commitment"),
    *typed("DOUBLE", "reservation_unused_amortized_upfront_fee_for_billing_period"),
    *typed("DOUBLE", "reservation_unused_recurring_fee"),
    *typed("MAP(VARCHAR, VARCHAR)", "product resource_tags"),
    *typed("TEXT", "identity_line_item_id identity_time_interval line_item_currency_code pricing_unit"),
    *typed("TEXT", "line_item_line_item_type line_item_product_code line_item_resource_id"),
    *typed("TEXT", "line_item_usage_account_id line_item_usage_type product_instance_type"),
)
"""The columns of CUR 2.0 that are read, with their types in Athena; split columns only where chosen."""


def rows_of(relation: str, columns: Columns, dialect: Dialect) -> Rows:
    """Say what each column of the answer is made of.

    Raises:
        SpecError: a column is missing.
    """
    columns.need(NEEDED, TITLE)
    return Rows(
        relation=relation,
        start=dialect.instant(columns.by_name["line_item_usage_start_date"]),
        texts=_texts(columns, dialect),
        amounts=_amounts(columns, dialect),
        identity=columns.identity(_IDENTITY),
        every=columns.every(dialect),
    )


def _texts(columns: Columns, dialect: Dialect) -> dict[str, str]:
    tags, text = columns.get("resource_tags", "tags"), dialect.text
    kind = text(columns.by_name["line_item_line_item_type"])
    parent = columns.get("split_line_item_parent_resource_id")
    is_split = f"{text(parent)} <> ''"
    unlisted = dialect.unlisted(columns.by_name["pricing_public_on_demand_cost"])
    return {
        "category": f"CASE WHEN {is_split} THEN {literal(SPLIT)} ELSE {kind} END" if parent else kind,
        "workload": columns.tag(dialect, tags, WORKLOAD),
        "pool": columns.tag(dialect, tags, POOL_KEYS),
        "cluster": columns.tag(dialect, tags, CLUSTER_KEYS),
        "service": text(columns.get("line_item_product_code")),
        "unit": text(columns.get("pricing_unit")),
        "instance_type": _instance_type(columns, dialect),
        "usage": text(columns.get("line_item_usage_type")),
        "commitment": f"CASE WHEN {kind} IN ({_names(_COVERED)}) THEN 'Used' ELSE '' END",
        "class": NOTHING,
        "currency": text(columns.by_name["line_item_currency_code"]),
        "provider": NOTHING,
        "unlisted": f"CASE WHEN {kind} IN ('Usage', {_names(_COVERED)}) THEN {unlisted} ELSE '' END",
    }


def _instance_type(columns: Columns, dialect: Dialect) -> str:
    own = columns.get("product_instance_type")
    said = [f"NULLIF({own.sql}, '')"] if own is not None else []
    return f"COALESCE({', '.join([*said, *dialect.tag(columns.get('product'), ['instance_type']), NOTHING])})"


def _amounts(columns: Columns, dialect: Dialect) -> dict[str, str]:
    kind = columns.by_name["line_item_line_item_type"].sql
    unblended = dialect.amount(columns.by_name["line_item_unblended_cost"])
    listed = f"COALESCE({dialect.amount(columns.by_name['pricing_public_on_demand_cost'])}, {unblended})"
    used = f"{kind} IN ('Usage', {_names(_COVERED)})"
    plain = {
        "quantity": f"CASE WHEN {used} THEN {_amount(columns, dialect, 'line_item_usage_amount')} END",
        "list_usd": f"CASE WHEN {used} THEN {listed} ELSE 0 END",
        "effective_usd": _effective(columns, dialect, kind, unblended),
        "billed_usd": unblended,
    }
    return _with_split(columns, dialect, plain)


def _effective(columns: Columns, dialect: Dialect, kind: str, unblended: str) -> str:
    """Amortise: covered usage at its share of the commitment, fees at what nobody used of theirs."""
    cases = [
        f"WHEN {kind} = {literal(name)} THEN {_amount(columns, dialect, column)}"
        for name, column in _COVERED.items()
        if columns.get(column) is not None
    ]
    for name, (first, second) in _FEES.items():
        sign = "-" if name.startswith("Savings") else "+"
        unused = f"{_amount(columns, dialect, first)} {sign} {_amount(columns, dialect, second)}"
        cases.append(f"WHEN {kind} = {literal(name)} THEN {unused}")
    cases.append(f"WHEN {kind} = 'SavingsPlanNegation' THEN 0")
    return f"CASE {' '.join(cases)} ELSE {unblended} END"


def _with_split(columns: Columns, dialect: Dialect, plain: dict[str, str]) -> dict[str, str]:
    """On rows of split cost allocation, put split cost for list cost, and unused cost for what is paid."""
    parent = columns.get("split_line_item_parent_resource_id")
    if parent is None:
        return plain
    split = {
        "quantity": _amount(columns, dialect, "split_line_item_split_usage"),
        "list_usd": _amount(columns, dialect, "split_line_item_split_cost"),
        "effective_usd": _amount(columns, dialect, "split_line_item_unused_cost"),
        "billed_usd": "0",
    }
    is_split = f"{dialect.text(parent)} <> ''"
    return {
        name: f"CASE WHEN {is_split} THEN {split[name]} ELSE {value} END" for name, value in plain.items()
    }


def _amount(columns: Columns, dialect: Dialect, name: str) -> str:
    column = columns.get(name)
    return f"COALESCE({dialect.amount(column)}, 0)" if column is not None else "0"


def _names(names: "dict[str, str] | dict[str, ExportColumn]") -> str:
    return ", ".join(literal(name) for name in names)
