"""The command line as a process of its own."""

import subprocess
import sys


def plimsoll(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run `plimsoll`; what it said and how it ended."""
    command = [sys.executable, "-m", "plimsoll", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
