"""Programs that some tests need: found, or the test is skipped with the line that gets them.

Where `PLIMSOLL_REQUIRE_ALL` is set, as in CI, nothing is skipped for want of a program: the test fails.
"""

import os
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

REQUIRED = "PLIMSOLL_REQUIRE_ALL"
GET = {
    "jq": "apt-get install jq",
    "promtool": "make promtool",
    "prometheus": "make prometheus",
    "actionlint": "make actionlint",
    "chromium": "make browser",
    "axe-core": "make browser",
    "sarif": "make sarif-schema",
    "zizmor": "make setup",
    "check-jsonschema": "make setup",
    "engine": "make engine",
    "cluster": "make cluster",
    "runs": "make runs",
    "rehearsal": "make rehearsal-tools",
    "uv": "make setup",
    "boto3": "pip install plimsoll-iac[aws]",
    "moto": "pip install moto[ec2]",
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
    pytest.skip(message, allow_module_level=True)


def need_module(name: str) -> ModuleType:
    """Import a library; without it skip the tests of the module that asks, or fail, as for a program."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        need(None, name)
        raise
