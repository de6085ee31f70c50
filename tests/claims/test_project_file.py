"""What a project's file says holds for every command below it, and is told among the assumptions."""

import json
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli import main as cli

SPEC = "model: meta-llama/Llama-3.1-8B-Instruct\nload: {qps: 2}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "chat.yaml").write_text(SPEC)
    monkeypatch.chdir(tmp_path / "specs")
    return tmp_path


def run(*arguments: str) -> object:
    with pytest.raises(SystemExit) as ending:
        cli.main(list(arguments))
    return ending.value.code


def planned(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert run("plan", "chat.yaml", "--format", "json", *options) == 0
    return json.loads(capsys.readouterr().out)


def assumed(plan: dict[str, Any]) -> list[tuple[str, object, str]]:
    return [(each["name"], each["value"], each["source"]) for each in plan["assumptions"]]


def test_a_spec_that_names_no_region_takes_the_project_s(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "plimsoll.toml").write_text('regions = ["eu-west-1"]\n')
    plan = planned(capsys)
    assert plan["chosen"]["region"] == "eu-west-1"
    assert ("regions", "eu-west-1", str(project / "plimsoll.toml")) in assumed(plan)


def test_what_the_spec_or_the_call_says_goes_before(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "plimsoll.toml").write_text('regions = ["eu-west-1"]\n')
    plan = planned(capsys, "--region", "us-west-2")
    assert plan["chosen"]["region"] == "us-west-2"
    assert not any(name == "regions" for name, _, _ in assumed(plan))
    (project / "specs" / "chat.yaml").write_text(SPEC + "region: us-east-2\n")
    assert planned(capsys)["chosen"]["region"] == "us-east-2"


def test_a_wrong_file_stops_every_command(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "plimsoll.toml").write_text('region = "eu-west-1"\n')
    assert run("plan", "chat.yaml") == 2
    assert "unknown key 'region'; did you mean 'regions'?" in capsys.readouterr().err


def test_check_takes_the_project_s_exemptions(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "plimsoll.toml").write_text('exemptions = "exemptions.yaml"\n')
    (project / "exemptions.yaml").write_text("exemptions: [{policy: budgett}]\n")
    (project / "specs" / "map.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    assert run("check", "map.yaml") == 2
    assert "exemptions.yaml" in capsys.readouterr().err
