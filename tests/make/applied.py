"""A saving is applied as its reader would: with `--set`, or as an entry of a discounts file; then planned."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.ground.problems import SpecError
from plimsoll.plan.beside.saving import Saving
from plimsoll.plan.of_spec import planned_one
from plimsoll.savings.answer import planned_with_savings
from plimsoll.spec.overrides import Overrides, read_overrides
from plimsoll.spec.runs.read import load_any
from plimsoll.speed.read import load_speed
from tests.make.worlds import real

COMMITMENTS = "discounts.commitments"

Answer = Any
"""A plan or a refusal, of a service or of a run."""

Value = tuple[str, Any]
"""A dotted path, and the JSON value to put there; or the commitments, and one more."""


def saved(spec: Path) -> Answer:
    """Plan a spec with its savings."""
    return planned_with_savings(load_any(spec, real()), load_speed())


def applied(spec: Path, saving: Mapping[str, Any] | Any, *, budget: bool = True) -> Answer:
    """Plan a spec with one saving in it; without its budget where the saving is of the plan without."""
    settings = [] if budget else ["budget=null"]
    if saving.change == COMMITMENTS:
        return bare(spec, settings, _terms(spec, saving.to))
    return bare(spec, [*settings, f"{saving.change}={json.dumps(saving.to)}"])


def bare(spec: Path, settings: Sequence[str] = (), terms: Discounts | None = None) -> Answer:
    """Plan a spec with settings, without its savings."""
    said: Overrides | None = read_overrides(list(settings), []) if settings else None
    return planned_one(load_any(spec, real(), said), load_speed(), terms)


def usd_of(plan: Answer) -> tuple[Decimal, Decimal]:
    """What a plan is expected to cost and may cost at most, a month or a run."""
    money = plan.cost.usd_per_run or plan.cost.usd_per_month
    return Decimal(money.expected), Decimal(money.ceiling)


def usd_of_line(saving: Saving) -> tuple[Decimal, Decimal]:
    """The same of a line of savings."""
    run = saving.usd_per_run_expected is not None
    expected = saving.usd_per_run_expected if run else saving.usd_per_month_expected
    ceiling = saving.usd_per_run_ceiling if run else saving.usd_per_month_ceiling
    return Decimal(expected or 0), Decimal(ceiling or 0)


def usd_under(spec: Path, free: Sequence[str], value: Value, now: Decimal) -> Decimal:
    """What the changed spec is expected to cost; as now where it is refused or no spec."""
    path, to = value
    try:
        if path == COMMITMENTS:
            plan = bare(spec, free, _terms(spec, to))
        else:
            plan = bare(spec, [*free, f"{path}={json.dumps(to)}"])
    except SpecError:
        return now
    return usd_of(plan)[0] if hasattr(plan, "cost") else now


def _terms(spec: Path, entry: Mapping[str, Any]) -> Discounts:
    file = spec.with_suffix(".discounts.yaml")
    file.write_text(json.dumps({"commitments": [entry]}), encoding="utf-8")
    return read_discounts(str(file), real())
