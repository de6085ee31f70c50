"""A frozen plan is read back from its document, and nothing is solved: it is what was approved."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from plimsoll.catalog.clock import Clock
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.tree import mapping_at
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.plan.runs.write import RunDocument
from plimsoll.plan.write import Document
from plimsoll.review.lock.decoded import IllTypedError, decoded, kinds_of
from plimsoll.review.lock.make import APART
from plimsoll.review.lock.opened import LockFile
from plimsoll.review.lock.record import Lock
from plimsoll.spec.runs.kinds import INFERENCE_KIND, kind_said
from plimsoll.text.json_places import placed

_DAYS = ("asked_on", "priced_on", "oldest_on")

_NEVER_NULL = ("chosen", "latency", "cost", "serving", "autoscaling")
"""Keys of a plan that are null in a refusal alone."""

_NEVER_NULL_OF_A_RUN = ("chosen", "run", "deadline", "cost", "serving")

_SAME_NAMES: Mapping[str, str] = {}
_NAMED_OTHERWISE = {"container": "serving"}
"""Fields of the plan of a run that its document calls otherwise."""


def frozen_plan(held: LockFile) -> Plan | RunPlan:
    """Read the plan of a lock as it stands there.

    It has no candidates: a lock keeps what was chosen.

    Raises:
        SpecError: the plan is not one of this release's schema.
    """
    try:
        return _run(held.lock) if _is_of_a_run(held.lock) else _plan(held.lock)
    except IllTypedError as error:
        fix = "use the release that wrote it, or lock the spec again"
        problem = Problem(
            str(error), "the plan does not fit plimsoll.dev/plan/v1", fix, error.path, str(held.path)
        )
        raise SpecError(placed([problem], held.text, str(held.path))) from None


def _is_of_a_run(lock: Lock) -> bool:
    return kind_said(mapping_at(lock.plan, "workload")) != INFERENCE_KIND


def _plan(lock: Lock) -> Plan:
    return Plan(**_read(lock, Plan, Document, _NEVER_NULL))


def _run(lock: Lock) -> RunPlan:
    found = _read(lock, RunPlan, RunDocument, _NEVER_NULL_OF_A_RUN, _NAMED_OTHERWISE)
    return RunPlan(**found)


def _read(
    lock: Lock,
    kind: type[Any],
    document: type[Any],
    never_null: Sequence[str],
    otherwise: Mapping[str, str] = _SAME_NAMES,
) -> dict[str, Any]:
    """Read the fields of a plan from the keys of its document, most of which have their names."""
    names, kinds = [each.name for each in fields(kind)], kinds_of(document)
    keys = {name: otherwise.get(name, name) for name in names if name not in APART}
    kept = {name: key for name, key in keys.items() if key in kinds}
    found = {name: decoded(kinds[key], lock.plan.get(key), f"plan.{key}") for name, key in kept.items()}
    for key in never_null:
        if lock.plan.get(key) is None:
            raise IllTypedError(f"plan.{key}", None, "what a plan has there")
    days = {key: decoded(kinds[key], lock.plan.get(key), f"plan.{key}") for key in _DAYS}
    apart: dict[str, Any] = {key: None for key in APART if key in names} | {"candidates": ()}
    return {**found, **apart, "clock": Clock(**days), "traits": lock.work}
