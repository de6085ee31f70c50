"""Same inputs, same bytes: whatever the hash seed, time zone, locale, working folder or Python version."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.make.other_python import other_python
from tests.make.places import ROOT

SPECS = ("chat-8b", "support-chat", "recommendations")
"""A plan, a refusal with ways out, a measured service."""
FORMATS = ("json", "table", "md")


def run(
    folder: Path, *, forms: Sequence[str] = ("json",), python: str = sys.executable, **environment: str
) -> dict[str, bytes]:
    """Plan the examples in each format, each command in its own process."""
    specs = [str(ROOT / "workloads" / f"{name}.yaml") for name in SPECS]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), **environment}
    answers: dict[str, bytes] = {}
    for form in forms:
        done = subprocess.run(
            [python, "-c", "from plimsoll.cli.main import main; main()", "plan", *specs, "--format", form],
            cwd=folder,
            env=env,
            capture_output=True,
            check=False,
        )
        assert done.returncode in {0, 4}, done.stderr.decode()
        answers[form] = done.stdout
    return answers


def reports(folder: Path, *, python: str = sys.executable, **environment: str) -> bytes:
    """Report the examples together, and one of them alone."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), **environment}
    pages = b""
    for names in ((*SPECS, "agents-gpt-oss"), ("agents-gpt-oss",)):
        specs = [str(ROOT / "workloads" / f"{name}.yaml") for name in names]
        done = subprocess.run(
            [python, "-c", "from plimsoll.cli.main import main; main()", "report", *specs],
            cwd=folder,
            env=env,
            capture_output=True,
            check=False,
        )
        assert done.returncode in {0, 4}, done.stderr.decode()
        pages += done.stdout
    return pages


def test_a_report_has_the_same_bytes_whatever_the_seed_the_zone_and_the_locale(tmp_path: Path) -> None:
    plain = reports(tmp_path, PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C.UTF-8")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    there = reports(folder, PYTHONHASHSEED="4711", TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONUTF8="0")
    assert plain.startswith(b"<!DOCTYPE html>")
    assert there == plain


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("plain")
    return run(folder, forms=FORMATS, PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C.UTF-8")


def test_two_hash_seeds(plain: dict[str, bytes], tmp_path: Path) -> None:
    assert run(tmp_path, PYTHONHASHSEED="4711")["json"] == plain["json"]


def test_another_time_zone_and_locale(plain: dict[str, bytes], tmp_path: Path) -> None:
    """The locale has decimal commas where the system knows it; the other writes ASCII alone."""
    there = run(tmp_path, TZ="Pacific/Kiritimati", LC_ALL="de_DE.UTF-8", LANG="de_DE.UTF-8")
    assert there["json"] == plain["json"]
    plainest = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert run(tmp_path, forms=["table"], TZ="America/St_Johns", **plainest)["table"] == plain["table"]


def test_another_folder_and_terminal(plain: dict[str, bytes], tmp_path: Path) -> None:
    folder = tmp_path / "a folder with ünusual name"
    folder.mkdir()
    terminal = {"COLUMNS": "200", "LINES": "10", "TERM": "xterm-256color", "PYTHONHASHSEED": "7"}
    there = run(folder, forms=("table", "md"), **terminal)
    assert there == {form: plain[form] for form in there}


@pytest.mark.slow
def test_another_python_version(plain: dict[str, bytes], tmp_path: Path) -> None:
    """Needs a second interpreter, and the registry to give it the locked dependencies."""
    python = other_python()
    assert run(tmp_path, python=python, PYTHONHASHSEED="1")["json"] == plain["json"]
    assert reports(tmp_path, python=python, PYTHONHASHSEED="2") == reports(tmp_path, PYTHONHASHSEED="3")
