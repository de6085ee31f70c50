"""The command line as a process: help without imports, usage errors, closed streams, full disks, locales."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from plimsoll import __version__
from plimsoll.cli import main as cli
from tests.make.command import plimsoll


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


def test_a_full_disk_is_said() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "plimsoll", "schema"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 6
    assert done.stderr == "plimsoll: No space left on device\n"


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
