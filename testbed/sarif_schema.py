"""Get the published JSON Schema of SARIF 2.1.0 into `.tools/bin`, for the test that holds our reports to it.

This repository holds what we wrote, so the schema is not kept here: go-sarif (Unlicense) carries it as one
string of its source, and its archive is pinned by the lock file of `sarif/`.

Standard library only, like `build.py`.
"""

import json
import subprocess
import sys
from pathlib import Path

from build import BIN, HERE, BuildError, go_environment, go_program, say

MODULE = "github.com/owenrumney/go-sarif/v3"
SOURCE = Path("pkg", "report", "v210", "sarif", "schema.go")
TARGET = BIN / "sarif-schema-2.1.0.json"


def main() -> int:
    """The command line; returns the exit code."""
    try:
        if not TARGET.is_file():
            BIN.mkdir(parents=True, exist_ok=True)
            TARGET.write_text(_schema(), encoding="utf-8")
    except BuildError as error:
        say(f"error: {error}")
        return 1
    say(f"sarif: schema ready in {BIN}")
    return 0


def _schema() -> str:
    """The string between the first and the last backtick, if it is the schema."""
    command = [go_program(), "mod", "download", "-json", MODULE]
    done = subprocess.run(  # noqa: S603 - a fixed command
        command, cwd=HERE / "sarif", env=go_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BuildError(f"{MODULE} cannot be fetched:\n{done.stderr or done.stdout}")
    source = (Path(json.loads(done.stdout)["Dir"]) / SOURCE).read_text(encoding="utf-8")
    text = source.split("`")[1]
    if json.loads(text)["properties"]["version"]["enum"] != ["2.1.0"]:
        raise BuildError(f"{SOURCE} of {MODULE} holds another schema")
    return text


if __name__ == "__main__":
    sys.exit(main())
