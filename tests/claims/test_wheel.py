"""The wheel is the core: its own name, the command, the data; nothing but four dependencies is imported."""

import os
import shutil
import subprocess
import sys
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

from plimsoll import __version__
from tests.make.places import ROOT
from tests.make.programs import need

ALONE = """
import sys
REFUSED = "pulumi pulumi_aws pulumi_kubernetes pulumi_policy components policies botocore pytest".split()
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in REFUSED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Refuse())
import plimsoll
assert plimsoll.__file__.startswith(sys.argv[1]), plimsoll.__file__
del sys.argv[1]
from plimsoll.cli.main import main
main()
"""
SPEC = "model: meta-llama/Llama-3.1-8B-Instruct\nload: {qps: 1}\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what goes into it."""
    uv = need(ROOT / ".tools" / "uv" / "bin" / "uv", "uv")
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "plimsoll", source / "plimsoll", ignore=shutil.ignore_patterns("__pycache__"))
    command = [uv, "build", "--wheel", "--quiet", "--offline", "--out-dir", str(source / "dist"), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = (source / "dist").glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pip puts the wheel in an environment of its own; what it needs is this environment's, offline."""
    venv = tmp_path_factory.mktemp("installed") / "plimsoll-env"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    pip = [str(venv / "bin" / "pip"), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--disable-pip-version-check", str(wheel)], check=True)
    assert (venv / "bin" / "plimsoll").is_file()
    (site,) = venv.glob("lib/python*/site-packages")
    return site


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", ALONE, str(installed), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_distribution_has_its_own_name_and_the_command_keeps_its(wheel: Path, installed: Path) -> None:
    assert wheel.name == f"plimsoll_iac-{__version__}-py3-none-any.whl"
    about = installed / f"plimsoll_iac-{__version__}.dist-info"
    metadata = Parser().parsestr((about / "METADATA").read_text(encoding="utf-8"))
    assert (metadata["Name"], metadata["Version"]) == ("plimsoll-iac", __version__)
    core = [needed for needed in metadata.get_all("Requires-Dist", []) if "extra ==" not in needed]
    assert sorted(needed.partition(">")[0] for needed in core) == ["click", "jinja2", "pydantic", "pyyaml"]
    assert "plimsoll = plimsoll.cli.main:main" in (about / "entry_points.txt").read_text(encoding="utf-8")


def test_it_holds_the_package_and_nothing_else(wheel: Path, installed: Path) -> None:
    with ZipFile(wheel) as archive:
        inside = {name.partition("/")[0] for name in archive.namelist()}
    assert inside == {"plimsoll", f"plimsoll_iac-{__version__}.dist-info"}
    ours = {path.relative_to(ROOT) for path in (ROOT / "plimsoll").rglob("*") if path.is_file()}
    theirs = {path.relative_to(installed) for path in (installed / "plimsoll").rglob("*") if path.is_file()}
    assert {path for path in ours if "__pycache__" not in path.parts} <= theirs


def test_the_core_works_without_pulumi(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    assert run(installed, tmp_path, "--version").stdout == f"plimsoll {__version__}\n"
    planned = run(installed, tmp_path, "plan", "spec.yaml", "--format", "json")
    assert planned.returncode == 0, planned.stderr
    (tmp_path / "plan.json").write_text(planned.stdout, encoding="utf-8")
    for command in (
        ("plan", "spec.yaml"),
        ("why-not", "spec.yaml", "g6.xlarge"),
        ("check", "plan.json"),
        ("check", "plan.json", "--caps"),
        ("models",),
        ("offers", "--gpu", "L4"),
        ("schema",),
        ("new", "my-chat"),
        ("accuracy",),
    ):
        done = run(installed, tmp_path, *command)
        assert done.returncode == 0, (command, done.stderr)
        assert done.stdout


def test_a_preview_says_what_it_needs(installed: Path) -> None:
    done = run(installed, ROOT, "preview")
    assert done.returncode == 2
    assert "plimsoll-iac[pulumi]" in done.stderr
    assert "internal error" not in done.stderr
