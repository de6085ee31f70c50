"""`plimsoll actual` as a person calls it, for tests of what it answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli.main import main
from tests.make.bills import OCTOBER
from tests.make.locks import locked


class Asking:
    """Calls of the command with the lock of `chat-8b`."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.lock = locked(folder)[1]
        self._capsys = capsys

    def call(self, kind: str, bill: object, *more: str, window: str = OCTOBER) -> tuple[int, str, str]:
        """The exit code, what was printed, and what was said."""
        with pytest.raises(SystemExit) as ending:
            main(["actual", "--plan", str(self.lock), "--from", kind, str(bill), "--window", window, *more])
        said = self._capsys.readouterr()
        return int(ending.value.code or 0), said.out, said.err

    def answer(self, kind: str, bill: object, *more: str, window: str = OCTOBER) -> dict[str, Any]:
        """The document."""
        code, out, err = self.call(kind, bill, "--format", "json", *more, window=window)
        assert code == 0, err
        return json.loads(out)

    def refused(self, code: int, kind: str, bill: object, *more: str) -> str:
        """What is said of a bill that is refused."""
        found, _, err = self.call(kind, bill, *more)
        assert (found, "Traceback" in err) == (code, False), err
        return err


def row_of(answer: dict[str, Any], name: str) -> dict[str, Any]:
    """The row of a name."""
    (found,) = [row for row in answer["workloads"] if row["name"] == name]
    return found
