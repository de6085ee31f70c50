"""The product's source as the rules look at it: files, functions, classes, imports."""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from plimsoll.files.package import DATA
from tests.make.places import ROOT

PRODUCT = ("plimsoll", "components", "policies", "stacks")
BESIDE = ("bench", "speed_fit", "testbed")
"""What is built, fitted and measured beside the product keeps the same lengths."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*folders: str) -> list[Path]:
    """Every Python file of these folders."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [path for path in found if DATA not in path.parents]  # programs there run in a cluster


def name_of(path: Path) -> str:
    """The path of a file as people say it."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The syntax of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """Every function of a file, methods and inner ones too."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def lines_of(function: Function) -> int:
    """How long a function is, its docstring included."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def parameters_of(function: Function) -> int:
    """How many values a caller may hand over."""
    args = function.args
    own = args.posonlyargs + args.args
    bound = bool(own) and own[0].arg in {"self", "cls"}
    return len(own) + len(args.kwonlyargs) - bound


def imports(path: Path) -> Iterator[str]:
    """Every name that a file imports, inside functions and for type checking too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def each(owed: Iterable[str], things: Iterable[Any], name: Callable[[Any], str]) -> pytest.MarkDecorator:
    """Run a test for each thing; what is owed must still fail, and is struck off when it does no more."""
    late = pytest.mark.xfail(strict=True, reason="owed: see tests/rules/owed.py")
    params = [(thing, name(thing)) for thing in things]
    assert set(owed) <= {each for _, each in params}, "owed by nobody: strike it off tests/rules/owed.py"
    return pytest.mark.parametrize(
        "thing",
        [pytest.param(thing, id=ident, marks=[late] if ident in owed else []) for thing, ident in params],
    )


def each_file(owed: Iterable[str], *folders: str) -> pytest.MarkDecorator:
    """Run a test for each file of these folders."""
    return each(owed, sources(*folders), name_of)
