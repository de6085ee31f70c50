"""Bad input gets its error, and nothing is written: no file made, none changed, none removed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = "from plimsoll.cli.main import main; main()"

BAD = "model: no-such/model\nload: {qps: -1}\nsla: {tpot: 3}\n"
GOOD = "model: meta-llama/Llama-3.1-8B-Instruct\nload: {qps: 1}\n"

CALLS = [
    ("plan", "bad.yaml"),
    ("plan", "good.yaml", "bad.yaml"),
    ("plan", "good.yaml", "--format", "xml"),
    ("plan", "good.yaml", "--on", "yesterday"),
    ("plan", "good.yaml", "--on", "1999-01-01"),
    ("plan", "missing.yaml"),
    ("plan", "folder"),
    ("plan",),
    ("why-not", "bad.yaml", "g6.xlarge"),
    ("why-not", "good.yaml", "g6.enormous"),
    ("new", "good"),
    ("new", "no such folder/name"),
    ("new", "Ünusable Name!"),
    ("schema", "nothing"),
    ("offers", "--gpu", "no-such-gpu"),
    ("models", "--format", "nothing"),
    ("accuracy", "--points", "bad.yaml"),
    ("accuracy", "--points", "missing.csv"),
    ("check", "bad.yaml"),
    ("check", "missing.json"),
    ("check", "good.yaml", "--budget", "much"),
    ("preview", "--stack", "no-such-stack", "--out", "made", "--graph", "made.svg"),
    ("preview", "--spec", "bad.yaml", "--format", "k8s", "--out", "made", "--graph", "made.svg"),
    ("pln", "good.yaml"),
]


def seen(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every path below a folder, with its mode, time of change and content."""
    found: dict[str, tuple[int, int, bytes]] = {}
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(folder))] = (about.st_mode, about.st_mtime_ns, content)
    return found


@pytest.mark.parametrize("arguments", CALLS, ids=" ".join)
def test_nothing_is_written(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BAD, encoding="utf-8")
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    home = tmp_path / "home"
    home.mkdir()
    before = seen(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TMPDIR": str(home),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        check=False,
        timeout=60,
    )
    error = done.stderr.decode()
    assert done.returncode in {2, 5}, error
    assert error.strip()
    assert "Traceback" not in error
    assert done.stdout == b""
    assert seen(tmp_path) == before
