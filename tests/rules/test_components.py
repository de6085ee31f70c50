"""Rules that components keep: they know only the plan, and take no ambient provider."""

from pathlib import Path

import pytest
import yaml

from tests.make.plans import plan
from tests.make.program import graph_of
from tests.rules.owed import COMPONENTS
from tests.rules.source import ROOT, each_file, imports, name_of

ROOMS = (
    "plimsoll.plan.",
    "plimsoll.sizing.pool.Pool",
    "plimsoll.objects.",
    "plimsoll.observability.",
    "plimsoll.engines.",
    "plimsoll.ground.",
)
"""The plan with its pools, what it looks like in Kubernetes and is watched by, and the ground."""
SIZING = ("plimsoll.plan.of_stack.", "plimsoll.plan.size.")
MAY_SIZE = {"components/package.py", "components/__main__.py"}
"""Served to other languages, they take a spec instead of a plan, and ask for one."""


@each_file(COMPONENTS, "components")
def test_components_know_the_plan_alone(thing: Path) -> None:
    known = {name for name in imports(thing) if name.startswith("plimsoll")}
    if name_of(thing) in MAY_SIZE:
        known = {name for name in known if not name.startswith((*SIZING, "plimsoll.__version__"))}
    assert [name for name in sorted(known) if not name.startswith(ROOMS) or name.startswith(SIZING)] == []


@pytest.mark.parametrize("nodes", ["karpenter", "managed", "auto-mode"])
def test_every_resource_names_its_provider(monkeypatch: pytest.MonkeyPatch, nodes: str) -> None:
    for found in graph_of(monkeypatch, plan(), nodes=nodes).resources:
        if found.type.startswith(("aws:", "kubernetes:")):
            assert found.provider, found.urn
            assert f"pulumi:providers:{found.type.split(':')[0]}::" in found.provider


def test_stacks_refuse_ambient_providers() -> None:
    for path in (ROOT / "stacks").glob("Pulumi.*.yaml"):
        config = yaml.safe_load(path.read_text())["config"]
        assert {"aws", "kubernetes"} <= set(config["pulumi:disable-default-providers"]), path.name
