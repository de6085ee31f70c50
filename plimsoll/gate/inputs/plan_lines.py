"""The bill of a plan file is read line by line, and held against its own arithmetic."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from plimsoll.gate.inputs.plan_fields import NUMBER, UnreadableError, decimal, list_of, text
from plimsoll.gate.inputs.reader import MONEY, Json
from plimsoll.pricing import Charge
from plimsoll.pricing.result import cost_of

PlanLine = tuple[Json, Charge]
"""A line as the file has it, and as a charge."""


def lines_of(document: Json, read: Callable[[Json], Charge]) -> list[PlanLine]:
    """Read every line of a bill; what is wrong in one is named with its place.

    Raises:
        UnreadableError: a line is none of ours.
    """
    found: list[PlanLine] = []
    for index, line in enumerate(list_of(document, "cost", "lines")):
        try:
            found.append((cast("Json", line), read(line)))
        except UnreadableError as error:
            raise UnreadableError(f"cost.lines[{index}].{error.path}", str(error)) from None
    return found


def charge_of(line: Json, urn: str, per: str, **hours: Any) -> Charge:  # noqa: ANN401 - fields of a charge
    """Read a line, which must be its quantity times its unit price; `per` is the key of that amount.

    Raises:
        UnreadableError: it is not.
    """
    of = text(line, "of")
    quantity, unit_price = decimal(line, NUMBER, "quantity"), decimal(line, NUMBER, "usd_per_unit")
    amount = decimal(line, MONEY, per)
    if cost_of(quantity, unit_price) != amount:
        raise UnreadableError(per, f"{amount} is not {quantity} × {unit_price}")
    return Charge(
        urn,
        text(line, "item"),
        cast("Any", of),
        quantity,
        text(line, "unit"),
        unit_price,
        amount,
        text(line, "source"),
        text(line, "as_of"),
        inferred=bool(line.get("inferred")),
        **hours,
    )


def sum_of(charges: Iterable[Charge], of: str) -> Decimal:
    """Add up what counts towards a number."""
    return sum((charge.usd_per_month for charge in charges if charge.of == of), Decimal(0))


def check_sums(lines: Iterable[PlanLine], money: Mapping[str, Decimal], per: str) -> None:
    """Hold each number of a plan against the sum of its lines.

    Raises:
        UnreadableError: one is another.
    """
    charges = [charge for _, charge in lines]
    for of, total in money.items():
        if (summed := sum_of(charges, of)) != total:
            raise UnreadableError(f"cost.{per}.{of}", f"{total} is not the sum of its lines, {summed}")


def whole_hours(lines: Sequence[Charge]) -> tuple[Charge, ...]:
    """Put covered and other hours of one instance type together: other plans may split them elsewhere."""
    found: dict[object, Charge] = {}
    for line in lines:
        key = (line.of, *line.types) if line.types else (line.of, line.item)
        if key in found:
            line = replace(
                found[key],
                item=f"nodes {line.instance_type}",
                quantity=found[key].quantity + line.quantity,
                usd_per_month=found[key].usd_per_month + line.usd_per_month,
            )
        found[key] = line
    return tuple(found.values())


def hours_of(line: Json, region: str, spot: Sequence[object]) -> dict[str, Any]:
    """Read what a discounts file may change of a line: its list price, and whose hours it bills."""
    listed = None if line.get("list_usd_per_unit") is None else decimal(line, NUMBER, "list_usd_per_unit")
    kind = line.get("instance_type")
    types = (kind,) if isinstance(kind, str) and kind else ()
    return {
        "kind": "commitment" if line.get("kind") == "commitment" else "fixed",
        "instance_type": "".join(types),
        "list_usd_per_unit": listed,
        "region": region,
        "types": types,
        "coverable": bool(types) and line.get("pool") not in spot,
    }
