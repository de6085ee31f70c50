"""Runs have known answers: verdicts, layouts, steps, sizes and bounds of `tests/cases/runs.yaml`."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.cli import main as cli
from tests.make.places import CASES

RUNS: dict[str, dict[str, Any]] = yaml.safe_load((CASES / "runs.yaml").read_text(encoding="utf-8"))


def having(key: str) -> list[str]:
    """The cases that ask for something."""
    return [name for name, case in RUNS.items() if key in case]


@pytest.fixture
def document(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The document of a case's spec."""
    case = RUNS[name]
    file = tmp_path / "run.yaml"
    file.write_text(yaml.safe_dump(case["spec"]), encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main(["plan", str(file), "--format", "json"])
    return json.loads(capsys.readouterr().out)


def at(document: dict[str, Any], path: str) -> Any:
    if path == "storage":
        lines = document["cost"]["lines"]
        return next(
            float(line["usd_per_run"])
            for line in lines
            if line["kind"] == "storage" and line["of"] == "ceiling"
        )
    here: Any = document
    for key in path.split("."):
        here = here[key]
    return here


@pytest.mark.parametrize("name", RUNS)
def test_a_run_has_its_known_answer(name: str, document: dict[str, Any]) -> None:
    case = RUNS[name]
    assert document["outcome"] == case.get("outcome", "plan")
    for path, value in case.get("says", {}).items():
        assert at(document, path) == value, path
    for path, (value, tolerance) in case.get("near", {}).items():
        assert at(document, path) == pytest.approx(value, rel=tolerance), path
    for kind, usd in case.get("ceiling", {}).items():
        lines = document["cost"]["lines"]
        assert [x["usd_per_run"] for x in lines if (x["kind"], x["of"]) == (kind, "ceiling")] == [usd]
    if "warning" in case:
        codes = [warning["code"] for warning in document["warnings"]]
        wanted = [] if case["warning"] == "none" else [case["warning"]]
        assert [code for code in codes if code != "no_image" or "no_image" in wanted] == wanted


@pytest.mark.parametrize("name", having("candidate"))
def test_its_candidate_says_why(name: str, document: dict[str, Any]) -> None:
    case = RUNS[name]
    (row,) = (row for row in document["candidates"] if case["candidate"] in row["id"] + "/")
    assert row["verdict"] == case.get("verdict", "rejected")
    if "code" in case:
        assert case["code"] in [reason["code"] for reason in row["reasons"]]
        assert case.get("message", "") in " ".join(reason["message"] for reason in row["reasons"])


@pytest.mark.parametrize("name", having("ways_out"))
def test_its_ways_out_are_there_and_what_changes_the_result_comes_last(
    name: str, document: dict[str, Any]
) -> None:
    case = RUNS[name]
    changes = [way["change"] for way in document["refusal"]["ways_out"]]
    assert set(case["ways_out"]) <= set(changes)
    if "method" in changes:
        assert changes[-1] == "method"
        assert "% of the parameters" in document["refusal"]["ways_out"][-1]["message"]
