"""The tree of unit tests mirrors the packages: whoever looks for the tests of a module knows their path."""

from pathlib import Path

import pytest

from tests.rules.source import ROOT, name_of

UNIT = ROOT / "tests" / "unit"
BESIDE_PLIMSOLL = {"components", "policies", "speed_fit"}
TESTS = sorted(UNIT.rglob("test_*.py"))


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_a_unit_test_stands_where_its_module_does(path: Path) -> None:
    inside = path.relative_to(UNIT)
    place = ROOT if inside.parts[0] in BESIDE_PLIMSOLL else ROOT / "plimsoll"
    module = place / inside.parent / inside.stem.removeprefix("test_")
    assert module.with_suffix(".py").is_file() or module.is_dir(), f"no {name_of(module)}.py"


def test_tests_stand_in_one_of_six_folders() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert folders - {"__pycache__"} == {"unit", "claims", "cases", "rules", "world", "make"}
    loose = {path.name for path in (ROOT / "tests").glob("*.py")}
    assert loose == {"__init__.py", "conftest.py"}


def test_unit_holds_tests_alone() -> None:
    assert [path for path in UNIT.rglob("*.py") if not path.name.startswith(("test_", "__init__"))] == []
