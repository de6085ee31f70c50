"""A scratch folder holds files for a moment, where something is read only from a path."""

import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_with(texts: Mapping[str, str]) -> Generator[Path, None, None]:
    """Hold texts by name in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        for file, text in texts.items():
            (Path(name) / file).write_text(text, encoding="utf-8")
        yield Path(name)
