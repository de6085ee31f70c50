"""What only places or words a plan computes nothing: components, Kubernetes objects, templates."""

import ast
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from tests.rules.owed import ARITHMETIC
from tests.rules.source import ROOT, each_file, name_of, tree

OPERATORS = (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.Sub)
PLACING = [folder for folder in ("components", "plimsoll/objects") if (ROOT / folder).is_dir()]
TEMPLATES = sorted((ROOT / "plimsoll").rglob("*.j2"))


@each_file(ARITHMETIC, *PLACING)
def test_placing_computes_nothing(thing: Path) -> None:
    lines = [
        node.lineno
        for node in ast.walk(tree(thing))
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, OPERATORS)
    ]
    assert not lines, f"arithmetic in lines {lines}"


def test_there_are_templates() -> None:
    assert TEMPLATES


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_compute_nothing(path: Path) -> None:
    parsed = jinja2.Environment(autoescape=False).parse(path.read_text(encoding="utf-8"))
    operators = {type(node).__name__ for node in parsed.find_all((nodes.BinExpr, nodes.UnaryExpr))}
    assert not operators & {"Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow", "Neg"}
    filters = {node.name for node in parsed.find_all(nodes.Filter)}
    assert not filters & {"sum", "round", "abs", "int", "float", "max", "min"}
