"""A stored plan is read back from the JSON document of `plimsoll plan`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.money.line import CostLine
from plimsoll.review.diff.entry import StoredPlan
from plimsoll.review.diff.solution import BASES

PLAN_SCHEMA = "plimsoll.dev/plan/v1"


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Replicas(_Read):
    max: int


class _Chosen(_Read):
    id: str
    instance_type: str
    region: str
    precision: str | None
    replicas: _Replicas


class _Cost(_Read):
    usd_per_month: dict[str, Decimal | None]
    lines: tuple[CostLine, ...]


class _Plan(_Read):
    chosen: _Chosen
    cost: _Cost


def stored_plan(document: Mapping[str, Any], file: str) -> StoredPlan:
    """Read the choice and the bill of a plan.

    Raises:
        SpecError: it is no plan of ours, or its sums are not those of its lines.
    """
    try:
        read = _Plan.model_validate(dict(document))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        fix = "write it again with 'plimsoll plan --format json'"
        raise SpecError(Problem("no plan that can be read", str(first["msg"]), fix, path, file)) from None
    usd = {of: read.cost.usd_per_month.get(of) or Decimal(0) for of in BASES}
    _check_sums(usd, read.cost.lines, file)
    return StoredPlan(
        id=read.chosen.id,
        instance_type=read.chosen.instance_type,
        region=read.chosen.region,
        precision=read.chosen.precision,
        replicas_max=read.chosen.replicas.max,
        usd_per_month=usd,
        lines=read.cost.lines,
    )


def _check_sums(usd: Mapping[str, Decimal], lines: tuple[CostLine, ...], file: str) -> None:
    for of, told in usd.items():
        found = sum((Decimal(line.usd_per_month) for line in lines if line.of == of), Decimal(0))
        if found != told:
            what, why = f"{told} is not the sum of its lines", f"they add up to {found}"
            fix = "the file was edited: write it again with 'plimsoll plan --format json'"
            raise SpecError(Problem(what, why, fix, f"cost.usd_per_month.{of}", file))
