"""Each warning has a spec that raises it and a neighbour that does not (`tests/cases/warnings.yaml`)."""

import re
from functools import cache
from typing import Any

import pytest
import yaml

from plimsoll.candidates.search import search
from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load
from plimsoll.plan.plan import Plan
from plimsoll.plan.size import answer_of
from plimsoll.simulation.subject import subject_of
from plimsoll.simulation.verify import verified
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from tests.make.places import CASES, ROOT
from tests.make.worlds import answer

TABLE: dict[str, Any] = yaml.safe_load((CASES / "warnings.yaml").read_text(encoding="utf-8"))
WARNINGS: dict[str, dict[str, Any]] = TABLE["warnings"]

OF_A_FILE = {"stale_calibration", "unused_calibration", "idle_commitment"}
"""Codes that a file beside the spec raises: `test_calibration.py` and `test_commitments_told.py` have such a
file, and one that does not."""


@cache
def catalog() -> Catalog:
    return load(TABLE["date"])


def messages(spec: dict[str, Any], code: str) -> list[str]:
    plan = _verified(spec) if WARNINGS[code].get("verify") else answer(spec, catalog())
    assert isinstance(plan, Plan)
    return [warning.message for warning in plan.warnings if warning.code == code]


def _verified(spec: dict[str, Any]) -> Plan:
    """The plan that `plan --verify` gives."""
    workload = Workload.model_validate(spec)
    tried = search(workload, catalog().model(spec["model"]), catalog(), load_speed())
    plan = answer_of(tried)
    assert isinstance(plan, Plan)
    return verified(plan, subject_of(tried, tried.holding[0], plan)).plan


@pytest.mark.parametrize("code", WARNINGS)
def test_the_spec_raises_it_in_words_that_help(code: str) -> None:
    case = WARNINGS[code]
    (message,) = messages(case["raises"], code)
    assert [words for words in case["says"] if words not in message] == [], message


@pytest.mark.parametrize("code", WARNINGS)
def test_its_neighbour_does_not(code: str) -> None:
    assert messages(WARNINGS[code]["neighbour"], code) == []


def test_every_warning_of_a_plan_is_in_the_table() -> None:
    """A code that is written anywhere beside the table of warnings has its two specs here."""
    plan, simulation = ROOT / "plimsoll" / "plan", ROOT / "plimsoll" / "simulation"
    folders = (plan, plan / "warnings", plan / "beside")
    sources = [*(path for each in folders for path in each.glob("*.py")), *simulation.rglob("*.py")]
    codes = {
        code for path in sources for code in re.findall(r'PlanWarning\(\s*"([a-z_]+)"', path.read_text())
    }
    assert codes == {*WARNINGS, *OF_A_FILE}
