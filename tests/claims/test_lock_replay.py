"""A lock is replayed anywhere: another Python, hash seed, zone, locale, folder; after new prices, a merge."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.make.locks import example_lock
from tests.make.other_python import other_python
from tests.make.places import ROOT

SPECS = ("chat-8b", "recommendations", "in-house-13b", "call-transcripts")
DATA = Path("plimsoll") / "catalog" / "data"


def specs_in(folder: Path, names: Sequence[str] = SPECS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy(ROOT / "workloads" / f"{name}.yaml", folder)
    return folder


def run(
    *arguments: str, cwd: Path, python: str = sys.executable, code: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(code), "HOME": str(cwd), **environment}
    command = [python, "-c", "from plimsoll.cli.main import main; main()", *arguments]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.lock.json"))}


EXPECTED = {f"{name}.lock.json": example_lock(name) for name in SPECS}


def test_another_seed_zone_locale_and_folder(tmp_path: Path) -> None:
    folder = specs_in(tmp_path / "a folder with ünusual name" / "workloads")
    there = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8"}
    done = run("lock", *(f"workloads/{name}.yaml" for name in SPECS), cwd=folder.parent, **there)
    assert done.returncode == 0, done.stderr
    assert texts(folder) == EXPECTED
    plainest = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "1"}
    for command in (("lock", "--check"), ("plan", "--locked", "--format", "json")):
        named = (str(folder / f"{name}.yaml") for name in SPECS)
        assert run(*command, *named, cwd=tmp_path, **plainest).returncode == 0


@pytest.mark.slow
def test_another_python_version(tmp_path: Path) -> None:
    """Locked there and here with the same bytes; what was locked here is solved again there."""
    folder = specs_in(tmp_path / "there")
    python, named = other_python(), [f"{name}.yaml" for name in SPECS]
    done = run("lock", *named, cwd=folder, python=python, PYTHONHASHSEED="7", TZ="America/St_Johns")
    assert done.returncode == 0, done.stderr
    assert texts(folder) == EXPECTED
    again = run("plan", "--locked", *named, "--format", "json", cwd=folder, python=python)
    assert again.stdout == run("plan", *named, "--format", "json", cwd=folder).stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, with prices that came after the locks: dearer, and of every kind."""
    code = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "plimsoll", code / "plimsoll", ignore=shutil.ignore_patterns("__pycache__"))
    for region in ("us-east-1", "eu-west-1"):
        _dearer(code / DATA / "prices" / f"{region}.csv", 2, 3, 5)
        _dearer(code / DATA / "services" / f"{region}.csv", 1, 3, 5)
    regions = code / DATA / "regions.csv"
    rows = [line.split(",") for line in regions.read_text(encoding="utf-8").splitlines()]
    newest = [",".join([*row[:-1], LATER]) for row in rows[1:]]
    regions.write_text("\n".join([",".join(rows[0]), *newest]) + "\n", encoding="utf-8")
    return code


LATER = "2026-12-24"


def _dearer(path: Path, start: int, usd: int, as_of: int) -> None:
    """Append to each series of prices one at twice the last; notes in quotes are left as they are."""
    heading, *lines = path.read_text(encoding="utf-8").splitlines()
    series: dict[tuple[str, ...], list[str]] = {}
    for line in lines:
        series.setdefault(tuple(line.split(",")[:start]), []).append(line)
    found: list[str] = [heading]
    for same in series.values():
        cells = same[-1].split(",")
        found += same
        if '"' not in same[-1] and cells[usd]:
            cells[start], cells[as_of], cells[usd] = LATER, LATER, str(float(cells[usd]) * 2)
            found.append(",".join(cells))
    path.write_text("\n".join(found) + "\n", encoding="utf-8")


def test_prices_that_come_later_are_a_notice_and_change_nothing(copy: Path, tmp_path: Path) -> None:
    folder = specs_in(tmp_path)
    for name, text in EXPECTED.items():
        (folder / name).write_text(text, encoding="utf-8")
    named = [f"{name}.yaml" for name in SPECS]
    done = run("lock", "--check", *named, cwd=folder, code=copy)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(f"prices of {LATER} are known") == len(SPECS)
    locked = run("plan", "--locked", *named, "--format", "json", cwd=folder, code=copy)
    assert locked.stdout == run("plan", *named, "--format", "json", cwd=folder).stdout
    assert f"prices of {LATER} are known" in locked.stderr
    assert texts(folder) == EXPECTED


def test_locked_anew_it_has_the_later_prices(copy: Path, tmp_path: Path) -> None:
    folder = specs_in(tmp_path, ["recommendations"])
    spec = folder / "recommendations.yaml"
    spec.write_text(spec.read_text().replace("usd_per_month: ", "usd_per_month: 9"))
    before = run("lock", "recommendations.yaml", cwd=folder)
    after = run("lock", "recommendations.yaml", cwd=folder, code=copy)
    assert (before.returncode, after.returncode) == (0, 0), after.stderr
    held = json.loads((folder / "recommendations.lock.json").read_text())
    assert held["facts"]["prices"]["as_of"] == LATER
    assert {row["as_of"] for row in held["rows"]} >= {LATER}
    done = run("lock", "--check", "recommendations.yaml", cwd=folder)
    assert done.returncode == 5
    assert f"the prices of {LATER} (catalogue) are not here" in done.stderr
    assert run("plan", "--frozen", "recommendations.yaml", cwd=folder).returncode == 0


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def commit(folder: Path, branch: str, edit: dict[str, tuple[str, str]]) -> None:
    """On a branch of its own, change specs and lock them again."""
    assert git(folder, "checkout", "-q", "-b", branch, "main").returncode == 0
    for name, (old, new) in edit.items():
        spec = folder / f"{name}.yaml"
        assert old in spec.read_text()
        spec.write_text(spec.read_text().replace(old, new))
        done = run("lock", spec.name, cwd=folder)
        assert done.returncode == 0, done.stderr
    assert git(folder, "commit", "-qam", branch).returncode == 0


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = specs_in(tmp_path / "repository", ["chat-8b", "embeddings"])
    shutil.copy(ROOT / ".gitattributes", folder)
    assert git(folder, "init", "-q", "-b", "main").returncode == 0
    assert run("lock", "chat-8b.yaml", "embeddings.yaml", cwd=folder).returncode == 0
    git(folder, "add", "-A")
    assert git(folder, "commit", "-qm", "locked").returncode == 0
    return folder


def test_two_pull_requests_for_two_workloads_merge(repository: Path) -> None:
    commit(repository, "more-chat", {"chat-8b": ("qps: 5 ", "qps: 6 ")})
    commit(repository, "more-embeddings", {"embeddings": ("usd_per_month: ", "usd_per_month: 1")})
    git(repository, "checkout", "-q", "main")
    assert git(repository, "merge", "-q", "more-chat").returncode == 0
    merged = git(repository, "merge", "-q", "--no-edit", "more-embeddings")
    assert merged.returncode == 0, merged.stdout
    assert run("lock", "--check", "chat-8b.yaml", "embeddings.yaml", cwd=repository).returncode == 0


def test_two_pull_requests_for_one_workload_end_in_a_lock_that_is_made_anew(repository: Path) -> None:
    commit(repository, "more", {"chat-8b": ("qps: 5 ", "qps: 6 ")})
    commit(repository, "longer", {"chat-8b": ("output_tokens: 200", "output_tokens: 220")})
    git(repository, "checkout", "-q", "main")
    assert git(repository, "merge", "-q", "more").returncode == 0
    assert git(repository, "merge", "-q", "--no-edit", "longer").returncode != 0
    path = repository / "chat-8b.lock.json"
    assert "<<<<<<<" in path.read_text()
    done = run("lock", "chat-8b.yaml", cwd=repository)
    assert done.returncode == 2
    assert "conflict marker; take either side, then run plimsoll lock" in done.stderr
    if "<<<<<<<" in (spec := repository / "chat-8b.yaml").read_text():
        spec.write_text(spec.read_text().replace("output_tokens: 200", "output_tokens: 220"))
        lines = [
            line
            for line in spec.read_text().splitlines()
            if line[:7] not in ("<<<<<<<", "=======", ">>>>>>>")
        ]
        spec.write_text("\n".join(dict.fromkeys(lines)) + "\n")
    assert run("lock", "--replace", "chat-8b.yaml", cwd=repository).returncode == 0
    assert run("lock", "--check", "chat-8b.yaml", cwd=repository).returncode == 0


def test_a_lock_is_folded_in_reviews_and_keeps_its_line_ends(repository: Path) -> None:
    said = git(repository, "check-attr", "linguist-generated", "eol", "--", "chat-8b.lock.json").stdout
    assert "linguist-generated: set" in said
    assert "eol: lf" in said
