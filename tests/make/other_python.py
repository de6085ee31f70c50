"""A second version of Python with the locked dependencies of the core: made once, for all that ask."""

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

from tests.make.places import ROOT
from tests.make.programs import need

OTHER_PYTHONS = ("3.11", "3.12", "3.13", "3.14")

_FOLDER = tempfile.TemporaryDirectory(prefix="plimsoll-other-python-")


@cache
def other_python() -> str:
    """The interpreter of an environment of the newest other version there is; else the test is skipped."""
    other, folder = need(_newest(), "python"), Path(_FOLDER.name)
    python = folder / "venv" / "bin" / "python"
    lock = ["--require-hashes", "--no-deps", "-r", str(_core_lock(folder))]
    for command in (
        [other, "-m", "venv", str(python.parent.parent)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *lock],
    ):
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        if done.returncode:
            pytest.skip(f"no second environment: {done.stderr.strip()[-300:]}")
    version = subprocess.run([str(python), "--version"], capture_output=True, text=True, check=True).stdout
    assert version.split()[1].rpartition(".")[0] != f"{sys.version_info[0]}.{sys.version_info[1]}"
    return str(python)


def _newest() -> str | None:
    """The newest other interpreter that runs, by name on the PATH or below a pyenv."""
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in reversed(OTHER_PYTHONS):
        if version == here:
            continue
        found = [str(path) for path in sorted(pyenv.glob(f"{version}.*/bin/python3"))]
        for name in (*found, f"python{version}"):
            try:
                subprocess.run([name, "--version"], capture_output=True, check=True)
            except (OSError, subprocess.CalledProcessError):
                continue
            return name
    return None


CORE = {
    "annotated-types",
    "click",
    "jinja2",
    "markupsafe",
    "pydantic",
    "pydantic-core",
    "pyyaml",
    "typing-extensions",
    "typing-inspection",
}


def _core_lock(folder: Path) -> Path:
    """The lock's lines of what the core and the command line need, hashes included."""
    kept: list[str] = []
    keep = False
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if not line.startswith((" ", "#", "\t")):
            keep = line.partition("==")[0].lower().replace("_", "-") in CORE
        if keep:
            kept.append(line)
    file = folder / "core.lock"
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return file
