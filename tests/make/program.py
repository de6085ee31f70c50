"""Run the real program on hand-made plans."""

import json
from collections.abc import Mapping
from typing import Any

import plimsoll.plan.of_stack
from plimsoll.graph.resource import Graph
from plimsoll.plan.plan import Plan
from plimsoll.preview.program import Program, run_program
from tests.make.places import ROOT

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
