"""The claims call the command line in this process, where nobody may ever meet a traceback."""

import pytest

from plimsoll.cli.main import main
from tests.make.command import Run


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `plimsoll`: its exit code, what it wrote to stdout, and to stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ending:
            main(list(arguments))
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert "internal error" not in said.err
        return int(ending.value.code or 0), said.out, said.err

    return call
