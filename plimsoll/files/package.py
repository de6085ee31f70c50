"""The package's own data files are read here.

`Path(__file__)` rather than `importlib.resources`, whose import alone takes a tenth of a plan's time;
the wheel is installed as files.
"""

from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "catalog" / "data"


def data_text(*parts: str) -> str:
    """Read a data file of the package as text."""
    return DATA.joinpath(*parts).read_text(encoding="utf-8")
