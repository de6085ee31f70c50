"""The command line as a process: help without imports, usage errors, closed streams, full disks, locales."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from plimsoll import __version__
from plimsoll.cli import main as cli
from tests.make.command import plimsoll
from tests.make.places import ROOT


def test_version_and_help() -> None:
    assert plimsoll("--version").stdout == f"plimsoll {__version__}\n"
    helped = plimsoll("--help")
    assert helped.returncode == 0
    for name in cli.COMMANDS:
        assert f"\n  {name} " in helped.stdout


IMPORTED_BY_HELP = """
import sys
from plimsoll.cli import main as cli
try: cli.main(["--help"])
except SystemExit: pass
print([name for name in cli.COMMANDS if "plimsoll.cli." + name.replace("-", "_") in sys.modules])
print("pydantic" in sys.modules, "yaml" in sys.modules)
"""


def test_help_imports_no_command() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED_BY_HELP], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-2:] == ["[]", "False False"]


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help(name: str) -> None:
    helped = plimsoll(name, "--help")
    assert helped.returncode == 0, helped.stderr
    assert helped.stdout.startswith(f"Usage: plimsoll {name}")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plam"], "no command 'plam'; did you mean 'plan'?"),
        (["\x1b[31m"], "no command '\\x1b[31m'; commands: plan, "),
        (["--nope"], "No such option"),
        (["plan"], "Missing argument"),
        (["plan", "--format", "xml", "x.yaml"], "'xml' is not one of"),
        (["plan", "--fromat", "json", "x.yaml"], "--format"),
        (["plan", "--on", "yesterday", "/dev/null"], "yesterday"),
        (["schema", "plam"], "'plam' is not one of"),
    ],
)
def test_a_usage_error_is_said_in_a_line_and_exits_with_2(arguments: list[str], said: str) -> None:
    done = plimsoll(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert all(char == "\n" or char.isprintable() for char in done.stderr)


def test_a_closed_pipe_is_no_error_worth_a_word() -> None:
    command = f"{sys.executable} -m plimsoll schema | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout == "{\n"
    assert done.stderr == ""


SPEC = str(ROOT / "examples" / "sharing" / "rerank.yaml")


@pytest.mark.parametrize(
    "arguments",
    [
        ["schema"],
        ["plan", SPEC, "--no-savings"],
        ["plan", SPEC, "--no-savings", "--format", "json"],
        ["manifests", SPEC],
        ["report", SPEC],
        ["offers", "--gpu", "T4"],
    ],
)
def test_a_full_disk_is_said_with_what_to_do(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "plimsoll", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 6, done.stderr
    assert done.stderr.splitlines()[-1] == (
        "plimsoll: the answer could not be written whole to where stdout goes; no space left on device; "
        "free some space there or send it elsewhere, and run it again"
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("before", [{}, {"mine.yaml": "kind: ConfigMap\n"}])
def test_a_folder_that_cannot_be_written_whole_is_as_it_was(tmp_path: Path, before: dict[str, str]) -> None:
    """No file may be longer than 1,024 bytes: some objects are, others are not."""
    folder = tmp_path / "out"
    folder.mkdir()
    for name, text in before.items():
        (folder / name).write_text(text)
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 1; {sys.executable} -m plimsoll manifests {SPEC} --out {folder}"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 2, done.stderr
    assert "cannot be written; file too large" in done.stderr
    assert {each.name: each.read_text() for each in folder.rglob("*") if each.is_file()} == before


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams_change_no_exit_code(closed: str) -> None:
    command = f"{sys.executable} -m plimsoll plan /nowhere/spec.yaml {closed}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_output_is_utf8_in_every_locale() -> None:
    answers = {
        plimsoll("schema", env={**os.environ, **locale}, encoding="utf-8").stdout
        for locale in (
            {"LC_ALL": "C"},
            {"LC_ALL": "POSIX", "PYTHONUTF8": "0"},
            {"PYTHONIOENCODING": "latin-1"},
        )
    }
    assert len(answers) == 1
    assert "×" in answers.pop()
