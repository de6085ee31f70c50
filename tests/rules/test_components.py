"""Rules that components keep: compute nothing, know only the plan, take no ambient provider."""

import ast

import pytest

from tests.make.plans import plan
from tests.make.program import ROOT, graph_of

FILES = sorted((ROOT / "components").glob("*.py"))
ARITHMETIC = (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.Sub)
MAY_SIZE = {"package.py"}
"""Served to other languages, it takes a spec instead of a plan, and asks the edge for one."""


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_components_compute_nothing(path):
    found = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ARITHMETIC)
    ]
    assert not found, f"arithmetic in lines {found}"


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_components_know_the_plan_alone(path):
    allowed = {"plimsoll.plan.plan", "plimsoll.ground.problems"} | (
        {"plimsoll.plan.of_stack", "plimsoll"} if path.name in MAY_SIZE | {"__main__.py"} else set()
    )
    imported = {
        node.module
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "plimsoll"
    }
    assert imported <= allowed


@pytest.mark.parametrize("nodes", ["karpenter", "managed", "auto-mode"])
def test_every_resource_names_its_provider(monkeypatch, nodes):
    for found in graph_of(monkeypatch, plan(), nodes=nodes).resources:
        if found.type.startswith(("aws:", "kubernetes:")):
            assert found.provider, found.urn
            assert f"pulumi:providers:{found.type.split(':')[0]}::" in found.provider


def test_stacks_refuse_ambient_providers():
    import yaml

    for path in (ROOT / "stacks").glob("Pulumi.*.yaml"):
        config = yaml.safe_load(path.read_text())["config"]
        assert {"aws", "kubernetes"} <= set(config["pulumi:disable-default-providers"]), path.name
