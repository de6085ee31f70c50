"""How long things may grow: functions, files and folders stay at a size that a reader holds in mind."""

import ast
import statistics
from collections import Counter
from pathlib import Path

import pytest

from tests.rules.owed import SHAPE
from tests.rules.source import (
    BESIDE,
    PRODUCT,
    each,
    each_file,
    functions,
    lines_of,
    name_of,
    parameters_of,
    sources,
)

LONGEST_FILE, LONGEST_FUNCTION = 350, 50
MOST_PARAMETERS = 7
MEDIAN_LINES, P90_LINES = 8, 20
MOST_FILES = 20

FOLDERS = Counter(
    path.parent for path in sources(*PRODUCT) if path.name not in {"__init__.py", "__main__.py"}
)


@each_file(SHAPE, *PRODUCT, *BESIDE)
def test_files_and_functions_stay_short(thing: Path) -> None:
    assert thing.read_text(encoding="utf-8").count("\n") <= LONGEST_FILE
    found = list(functions(thing))
    assert {node.name: lines_of(node) for node in found if lines_of(node) > LONGEST_FUNCTION} == {}
    assert {node.name: parameters_of(node) for node in found if parameters_of(node) > MOST_PARAMETERS} == {}


def test_most_functions_are_short() -> None:
    lengths = [lines_of(node) for path in sources(*PRODUCT) for node in functions(path)]
    assert statistics.median(lengths) <= MEDIAN_LINES
    assert statistics.quantiles(lengths, n=10)[8] <= P90_LINES


@each((), sorted(FOLDERS), name_of)
def test_a_folder_is_neither_crowded_nor_a_single_file(thing: Path) -> None:
    assert FOLDERS[thing] <= MOST_FILES
    inner = any(folder != thing and folder.is_relative_to(thing) for folder in FOLDERS)
    assert FOLDERS[thing] > 1 or inner or thing.name == "stacks"


@pytest.mark.parametrize("text", ["def f(a, b, *, c): ...", "def f(self, a, b, c): ..."])
def test_every_parameter_counts_but_self(text: str) -> None:
    (node,) = ast.parse(text).body
    assert isinstance(node, ast.FunctionDef)
    assert parameters_of(node) == 3
