"""Every document that a command writes fits the schema that is published for it."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli import main as cli
from plimsoll.show.schema import published as json_schema
from plimsoll.speed.accuracy.points import COLUMNS
from tests.make.json_schema import errors
from tests.make.locks import locked
from tests.make.places import EXAMPLES, ROOT


def written(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """The JSON document that a command writes."""
    with pytest.raises(SystemExit):
        cli.main([*arguments, "--format", "json"])
    return json.loads(capsys.readouterr().out)


def assert_fits(document: Any, name: str) -> None:
    schema = json_schema.schema(name)
    assert document["schema"] == f"plimsoll.dev/{name}/v1"
    assert list(errors(document, schema, schema)) == []


@pytest.mark.parametrize("budget", [1_000_000, 1])
def test_a_plan_and_a_refusal_fit_their_schema(
    budget: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(f"model: Llama-3.1-8B\nload: {{qps: 5}}\nbudget: {{usd_per_month: {budget}}}\n")
    document = written(capsys, "plan", str(spec))
    assert document["outcome"] == ("plan" if budget > 1 else "refusal")
    assert_fits(document, "plan")


def test_several_plans_fit_the_schema_too(capsys: pytest.CaptureFixture[str]) -> None:
    document = written(capsys, "plan", str(EXAMPLES[0]), str(EXAMPLES[1]))
    assert len(document["plans"]) == 2
    assert_fits(document, "plan")


def test_a_total_with_a_refusal_in_it_is_null_and_fits_the_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "poor.yaml"
    spec.write_text("model: Llama-3.1-8B\nload: {qps: 5}\nbudget: {usd_per_month: 1}\n")
    document = written(capsys, "plan", str(EXAMPLES[0]), str(spec))
    assert document["total"]["usd_per_month"] == {"floor": None, "expected": None, "ceiling": None}
    assert_fits(document, "plan")


def test_what_was_asked_of_a_plan_and_of_a_refusal_fits_its_schema(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("H100", "g6", "g5.2xlarge", "spot", "RTX-4090", "t3.medium")
    for change in ("capacity.spot=allow", "budget.usd_per_month=1"):
        document = written(capsys, "why-not", str(EXAMPLES[0]), *words, "--set", change)
        assert [each["what"] for each in document["questions"]] == list(words)
        assert (document["chosen"] is None) == ("budget" in change)
        assert_fits(document, "why-not")


def test_what_codes_mean_fits_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert_fits(written(capsys, "explain"), "explain")
    (entry,) = written(capsys, "explain", "tpot")["codes"]
    assert (entry["code"], entry["kind"]) == ("tpot", "reason")


def test_the_catalogue_fits_its_schemas(capsys: pytest.CaptureFixture[str]) -> None:
    assert_fits(written(capsys, "offers", "--region", "us-east-1"), "offers")
    assert_fits(written(capsys, "models"), "models")


def test_a_bill_held_against_its_plan_fits_its_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bill = ["--from", "focus", str(ROOT / "examples" / "bills" / "october.csv")]
    window = ["--window", "2026-10-01..2026-11-01"]
    assert_fits(written(capsys, "actual", "--plan", str(locked(tmp_path)[1]), *bill, *window), "actual")


def test_a_report_of_accuracy_fits_its_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {
        "id": "a", "task": "llm_generate", "model": "meta-llama/Llama-3.1-8B-Instruct", "gpu": "H100-80GB",
        "gpus": "1", "tp": "1", "pp": "1", "isl": "1000", "osl": "200", "concurrency_or_batch": "8",
        "scenario": "online-slo", "metric": "tpot_ms", "weight_precision": "bf16", "engine": "vllm",
    }  # fmt: skip
    columns = list(dict.fromkeys([*COLUMNS, *row]))
    points = tmp_path / "points.csv"
    with points.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows([row, {**row, "id": "b", "gpu": "NOPE"}])
    document = written(capsys, "accuracy", "--points", str(points))
    assert [entry["answered"] for entry in document["rows"]] == [True, False]
    assert_fits(document, "accuracy")


def test_a_preview_and_a_verdict_fit_their_schemas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert_fits(written(capsys, "preview"), "preview")
    plan = "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: a}\nspec: {limits: {cpu: 8}}\n"
    (tmp_path / "pool.yaml").write_text(plan)
    assert_fits(written(capsys, "check", str(tmp_path / "pool.yaml"), "--region", "us-east-1"), "check")
