"""A plan that is read back from its lock is the one that was solved, less its candidates."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.plan.size import size
from plimsoll.plan.write import written
from plimsoll.review.lock.frozen import frozen_plan
from plimsoll.review.lock.opened import LockFile
from plimsoll.review.lock.read import lock_from
from plimsoll.spec.read import load_workload
from plimsoll.speed.read import load_speed
from tests.make.locks import changed, example_lock
from tests.make.places import ROOT

EXAMPLES = sorted(path.stem for path in (ROOT / "workloads").glob("*.yaml"))


def opened(text: str) -> LockFile:
    return LockFile(lock_from(text.encode(), "a.lock.json"), Path("a.lock.json"), text)


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_the_plan_that_was_solved(name: str) -> None:
    spec = load_workload(ROOT / "workloads" / f"{name}.yaml", load())
    solved = size(spec.workload, spec.architecture, spec.catalog, load_speed())
    plan = frozen_plan(opened(example_lock(name)))
    assert written(plan) == written(replace(solved, candidates=()))
    assert plan.traits == solved.traits
    assert plan.pod_quota == solved.pod_quota
    for scope in ("workload", "cluster"):
        assert plan.claim(scope) == solved.claim(scope)


WRONG: dict[str, Any] = {
    "chosen": None,
    "chosen.pools": {},
    "chosen.replicas.max": "3",
    "chosen.pools[0].max_nodes": 1.5,
    "cost.lines[0].usd_per_month": 73,
    "cost.lines[0].of": "roof",
    "serving.args": ["--model", 3],
    "serving.gated": 1,
    "latency": [],
    "assumptions": None,
    "warnings[0].message": None,
}


@pytest.mark.parametrize("path", WRONG)
def test_what_does_not_fit_the_schema_is_told_at_its_path(path: str) -> None:
    def put(data: dict[str, Any]) -> None:
        here: Any = data["plan"]
        *above, last = path.replace("[0]", ".0").split(".")
        for key in above:
            here = here[int(key)] if key == "0" else here[key]
        here[last] = WRONG[path]

    with pytest.raises(SpecError) as caught:
        frozen_plan(opened(changed(example_lock(), put)))
    (found,) = caught.value.problems
    assert found.where.startswith(f"plan.{path}")
    assert (found.file, bool(found.line)) == ("a.lock.json", True)


def test_a_key_of_a_later_release_is_passed_over() -> None:
    text = changed(example_lock(), lambda data: data["plan"]["chosen"].update(colour="blue"))
    assert frozen_plan(opened(text)).chosen.instance_type == "g7e.2xlarge"


def test_a_key_that_had_a_default_may_be_missing() -> None:
    text = changed(example_lock(), lambda data: data["plan"]["chosen"].pop("adapters"))
    assert frozen_plan(opened(text)).chosen.adapters is None


def test_the_number_of_a_document_is_that_of_the_schema() -> None:
    data = json.loads(example_lock())
    assert frozen_plan(opened(example_lock())).serving.cpu_request == data["plan"]["serving"]["cpu_request"]
