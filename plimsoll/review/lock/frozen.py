"""A frozen plan is read back from its document, and nothing is solved: it is what was approved."""

from dataclasses import fields
from typing import Any

from plimsoll.catalog.clock import Clock
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.plan.plan import Plan
from plimsoll.plan.write import Document
from plimsoll.review.lock.decoded import IllTypedError, decoded, kinds_of
from plimsoll.review.lock.make import APART
from plimsoll.review.lock.opened import LockFile
from plimsoll.review.lock.record import Lock
from plimsoll.text.json_places import placed

_DAYS = ("asked_on", "priced_on", "oldest_on")


def frozen_plan(held: LockFile) -> Plan:
    """Read the plan of a lock as it stands there.

    It has no candidates: a lock keeps what was chosen.

    Raises:
        SpecError: the plan is not one of this release's schema.
    """
    try:
        return _plan(held.lock)
    except IllTypedError as error:
        fix = "use the release that wrote it, or lock the spec again"
        problem = Problem(
            str(error), "the plan does not fit plimsoll.dev/plan/v1", fix, error.path, str(held.path)
        )
        raise SpecError(placed([problem], held.text, str(held.path))) from None


def _plan(lock: Lock) -> Plan:
    names, kinds = [each.name for each in fields(Plan)], kinds_of(Document)
    kept = [key for key in kinds if key in names and key not in APART]
    found = {key: decoded(kinds[key], lock.plan.get(key), f"plan.{key}") for key in kept}
    for key in _NEVER_NULL:
        if found[key] is None:
            raise IllTypedError(f"plan.{key}", None, "what a plan has there")
    days = {key: decoded(kinds[key], lock.plan.get(key), f"plan.{key}") for key in _DAYS}
    apart: dict[str, Any] = {key: None for key in APART if key in names} | {"candidates": ()}
    return Plan(**found, **apart, clock=Clock(**days), traits=lock.work)


_NEVER_NULL = ("chosen", "latency", "cost", "serving", "autoscaling")
"""Keys of a plan that are null in a refusal alone."""
