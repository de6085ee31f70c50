"""Programs that some tests need: found, or the test is skipped with the line that gets them.

Where `PLIMSOLL_REQUIRE_ALL` is set, as in CI, nothing is skipped for want of a program: the test fails.
"""

import os
from pathlib import Path

import pytest

REQUIRED = "PLIMSOLL_REQUIRE_ALL"
GET = {
    "jq": "apt-get install jq",
    "actionlint": "make actionlint",
    "engine": "make engine",
    "cluster": "make cluster",
    "uv": "make setup",
    "python": "apt-get install python3-venv gives one; a second version: pyenv install 3.13",
}
"""How each program is got, on Debian or from our own modules."""


def need(program: Path | str | None, name: str) -> str:
    """Return where a program is; without one skip the test with how to get it, or fail where all must be."""
    if program and (isinstance(program, str) or program.is_file()):
        return str(program)
    message = f"no {name} here: {GET[name]}"
    if os.environ.get(REQUIRED):
        pytest.fail(f"{message} ({REQUIRED} is set)", pytrace=False)
    pytest.skip(message)
