"""A test that needs a program says how to get it, and in CI it never skips."""

import shutil
from pathlib import Path

import pytest

from tests.make.places import ROOT
from tests.make.programs import GET, REQUIRED, need

TESTS = sorted((ROOT / "tests").rglob("*.py"))


def test_a_missing_program_skips_with_the_line_that_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install jq"):
        need(None, "jq")
    with pytest.raises(pytest.skip.Exception, match="make actionlint"):
        need(Path("/nowhere/actionlint"), "actionlint")


def test_where_all_are_required_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRED, "1")
    with pytest.raises(pytest.fail.Exception, match="apt-get install jq"):
        need(None, "jq")


def test_a_program_that_is_there_is_found() -> None:
    assert need(shutil.which("sh"), "jq") == shutil.which("sh")


def test_no_test_skips_for_a_program_on_its_own() -> None:
    offenders = [
        path.name
        for path in TESTS
        if path != Path(__file__) and path.name != "programs.py"
        if "skipif" in (text := path.read_text(encoding="utf-8")) or "importorskip" in text
    ]
    assert offenders == []


def test_ci_requires_them_all_and_gets_them() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f"{REQUIRED}=1 make test" in script
    ours = {line.removeprefix("make ") for line in GET.values() if line.startswith("make ")}
    assert all(f" {target}" in script for target in ours)
