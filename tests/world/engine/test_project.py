"""This project in the real engine: every example created, unchanged, changed, refreshed and destroyed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.make.places import ROOT
from tests.world.engine import example_stacks, graph_forms
from tests.world.engine.harness import Engine, policy_options

pytestmark = [pytest.mark.engine, pytest.mark.slow]

KEPT = ("eks/cluster:Cluster", "eks/nodeGroup:NodeGroup", "core/v1:Service", "core/v1:Namespace")
"""What no change of traffic, budget, tags or prices may take away."""


def _preview_in_process(engine: Engine) -> dict:
    program = Path(sys.executable).parent / "plimsoll"
    done = subprocess.run(
        [program, "preview", "--stack", "dev", "--format", "json"],
        cwd=engine.project,
        env=engine.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("region", example_stacks.by_region())
def test_every_example_lives_a_whole_life(engine: Engine, region: str) -> None:
    engine.copy_checkout()
    names = example_stacks.by_region()[region]
    example_stacks.configure(engine, names, region=region)
    engine.init("dev")

    digest = engine.run("preview", "--json").json
    unlike = graph_forms.differences(
        graph_forms.of_engine(digest), graph_forms.of_preview(_preview_in_process(engine))
    )
    placed = {step["urn"].rsplit("::", 1)[-1] for step in digest["steps"]}
    assert placed.issuperset(names), "every example of the region is in the stack"
    assert unlike == [], "the preview in process and the engine's are one graph"
    assert engine.created() == [], "a preview creates nothing"

    engine.up()
    made = len(engine.created())
    assert made == len([step for step in digest["steps"] if _is_real(step)])
    engine.preview("--expect-no-changes")

    engine.cloud.forget_journal()
    for name in names:
        example_stacks.double_the_traffic(engine, name)
    engine.up()
    assert engine.calls("Update"), "twice the traffic changes something"
    taken = {call["type"] for call in engine.calls("Delete")}
    assert taken.isdisjoint(KEPT), "twice the traffic takes no cluster, node group or Service away"

    engine.refresh("--expect-no-changes")
    engine.preview("--expect-no-changes")
    engine.destroy()
    assert engine.cloud.existing() == [], "nothing is left behind"


def _is_real(step: dict) -> bool:
    kind = step["newState"]["type"]
    return step["newState"]["custom"] and not kind.startswith("pulumi:providers:")


@pytest.mark.parametrize("nodes", ["managed", "auto-mode"])
def test_other_ways_to_make_nodes_live_too(engine: Engine, nodes: str) -> None:
    engine.copy_checkout()
    example_stacks.configure(engine, ("chat-8b",), region="us-east-1", nodes=nodes)
    engine.init("dev")
    digest = engine.run("preview", "--json").json
    unlike = graph_forms.differences(
        graph_forms.of_engine(digest), graph_forms.of_preview(_preview_in_process(engine))
    )
    assert unlike == []
    engine.up()
    engine.cloud.forget_journal()
    # Another instance type would be another node group, and rightly so.
    pinned = {"instance_type": example_stacks.chosen_type(engine, "chat-8b", nodes)}
    example_stacks.double_the_traffic(engine, "chat-8b", pin=pinned)
    engine.up()
    assert {call["type"] for call in engine.calls("Delete")}.isdisjoint(KEPT)
    engine.preview("--expect-no-changes")
    engine.destroy()
    assert engine.cloud.existing() == []


def test_the_gate_stands_before_the_whole_project(engine: Engine) -> None:
    """Within the budget it goes up; above it, nothing that costs is created, preview or not."""
    engine.copy_checkout()
    example_stacks.configure(engine, ("chat-8b",), region="us-east-1")
    engine.init("dev")
    pack = ROOT / "policies"
    over = policy_options(pack, _budget(500), engine.folder)
    refused = engine.up(*over, check=False)
    assert refused.code != 0
    assert "budget" in refused.said
    priced = {"aws:eks/cluster:Cluster", "aws:eks/nodeGroup:NodeGroup", "aws:ec2/natGateway:NatGateway"}
    assert priced.isdisjoint(engine.created()), "nothing that costs was created"

    engine.up(*policy_options(pack, _budget(9000), engine.folder))
    assert priced <= set(engine.created())


def _budget(usd_per_month: int) -> dict:
    return {"budget": {"enforcementLevel": "mandatory", "usdPerMonth": usd_per_month}}
