"""The command line, as a process of its own or inside the one of the tests."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

from plimsoll.cli.main import main

Run = Callable[..., tuple[int, str, str]]
"""Takes arguments of the command line; gives the exit code, stdout and stderr."""


def plimsoll(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run `plimsoll`; what it said and how it ended."""
    command = [sys.executable, "-m", "plimsoll", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]


def inside(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run `plimsoll` in this process, which takes a tenth of the time; what it said and how it ended."""
    out, err = StringIO(), StringIO()
    code = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main(list(arguments))
        except SystemExit as ending:
            code = int(ending.code or 0)
    return subprocess.CompletedProcess(list(arguments), code, out.getvalue(), err.getvalue())
