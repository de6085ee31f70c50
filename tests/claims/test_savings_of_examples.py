"""What would save on the examples: the table people read, and no larger saving by brute force over the keys.

Some examples are searched in every run, all of them under PLIMSOLL_PROOFS=1.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.regions import beside
from plimsoll.savings.quality import smaller_of
from tests.make.applied import (
    COMMITMENTS,
    Answer,
    Value,
    applied,
    bare,
    saved,
    usd_of,
    usd_of_line,
    usd_under,
)
from tests.make.committed_bounds import CommittedBounds
from tests.make.cover import schedules
from tests.make.golden_savings import FOLDER, examples, table_of
from tests.make.worlds import real

SEARCHED = ("chat-8b", "recommendations", "pinned-gemma", "contract-rag", "support-tone")
"""A small plan, one with spot and a base, one with pins, a refusal, a run."""
WHOLE = bool(os.environ.get("PLIMSOLL_PROOFS"))
PRECISIONS = ("bf16", "fp16", "fp8", "int8", "int4", "fp4")
MOST_NODES = 24


@pytest.mark.parametrize("spec", examples(), ids=lambda spec: spec.stem)
def test_the_table_is_the_golden_one(spec: Path) -> None:
    golden = (FOLDER / f"{spec.stem}.txt").read_text(encoding="utf-8")
    assert table_of(spec) == golden, "python -m tests.make.golden_savings rewrites it"


@pytest.mark.parametrize("spec", examples(), ids=lambda spec: spec.stem)
def test_each_line_of_an_example_applied_gives_its_numbers(spec: Path, tmp_path: Path) -> None:
    copy = tmp_path / spec.name
    copy.write_text(spec.read_text(encoding="utf-8"), encoding="utf-8")
    answer = saved(copy)
    budget = hasattr(answer, "cost")
    for saving in answer.savings or ():
        plan = applied(copy, saving, budget=budget)
        assert usd_of(plan) == usd_of_line(saving), saving


@pytest.mark.parametrize(
    "spec", [each for each in examples() if WHOLE or each.stem in SEARCHED], ids=lambda spec: spec.stem
)
def test_brute_force_finds_no_larger_saving(spec: Path, tmp_path: Path) -> None:
    copy = tmp_path / spec.name
    copy.write_text(spec.read_text(encoding="utf-8"), encoding="utf-8")
    answer = saved(copy)
    if answer.savings is None:
        return
    free = [] if hasattr(answer, "cost") else ["budget=null"]
    without = bare(copy, free)
    told = {each.strategy: usd_of_line(each)[0] for each in answer.savings}
    ways_out = {each.strategy for each in answer.savings_not if "way out" in each.message}
    now = usd_of(without)[0]
    for strategy, values in _every_value(without).items():
        if strategy in ways_out:
            continue
        found = told.get(strategy, now)
        if strategy == "reserved" and values:
            bounds = CommittedBounds(copy, free)
            values = [(path, entry) for path, entry in values if bounds.least(entry) <= found]
        least = min((usd_under(copy, free, value, now) for value in values), default=now)
        assert found <= least, (strategy, least)


def _every_value(plan: Answer) -> dict[str, list[Value]]:
    workload = plan.workload
    return {
        "spot": list(_spot(workload)),
        "precision": [("precision", name) for name in PRECISIONS],
        "scale_to_zero": [("scale.to_zero", True)] if workload["kind"] == "inference" else [],
        "region": list(_regions(workload, plan)),
        "family": list(_families(workload)),
        "right_size": list(_sizes(workload)),
        "smaller_model": [("model", pair.smaller) for pair in smaller_of(str(workload.get("model")))],
        "reserved": list(_reserved(plan)) if workload["kind"] == "inference" else [],
        "schedule": list(schedules(workload["load"].get("profile"))) if _may_keep_hours(workload) else [],
        "cache": list(_caches(workload)),
    }


def _may_keep_hours(workload: dict[str, Any]) -> bool:
    return workload["kind"] == "inference" and workload["scale"].get("schedule") is None


def _caches(workload: dict[str, Any]) -> Iterator[Value]:
    if workload.get("load", {}).get("cache"):
        yield "load.cache", None
        yield "load.cache.cold_start_ok", True
        yield from (("load.cache.kept_in", place) for place in ("cluster", "elasticache"))
        yield from (("load.cache.nodes", count) for count in range(1, 4))


def _spot(workload: dict[str, Any]) -> Iterator[Value]:
    yield from (("capacity.spot", use) for use in ("never", "allow", "prefer"))
    if workload["capacity"]["spot"] != "never":
        yield from (("capacity.on_demand_base", base) for base in (0, 1, 2, 3, 0.1, 0.25, 0.5, 0.9))
        yield from (("capacity.on_demand_fallback", when) for when in ("immediate", "last_moment", "never"))


def _regions(workload: dict[str, Any], plan: Answer) -> Iterator[Value]:
    names = workload["regions"] or [plan.chosen.region]
    key = "regions" if workload["regions"] else "region"
    for name in beside(names, real().regions):
        yield key, [name] if key == "regions" else name


def _families(workload: dict[str, Any]) -> Iterator[Value]:
    capacity = workload["capacity"]
    every = sorted({name.partition(".")[0] for name in real().planned})
    if capacity["allow"]:
        yield from (("capacity.allow", [*capacity["allow"], name]) for name in every)
        yield "capacity.allow", []
    if capacity["deny"]:
        yield from (
            ("capacity.deny", [each for each in capacity["deny"] if each != name])
            for name in capacity["deny"]
        )
        yield "capacity.deny", []
    if workload["pin"]["instance_type"]:
        yield "pin.instance_type", None


def _sizes(workload: dict[str, Any]) -> Iterator[Value]:
    least = workload["scale"].get("min_replicas")
    yield from (("scale.min_replicas", count) for count in range(1, least or 1))
    for key, value in workload["pin"].items():
        if value is not None and key not in ("instance_type", "precision"):
            yield f"pin.{key}", None
    for key in ("replicas", "tensor_parallel", "nodes"):
        if workload["pin"].get(key) is not None:
            yield from ((f"pin.{key}", value) for value in (1, 2, 3, 4, 8))
    for key in ("max_replicas", "max_nodes"):
        if workload["scale"].get(key) is not None:
            yield from ((f"scale.{key}", value) for value in (None, 1, 2, 3, 6, 24, 100))


def _reserved(plan: Answer) -> Iterator[Value]:
    """Every count of every type that holds; of the choice's own type alone, unless all is searched."""
    rows = [row for row in plan.candidates if row.verdict != "rejected"]
    types = {row.instance_type: row.region for row in reversed(rows)}
    for name, region in types.items():
        offering = real().offering(name, region)
        if offering is None or offering.reserved_1y is None:
            continue
        if not WHOLE and name != plan.chosen.instance_type:
            continue
        for count in range(1, MOST_NODES):
            price = f"{offering.reserved_1y.usd:f}"
            terms = {"instance_type": name, "region": region, "count": count, "usd_per_hour": price}
            yield COMMITMENTS, {"kind": "reserved", **terms, "until": "2027-08-01"}
