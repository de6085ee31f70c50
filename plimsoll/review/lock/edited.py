"""Where a lock was edited shows in what does not agree with itself any more: money, prices, the spec."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from plimsoll.ground.tree import list_at, mapping_at, step
from plimsoll.ground.units import to_cent
from plimsoll.review.lock.text import digest_of

_PRICE = ("usd_per_unit", "source", "as_of")


def edited_at(document: Mapping[str, Any]) -> str:
    """Name the first place that does not agree with the rest; empty where nothing shows."""
    return next(_disagreeing(document), "")


def _disagreeing(document: Mapping[str, Any]) -> Iterator[str]:
    plan = mapping_at(document, "plan")
    if digest_of(mapping_at(plan, "workload")) != step(document, "spec", "sha256"):
        yield "plan.workload"
    lines = list_at(plan, "cost", "lines")
    sums: dict[object, Decimal] = {}
    per_run = mapping_at(plan, "cost", "usd_per_run")
    for index, line in enumerate(lines):
        if per_run and step(line, "scope") == "cluster":
            continue  # work that ends is added up a run
        usd = _number(step(line, "usd_per_run" if per_run else "usd_per_month"))
        if to_cent(_number(step(line, "quantity")) * _number(step(line, "usd_per_unit"))) != usd:
            yield f"plan.cost.lines[{index}]"
        sums[step(line, "of")] = sums.get(step(line, "of"), Decimal(0)) + usd
    told, key = (
        (per_run, "usd_per_run") if per_run else (mapping_at(plan, "cost", "usd_per_month"), "usd_per_month")
    )
    for of, usd in told.items():
        if _number(usd) != sums.get(of):
            yield f"plan.cost.{key}.{of}"
    yield from _unpriced(list_at(document, "rows"), lines)


def _unpriced(rows: Any, lines: Any) -> Iterator[str]:  # noqa: ANN401 - foreign JSON
    """Every line has a row with its price, and every row is some line's."""
    known = [tuple(step(row, key) for key in _PRICE) for row in rows]
    used = [tuple(step(line, key) for key in _PRICE) for line in lines]
    yield from (f"rows[{index}]" for index, price in enumerate(known) if price not in used)
    yield from (f"plan.cost.lines[{index}]" for index, price in enumerate(used) if price not in known)


def _number(value: object) -> Decimal:
    """Read an amount; nothing where it is none, so that it agrees with nothing."""
    try:
        found = Decimal(value) if isinstance(value, str) and len(value) < 40 else Decimal(-1)
    except InvalidOperation:
        return Decimal(-1)
    return found if found.is_finite() else Decimal(-1)
