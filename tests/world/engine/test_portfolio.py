"""In the real engine, services that share nodes do as their manifests say: at that price, and for good."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pytest
import yaml

from plimsoll.catalog.tables import load
from plimsoll.graph.from_manifests import resources_of
from plimsoll.graph.resource import Graph
from plimsoll.objects.deployable import deployable
from plimsoll.objects.facts_file import read_stack_facts
from plimsoll.plan.of_stack import PlanTerms
from plimsoll.pricing import price
from tests.make.command import plimsoll
from tests.make.places import ROOT
from tests.world.engine import example_stacks, graph_forms
from tests.world.engine.harness import Engine, policy_options
from tests.world.engine.test_project import _preview_in_process

pytestmark = [pytest.mark.engine, pytest.mark.slow]

NAMES = ("rerank", "vetting")
GROUP = "shared-rerank"
REGION = "us-east-1"
OWN = {"gpu-operator", "plimsoll-elsewhere.cluster"}
"""Names of what only a cluster of the stack's own has besides."""

Object = Mapping[str, Any]
Objects = dict[tuple[str, str, str], Object]


def sharing(engine: Engine, **config: Any) -> Engine:
    """The project with two services that share a node."""
    engine.copy_checkout()
    for name in NAMES:
        text = (ROOT / "examples/sharing" / f"{name}.yaml").read_text()
        (engine.project / "workloads" / f"{name}.yaml").write_text(text)
    (engine.project / "portfolio.yaml").write_text((ROOT / "examples/sharing/portfolio.yaml").read_text())
    said = {"region": REGION, "portfolio": "portfolio.yaml", **config}
    example_stacks.configure(engine, NAMES, **said)
    return engine.init("dev")


def written(engine: Engine) -> Objects:
    """What `manifests` writes of the same specs, portfolio and stack file."""
    specs = [engine.project / "workloads" / f"{name}.yaml" for name in NAMES]
    file = engine.project / example_stacks.STACK
    facts = read_stack_facts(file.read_bytes(), str(file))
    made = deployable(specs, facts, PlanTerms(None), portfolio=engine.project / "portfolio.yaml")
    return by_identity(yaml.safe_load(text) for text in made.files.values())


def by_identity(objects: Iterable[Object]) -> Objects:
    return {
        (each["kind"], each["metadata"].get("namespace", ""), each["metadata"]["name"]): each
        for each in objects
    }


def kept_by(engine: Engine) -> Objects:
    """The Kubernetes objects of the engine's state, as they were asked for."""
    kept = (each["inputs"] for each in engine.state() if each["type"].startswith("kubernetes:"))
    asked = ({key: value for key, value in each.items() if key != "__defaults"} for each in kept)
    return by_identity(each for each in asked if "metadata" in each)


def ceiling_of(objects: Objects) -> Decimal | None:
    """What the gate says that manifests can cost."""
    problems: list[Any] = []
    found = [each for made in objects.values() for each in resources_of(dict(made), "m.yaml", problems)]
    priced = price(Graph(tuple(found)), load(), REGION)
    assert (problems, priced.cannot_price) == ([], ())
    return priced.ceiling


def test_a_group_lives_a_whole_life(engine: Engine) -> None:
    sharing(engine)
    digest = engine.run("preview", "--json").json
    unlike = graph_forms.differences(
        graph_forms.of_engine(digest), graph_forms.of_preview(_preview_in_process(engine))
    )
    assert unlike == [], "the preview in process and the engine's are one graph"
    assert engine.created() == []

    engine.up()
    manifests, kept = written(engine), kept_by(engine)
    assert {key: kept.get(key) for key in manifests} == manifests
    assert {name for _, _, name in kept.keys() - manifests.keys()} == OWN

    engine.cloud.forget_journal()
    engine.up()
    assert not engine.calls("Create") + engine.calls("Update") + engine.calls("Delete")
    engine.refresh("--expect-no-changes")
    engine.preview("--expect-no-changes")

    example_stacks.configure(engine, NAMES, region=REGION, portfolio="")
    engine.up()
    assert not [key for key in kept_by(engine) if key[2].startswith(GROUP)], "each has its own again"
    assert kept_by(engine).keys() >= {("NodePool", "", f"{name}-base") for name in NAMES}
    assert ("Namespace", "", "gpu-operator") not in {call["type"] for call in engine.calls("Delete")}
    engine.preview("--expect-no-changes")


def test_both_roads_and_the_engine_say_one_price(engine: Engine) -> None:
    """The gate's price of the engine's state and digest is the plan's, and that of the manifests."""
    sharing(engine)
    told = plimsoll(
        *("plan", *(f"workloads/{name}.yaml" for name in NAMES), "--portfolio", "portfolio.yaml"),
        *("--format", "json"),
        cwd=engine.project,
    )
    ceiling = Decimal(json.loads(told.stdout)["portfolio"]["usd_per_month_shared"]["ceiling"])
    digest = engine.folder / "digest.json"
    digest.write_text(engine.run("preview", "--json").out)
    options = policy_options(ROOT / "policies", {"budget": {"usdPerMonth": float(ceiling)}}, engine.folder)
    engine.up(*options)
    state = engine.folder / "state.json"
    state.write_text(engine.run("stack", "export").out)
    for source in (digest, state):
        judged = plimsoll("check", str(source), "--format", "json", cwd=engine.project)
        verdict = json.loads(judged.stdout)
        assert Decimal(verdict["usd_per_month"]["ceiling"]) == ceiling, source.name
        assert [each for each in verdict["violations"] if each["level"] == "mandatory"] == [], source.name
    said = engine.run("stack", "output", "--json").json
    ceilings = {name: Decimal(usd) for name, usd in said["ceilingUsdPerMonth"].items()}
    assert ceilings.keys() == {*NAMES, GROUP, "shared"}
    assert sum(ceilings.values()) == ceiling
    assert ceilings[GROUP] + sum(ceilings[name] for name in NAMES) == ceiling_of(written(engine))


def test_a_cent_less_than_the_group_may_cost_is_refused_before_anything_is_made(engine: Engine) -> None:
    sharing(engine)
    node = ceiling_of(written(engine))
    assert node is not None
    scope = {"workload": GROUP, "usdPerMonth": float(node - Decimal("0.01"))}
    result = engine.up(
        *policy_options(ROOT / "policies", {"budget": {"scopes": [scope]}}, engine.folder), check=False
    )
    assert result.code != 0
    assert "over_budget" in result.said
    assert "kubernetes:karpenter.sh/v1:NodePool" not in engine.created()


@pytest.mark.parametrize("nodes", ["managed", "auto-mode"])
def test_a_maker_that_cannot_is_refused_in_its_own_words(engine: Engine, nodes: str) -> None:
    sharing(engine, nodes=nodes)
    (engine.project / "portfolio.yaml").write_text("priority: {rerank: 2}\n")
    result = engine.preview(check=False)
    assert result.code != 0
    assert "only Karpenter can be told what such a node publishes (NodeOverlay)" in result.said
    assert "Traceback" not in result.said
