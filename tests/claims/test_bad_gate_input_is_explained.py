"""Whatever is wrong with what `plimsoll check` is given is said by name, with its place and what to do."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.cli.main import _run
from tests.make.places import CASES

LONGEST = 4000
"""Characters of all that is said about one mistake: nobody reads more."""

FINE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def cases(name: str) -> list[dict[str, Any]]:
    return yaml.safe_load((CASES / "bad_inputs" / f"{name}.yaml").read_text(encoding="utf-8"))


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = _run(["check", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, " ".join((out + err).split())


@pytest.mark.parametrize("case", cases("documents"), ids=lambda case: case["name"])
def test_what_is_no_document_to_judge_is_called_by_its_name(
    case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / case.get("as", "input.json")
    path.write_text(case["file"], encoding="utf-8")
    code, text = said(capsys, str(path))
    assert code == case["exit"], text
    assert [words for words in case["says"] if words not in text] == [], text
    assert len(text) <= LONGEST


@pytest.mark.parametrize("case", cases("verdicts"), ids=lambda case: case["name"])
def test_what_is_read_and_refused_says_what_would_help(
    case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / case.get("as", "input.json")
    path.write_text(case["file"], encoding="utf-8")
    code, text = said(capsys, str(path), "--region", "us-east-1", "--budget", "5")
    assert code == case["exit"], text
    assert [words for words in case["says"] if words not in text] == [], text


@pytest.mark.parametrize("case", cases("options"), ids=lambda case: case["name"])
def test_every_mistake_of_an_option_or_its_file_has_its_place(
    case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "fine.yaml"
    path.write_text(FINE)
    arguments = [str(path), *(f"{key}={value}" for key, value in case.get("options", {}).items())]
    for key, option in (("config.json", "--policy-config"), ("exemptions.yaml", "--exemptions")):
        text = case.get(key.partition(".")[0])
        if text is not None:
            (tmp_path / key).write_text(text, encoding="utf-8")
            arguments += [option, str(tmp_path / key)]
    code, text = said(capsys, *arguments)
    assert code == case["exit"], text
    assert [words for words in case["says"] if words not in text] == [], text
    assert len(text) <= LONGEST
