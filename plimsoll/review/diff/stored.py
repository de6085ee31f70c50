"""A stored plan is read back from the JSON document of `plimsoll plan`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.tree import mapping_at, step
from plimsoll.money.line import CostLine
from plimsoll.money.runs.month import RunLine
from plimsoll.review.solved.stored_plan import BASES, BillLine, Per, RunShape, StoredPlan, Sums, added
from plimsoll.spec.runs.kinds import INFERENCE_KIND, kind_said

PLAN_SCHEMA = "plimsoll.dev/plan/v1"

Amount = Annotated[Decimal, Field(allow_inf_nan=False)]


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Replicas(_Read):
    max: int


class _Chosen(_Read):
    id: str
    instance_type: str
    region: str
    precision: str | None


class _ChosenService(_Chosen):
    replicas: _Replicas


class _ChosenRun(_Chosen):
    nodes: int
    capacity: str


class _Cost(_Read):
    usd_per_month: dict[str, Amount | None]
    lines: tuple[CostLine, ...]


class _CostOfRun(_Read):
    usd_per_run: dict[str, Amount | None]
    usd_per_month: dict[str, Amount | None] | None
    lines: tuple[RunLine, ...]


class _Hours(_Read):
    estimate: float
    high: float


class _Run(_Read):
    run_h: _Hours
    enforced_h: float


class _Checkpoint(_Read):
    interval_s: float


class _Deadline(_Read):
    switch_at_h: float | None


class _Service(_Read):
    chosen: _ChosenService
    cost: _Cost


class _PlanOfRun(_Read):
    chosen: _ChosenRun
    cost: _CostOfRun
    run: _Run
    checkpoint: _Checkpoint | None
    deadline: _Deadline


Form = TypeVar("Form", bound=BaseModel)


def stored_plan(document: Mapping[str, Any], file: str) -> StoredPlan:
    """Read the choice and the bill of a plan of any kind.

    Raises:
        SpecError: it is no plan of ours, or its sums are not those of its lines.
    """
    if kind_said(mapping_at(document, "workload")) == INFERENCE_KIND:
        return _service(_read(_Service, document, file), file)
    return _run(_read(_PlanOfRun, document, file), _method(document), file)


def _read(form: type[Form], document: Mapping[str, Any], file: str) -> Form:
    try:
        return form.model_validate(dict(document))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        fix = "write it again with 'plimsoll plan --format json'"
        raise SpecError(Problem("no plan that can be read", str(first["msg"]), fix, path, file)) from None


def _service(read: _Service, file: str) -> StoredPlan:
    usd = _checked(read.cost.usd_per_month, read.cost.lines, "month", file)
    return StoredPlan(
        id=read.chosen.id,
        instance_type=read.chosen.instance_type,
        region=read.chosen.region,
        precision=read.chosen.precision,
        replicas_max=read.chosen.replicas.max,
        usd_per_month=usd,
        lines=read.cost.lines,
    )


def _run(read: _PlanOfRun, method: str | None, file: str) -> StoredPlan:
    cost, month = read.cost, read.cost.usd_per_month
    return StoredPlan(
        id=read.chosen.id,
        instance_type=read.chosen.instance_type,
        region=read.chosen.region,
        precision=read.chosen.precision,
        replicas_max=None,
        usd_per_month=None if month is None else _checked(month, cost.lines, "month", file),
        lines=cost.lines,
        usd_per_run=_checked(cost.usd_per_run, cost.lines, "run", file),
        shape=RunShape(
            nodes=read.chosen.nodes,
            capacity=read.chosen.capacity,
            method=method,
            run_p50_h=read.run.run_h.estimate,
            run_p90_h=read.run.run_h.high,
            enforced_h=read.run.enforced_h,
            switch_at_h=read.deadline.switch_at_h,
            checkpoint_interval_s=None if read.checkpoint is None else read.checkpoint.interval_s,
        ),
    )


def _method(document: Mapping[str, Any]) -> str | None:
    workload = mapping_at(document, "workload")
    method: object = None if workload.get("measured") else step(workload, "method")
    return method if isinstance(method, str) else None


def _checked(usd: Mapping[str, Decimal | None], lines: tuple[BillLine, ...], per: Per, file: str) -> Sums:
    """Hold the three numbers against the lines that they are the sums of."""
    told, found = {of: usd.get(of) or Decimal(0) for of in BASES}, added(lines, per)
    for of in BASES:
        if found[of] != told[of]:
            what, why = f"{told[of]} is not the sum of its lines", f"they add up to {found[of]}"
            fix = "the file was edited: write it again with 'plimsoll plan --format json'"
            raise SpecError(Problem(what, why, fix, f"cost.usd_per_{per}.{of}", file))
    return told
