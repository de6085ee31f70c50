"""Components and the objects they register compute nothing, know only the plan, take no ambient provider."""

import ast

import pytest

from tests.make.plans import plan
from tests.make.program import ROOT, graph_of

COMPONENTS = sorted((ROOT / "components").rglob("*.py"))
OBJECTS = sorted((ROOT / "plimsoll/objects").rglob("*.py"))
ARITHMETIC = (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.Sub)
ROOMS = {"plimsoll.plan", "plimsoll.objects", "plimsoll.engines", "plimsoll.ground"}
"""What components may know of the core."""


def named(paths):
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def imported(path, *roots):
    """Every module of these packages that a file imports, in functions too."""
    return {
        node.module
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in roots
    }


@pytest.mark.parametrize("path", named(COMPONENTS + OBJECTS))
def test_components_compute_nothing(path):
    found = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ARITHMETIC)
    ]
    assert not found, f"arithmetic in lines {found}"


@pytest.mark.parametrize("path", named(COMPONENTS))
def test_components_know_the_plan_and_its_objects_alone(path):
    rooms = {".".join(module.split(".")[:2]) for module in imported(path, "plimsoll")}
    assert rooms <= ROOMS | ({"plimsoll"} if path.name == "__main__.py" else set())


@pytest.mark.parametrize("path", named(OBJECTS))
def test_objects_are_plain_data_that_needs_no_pulumi(path):
    assert not imported(path, "pulumi", "pulumi_aws", "pulumi_kubernetes", "components")


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
