"""Run the real program on hand-made plans."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import plimsoll.plan.of_stack
from plimsoll.graph.resource import Graph, Resource
from plimsoll.plan.plan import Plan
from plimsoll.preview.program import Program, run_program

ROOT = Path(__file__).resolve().parents[2]
CONFIG: Mapping[str, Any] = {
    "region": "us-east-1",
    "environment": "prod",
    "cluster": {"name": "demo"},
    "workloads": ["unused.yaml"],
    "tags": {"team": "platform", "cost-center": "0000"},
}


def program(config: Mapping[str, Any]) -> Program:
    text = {
        f"plimsoll:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in config.items()
    }
    return Program(ROOT, ROOT / "stacks/__main__.py", "plimsoll", "dev", text, keys=tuple(config))


def graph_of(monkeypatch: Any, plans: Plan | Mapping[str, Plan], **config: Any) -> Graph:
    """The graph of the program with these plans in place of what sizing would say."""
    found = {str(plans.workload["name"]): plans} if isinstance(plans, Plan) else plans
    monkeypatch.setattr(plimsoll.plan.of_stack, "plan_workloads", lambda *_: dict(found))
    return run_program(program({**CONFIG, **config}))


def of_type(graph: Graph, suffix: str) -> list[Resource]:
    return [found for found in graph.resources if found.type.endswith(suffix)]


def one(graph: Graph, suffix: str, name: str = "") -> Resource:
    found = [item for item in of_type(graph, suffix) if not name or item.name == name]
    assert len(found) == 1, [item.urn for item in found]
    return found[0]


def walk(value: Any) -> Iterable[Any]:
    yield value
    if isinstance(value, Mapping):
        for item in value.values():
            yield from walk(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from walk(item)
