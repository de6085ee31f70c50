"""What a query summed up becomes charges: categories of FOCUS and line item types of CUR in one language."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from plimsoll.actuals.bills.cur import SPLIT
from plimsoll.actuals.bills.focus import BOUGHT
from plimsoll.actuals.charge import BillCharge, Category, PaidBill, Split
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.units import usd_text

_CATEGORIES: Mapping[str, Category] = {
    "Usage": "usage",
    "DiscountedUsage": "usage",
    "SavingsPlanCoveredUsage": "usage",
    "SavingsPlanNegation": "usage",
    "EdpDiscount": "usage",
    "PrivateRateDiscount": "usage",
    "BundledDiscount": "usage",
    "SppDiscount": "usage",
    "Discount": "usage",
    "Purchase": "purchase",
    "Fee": "purchase",
    "RIFee": "purchase",
    "SavingsPlanRecurringFee": "purchase",
    "SavingsPlanUpfrontFee": "purchase",
    "Tax": "tax",
    "Credit": "credit",
    "Refund": "adjustment",
    "Adjustment": "adjustment",
    SPLIT: "usage",
}
"""ChargeCategory of FOCUS 1.2, line_item_line_item_type of CUR 2.0, and what each is here."""

_PAY_FOR_COMMITMENTS = frozenset({"RIFee", "SavingsPlanRecurringFee"})
"""Types whose paid amount is made to be what nobody used."""

_OURS = frozenset({"", "AWS", "Amazon Web Services", "Amazon Web Services, Inc."})
"""Names of the provider whose prices plans hold."""

CURRENCY = "USD"


def bill_of(source: str, file: str, rows: Sequence[Mapping[str, Any]]) -> PaidBill:
    """Read the sums of an export.

    Raises:
        SpecError: they are of another currency or cloud, or of a category that nobody knows.
    """
    problems = [*_foreign(rows, file)]
    if problems:
        raise SpecError(problems)
    plain = [row for row in rows if row["category"] != SPLIT]
    splits = [row for row in rows if row["category"] == SPLIT]
    charges = tuple(charge for row in plain for charge in _charges(row))
    return PaidBill(source, file, charges, (), tuple(map(_split, splits)))


def _foreign(rows: Iterable[Mapping[str, Any]], file: str) -> Iterable[Problem]:
    rows = list(rows)
    for currency, (count, _) in _by(rows, "currency").items():
        if currency != CURRENCY:
            what = f"{count:,} rows are in {currency or 'no currency'}"
            yield Problem(what, f"plans are in {CURRENCY}", "export the bill in US dollars", file=file)
    for provider, (count, usd) in _by(rows, "provider").items():
        if provider not in _OURS:
            what = f"{count:,} rows (${usd_text(usd)}) are of {provider}"
            yield Problem(what, "plans are of AWS", "keep its rows in a file of their own", file=file)
    for category, (count, _) in _by(rows, "category").items():
        if category not in _CATEGORIES:
            what = f"{count:,} rows are of the category {category!r:.60}"
            why = f"known are {', '.join(sorted(set(_CATEGORIES) - {SPLIT}))}"
            yield Problem(what, why, "use the release that knows this version of the export", file=file)


def _by(rows: Iterable[Mapping[str, Any]], key: str) -> dict[str, tuple[int, Decimal]]:
    found: dict[str, tuple[int, Decimal]] = {}
    for row in rows:
        count, usd = found.get(row[key], (0, Decimal(0)))
        found[row[key]] = count + int(row["charges"]), usd + _amount(row, "billed_usd")
    return dict(sorted(found.items()))


def _charges(row: Mapping[str, Any]) -> Iterable[BillCharge]:
    kind = str(row["category"])
    category = _category(kind, row)
    if kind in _PAY_FOR_COMMITMENTS:
        yield _charge(row, "unused")
        yield _charge(row, "purchase", rows=0)
        return
    yield _charge(row, category)


def _category(kind: str, row: Mapping[str, Any]) -> Category:
    category = _CATEGORIES[kind]
    if kind == "Purchase" and row["commitment"] != BOUGHT:
        return "usage"
    if category == "usage" and "support" in str(row["service"]).lower():
        return "support"
    if category == "usage" and row["commitment"] == "Unused":
        return "unused"
    return category


def _charge(row: Mapping[str, Any], category: Category, *, rows: int | None = None) -> BillCharge:
    day: date = row["day"]
    return BillCharge(
        day=day,
        category=category,
        workload=row["workload"],
        pool=row["pool"],
        cluster=row["cluster"],
        service=row["service"],
        unit=row["unit"],
        instance_type=row["instance_type"],
        usage=row["usage"],
        quantity=_amount(row, "quantity") if row["counted"] else None,
        list_usd=_amount(row, "list_usd"),
        effective_usd=_amount(row, "effective_usd"),
        billed_usd=_amount(row, "billed_usd"),
        committed=bool(row["commitment"]) and category == "usage",
        correction=row["class"] == "Correction",
        rows=int(row["charges"]) if rows is None else rows,
        copies=int(row["duplicates"]) if rows is None else rows,
        unlisted=bool(row["unlisted"]),
    )


def _split(row: Mapping[str, Any]) -> Split:
    return Split(
        row["day"],
        row["workload"],
        row["usage"] or row["unit"],
        _amount(row, "quantity"),
        _amount(row, "list_usd"),
        _amount(row, "effective_usd"),
    )


def _amount(row: Mapping[str, Any], name: str) -> Decimal:
    value = row[name]
    return Decimal(0) if value is None else Decimal(value)
