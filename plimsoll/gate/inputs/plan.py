"""Read a plan file as resources: the pools that it chose, to be priced anew and held against its numbers."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from plimsoll.gate.inputs.committed import CommittedPlan, cluster_urn
from plimsoll.gate.inputs.plan_fields import UnreadableError, at, decimal, list_of, text
from plimsoll.gate.inputs.plan_lines import (
    PlanLine,
    charge_of,
    check_sums,
    hours_of,
    lines_of,
    sum_of,
    whole_hours,
)
from plimsoll.gate.inputs.plan_of_run import plan_of_run
from plimsoll.gate.inputs.plan_pools import caches_of, pools_of
from plimsoll.gate.inputs.reader import MONEY, Contents, Json, Reader
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import WORKLOAD_COMPONENT
from plimsoll.ground.assumption import MEASURED_ON
from plimsoll.ground.problems import Problem

SCHEMA = "plimsoll.dev/plan/v1"

_MONTH = "usd_per_month"


def is_plan(document: Json) -> bool:
    """Recognise a plan, or several with their total."""
    return document.get("schema") == SCHEMA or isinstance(document.get("plans"), list)


def plans_of(document: Json, file: str, problems: list[Problem]) -> list[CommittedPlan]:
    """Read every plan of a document."""
    several = document.get("plans")
    if not isinstance(several, list):
        found = _one(document, file, "", problems)
        return [found] if found else []
    plans = cast("list[Any]", several)
    read = [
        _one(cast("Json", plan) if isinstance(plan, Mapping) else {}, file, f"plans[{index}].", problems)
        for index, plan in enumerate(plans)
    ]
    return [plan for plan in read if plan is not None]


def _one(document: Json, file: str, path: str, problems: list[Problem]) -> CommittedPlan | None:
    if document.get("outcome") == "refusal":
        why = "a refusal has no resources to judge"
        problems.append(Problem("the file holds a refusal", why, "judge a plan", f"{path}outcome", file))
        return None
    try:
        return _read(document)
    except UnreadableError as error:
        problems.append(
            Problem(str(error), "", "write the plan again with plimsoll plan", f"{path}{error.path}", file)
        )
        return None


def _read(document: Json) -> CommittedPlan:
    name = text(document, "workload", "name")
    if document.get("run") is not None:
        return plan_of_run(document, name)
    region = text(document, "chosen", "region")
    urn = f"urn:pulumi:plan::plimsoll::{WORKLOAD_COMPONENT}::{name}"
    money = {of: decimal(document, MONEY, "cost", _MONTH, of) for of in ("floor", "expected", "ceiling")}
    lines = _lines(document, urn)
    check_sums(lines, money, _MONTH)
    shared = [priced for line, priced in lines if line.get("scope") == "cluster"]
    own_lines = [priced for line, priced in lines if line.get("scope") != "cluster"]
    own = {of: usd - sum_of(shared, of) for of, usd in money.items()}
    listed = sum((p.usd_at_list for p in own_lines if p.of == "ceiling"), Decimal(0))
    net = any(priced.list_usd_per_unit is not None for priced in own_lines)
    component = Resource(
        urn,
        WORKLOAD_COMPONENT,
        name,
        {
            "ceiling": {"usdPerMonth": str(own["ceiling"])}
            | ({"listUsdPerMonth": str(listed)} if net else {}),
            "expected": {"usdPerMonth": str(own["expected"])},
            "owner": at(document, "workload").get("owner") or {},
            "expires": at(document, "workload").get("expires"),
            "measuredOn": _measured_on(document),
        },
        custom=False,
        region=region,
    )
    pools = pools_of(document, name, urn)
    floors = tuple(
        priced
        for line, priced in lines
        if priced.of == "floor" and line.get("scope") != "cluster"
        if line.get("kind") != "cache" or line.get("pool") is not None  # ElastiCache prices its own floor
    )
    cluster = whole_hours([replace(p, urn=cluster_urn(region)) for p in shared if p.kind != "commitment"])
    cache = caches_of(document, name, urn)
    return CommittedPlan((component, *pools, *cache), floors, cluster, money["ceiling"], region)


def _measured_on(document: Json) -> str | None:
    """Read the day of the measurement that a plan's speed stands on; None for a plan without one."""
    told = document.get("assumptions")
    for each in cast("list[Any]", told) if isinstance(told, list) else ():
        if isinstance(each, Mapping) and cast("Json", each).get("name") == MEASURED_ON:
            return str(cast("Json", each).get("value"))
    return None


def _lines(document: Json, urn: str) -> list[PlanLine]:
    region = text(document, "chosen", "region")
    pools = [cast("Json", pool) for pool in list_of(document, "chosen", "pools") if isinstance(pool, Mapping)]
    spot = [pool.get("name") for pool in pools if pool.get("capacity_type") == "spot"]
    return lines_of(document, lambda line: charge_of(line, urn, _MONTH, **hours_of(line, region, spot)))


def _contents(document: Json, file: str, problems: list[Problem]) -> Contents:
    return Contents(plans=tuple(plans_of(document, file, problems)))


READER = Reader(is_plan, _contents)
