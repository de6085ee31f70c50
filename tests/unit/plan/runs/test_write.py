"""The document of a run has the keys of every plan, and its numbers are the sums of its lines."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli import main as cli
from plimsoll.show.schema import published as json_schema
from tests.make.json_schema import errors
from tests.make.places import ROOT

RUNS = sorted((ROOT / "workloads" / "runs").glob("*.yaml"))
SERVICE = ROOT / "workloads" / "chat-8b.yaml"


def written(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """The document that plan writes."""
    with pytest.raises(SystemExit):
        cli.main(["plan", *arguments, "--format", "json"])
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_a_run_fits_the_schema_of_plans_and_its_numbers_add_up(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = written(capsys, str(path))
    schema = json_schema.schema("plan")
    assert list(errors(document, schema, schema)) == []
    cost = document["cost"]
    for key in ("usd_per_run", "usd_per_month"):
        for of, total in (cost[key] or {}).items():
            lines = (
                Decimal(line[key]) for line in cost["lines"] if line["of"] == of and line[key] is not None
            )
            assert sum(lines, Decimal(0)) == Decimal(total), (key, of)
    floor, expected, ceiling = (Decimal(cost["usd_per_run"][of]) for of in ("floor", "expected", "ceiling"))
    assert floor <= expected <= ceiling


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_the_month_of_a_run_is_there_where_its_runs_are_counted(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = written(capsys, str(path))
    counted = document["workload"]["runs_per_month"] is not None
    assert (document["cost"]["usd_per_month"] is not None) == counted
    scopes = {line["scope"] for line in document["cost"]["lines"]}
    assert scopes == ({"workload", "cluster"} if counted else {"workload"})


def test_services_and_runs_have_the_same_keys(capsys: pytest.CaptureFixture[str]) -> None:
    run, service = written(capsys, str(RUNS[0])), written(capsys, str(SERVICE))
    assert run.keys() == service.keys()
    for part in ("chosen", "cost", "memory_gib"):
        assert run[part].keys() == service[part].keys(), part
    assert run["cost"]["lines"][0].keys() == service["cost"]["lines"][0].keys()
    assert run["candidates"][0].keys() == service["candidates"][0].keys()


def test_a_total_counts_the_cluster_once_and_names_runs_without_a_month(
    capsys: pytest.CaptureFixture[str],
) -> None:
    monthly = ROOT / "workloads" / "runs" / "support-tone.yaml"
    alone = written(capsys, str(monthly))["cost"]
    service = written(capsys, str(SERVICE))["cost"]
    document = written(
        capsys, str(SERVICE), str(monthly), str(ROOT / "workloads" / "runs" / "legal-70b.yaml")
    )
    assert document["total"]["not_monthly"] == ["legal-70b"]
    shared = sum(
        Decimal(line["usd_per_month"])
        for line in alone["lines"]
        if line["scope"] == "cluster" and line["of"] == "ceiling"
    )
    both = Decimal(service["usd_per_month"]["ceiling"]) + Decimal(alone["usd_per_month"]["ceiling"])
    assert Decimal(document["total"]["usd_per_month"]["ceiling"]) == both - shared


@pytest.mark.parametrize(
    ("change", "code"),
    [(["--set", "budget.usd_per_run=1"], 4), (["--set", "sla.run_p50_h=0.3"], 3)],
)
def test_a_refused_run_exits_like_every_refusal(
    change: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = ROOT / "workloads" / "runs" / "support-tone.yaml"
    extra = ["--set", "scale.max_nodes=1", "--set", "capacity.allow=[g5.xlarge]"] if code == 3 else []
    document = written(capsys, str(path), *change, *extra)
    assert (document["outcome"], document["exit_code"]) == ("refusal", code)
    schema = json_schema.schema("plan")
    assert list(errors(document, schema, schema)) == []
    assert document["cost"] is None
