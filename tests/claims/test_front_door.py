"""The front door: every public name is there, sorted, typed, and costs nothing until it is used."""

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import plimsoll
from plimsoll.graph.resource import Resource
from plimsoll.plan.write import written
from tests.make.examples import example
from tests.make.places import EXAMPLES

SOURCE = ast.parse(Path(plimsoll.__file__).read_text(encoding="utf-8"))


def typed() -> dict[str, str]:
    """What type checkers see: name to `module:attribute`."""
    (block,) = (node for node in SOURCE.body if isinstance(node, ast.If))
    return {
        alias.asname or alias.name: f"{node.module}:{alias.name}"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_the_list_of_names_is_sorted_and_complete() -> None:
    assert plimsoll.__all__ == sorted(plimsoll.__all__)
    assert set(plimsoll.__all__) == {"__version__", *plimsoll._HOMES}
    assert dir(plimsoll) == plimsoll.__all__


def test_type_checkers_see_the_names_that_programs_get() -> None:
    assert typed() == plimsoll._HOMES


@pytest.mark.parametrize("name", plimsoll.__all__)
def test_every_name_resolves(name: str) -> None:
    assert getattr(plimsoll, name) is not None


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert plimsoll.__version__ == project["project"]["version"]


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'sise'"):
        _ = plimsoll.sise  # pyright: ignore


def test_importing_plimsoll_imports_no_room() -> None:
    code = "import sys, plimsoll; print(sorted(name for name in sys.modules if name.startswith('plimsoll.')))"
    code += "; print([name for name in ('pydantic', 'yaml', 'click', 'csv') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['plimsoll.ground', 'plimsoll.ground.version']", "[]"]


def test_both_roads_are_open(tmp_path: Path) -> None:
    catalog = plimsoll.load_catalog()
    path = tmp_path / "chat.yaml"
    path.write_text("model: Llama-3.1-8B\nload: {qps: 5}\n")
    spec = plimsoll.load_spec(path, catalog)
    plan = plimsoll.size(spec.workload, spec.architecture, spec.catalog, plimsoll.load_speed())
    answer = plimsoll.planned([plan], catalog)
    assert plimsoll.write("plan", "table", answer).startswith("PLAN  chat")
    (tmp_path / "team.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
    graph = plimsoll.read_graph(str(tmp_path / "team.yaml"))
    priced = plimsoll.price(graph, catalog, "us-east-1")
    assert priced.ceiling == 0
    assert plimsoll.judge(graph, catalog, priced=priced).verdict in ("pass", "violation")


def test_a_graph_of_nothing_and_a_plan_as_a_graph_are_refused(tmp_path: Path) -> None:
    with pytest.raises(plimsoll.SpecError, match="no input to read"):
        plimsoll.read_graph()
    _, answer = example(EXAMPLES[0])
    (tmp_path / "plan.json").write_text(json.dumps(written(answer)))
    with pytest.raises(plimsoll.SpecError, match="plimsoll check"):
        plimsoll.read_graph(str(tmp_path / "plan.json"))


def test_an_unknown_document_or_format_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(plimsoll.SpecError, match="table, json, md"):
        plimsoll.write("plan", "yaml", None)
    with pytest.raises(plimsoll.SpecError, match="plan, why-not, explain, check, caps"):
        plimsoll.write("spec", "json", None)


def test_the_price_of_another_graph_judges_nothing() -> None:
    graph = plimsoll.Graph((Resource("urn:a", "aws:ec2/instance:Instance", "a", {}),))
    catalog = plimsoll.load_catalog()
    with pytest.raises(ValueError, match="another graph"):
        plimsoll.judge(graph, catalog, priced=plimsoll.price(plimsoll.Graph(()), catalog))
