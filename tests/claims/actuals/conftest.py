from pathlib import Path

import pytest

from tests.claims.actuals.asked import Asking


@pytest.fixture
def asking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Asking:
    return Asking(tmp_path, capsys)
