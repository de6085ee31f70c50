"""Two roads to one price: what the plan adds up, and what the resource graph of that plan can cost.

They share the catalogue and nothing else. If they ever differ by a cent, one of them lies.
"""

import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from plimsoll.catalog.tables import load
from plimsoll.plan.of_stack import plan_workloads
from plimsoll.preview.program import run_program
from plimsoll.pricing import price
from plimsoll.spec.read import load_workload
from tests.make.examples import QUERY
from tests.make.places import EXAMPLES, ROOT
from tests.make.program import program


def affordable(spec: Path, folder: Path) -> Path:
    """The spec without its budget: what it costs is the question here, not whether it may."""
    data = yaml.safe_load(spec.read_text())
    data.pop("budget", None)
    path = folder / spec.name
    path.write_text(json.dumps(data))
    return path


def planned(spec: Path):
    """The region of the spec's choice, and its plan there."""
    region = load_workload(spec, load()).workload.region_names[0]
    (plan,) = plan_workloads([spec], region, None).values()
    return region, plan


def graph(spec: Path, region: str, **config: object):
    values = {
        "region": region,
        "cluster": {"name": "demo"},
        "workloads": [str(spec)],
        "tags": {"team": "platform", "cost-center": "0000"},
        "gatewayQuery": QUERY,
        **config,
    }
    return run_program(program(values))


@pytest.mark.parametrize("spec", EXAMPLES, ids=[spec.stem for spec in EXAMPLES])
def test_the_graph_costs_at_most_what_the_plan_says_to_the_cent(spec, tmp_path):
    spec = affordable(spec, tmp_path)
    region, plan = planned(spec)
    resources = graph(spec, region)
    priced = price(resources, load(), region)
    assert priced.cannot_price == ()
    assert priced.ceiling == Decimal(plan.cost.usd_per_month.ceiling)
    claims = {
        found.type.rpartition(":")[2]: Decimal(found.inputs["ceiling"]["usdPerMonth"])
        for found in resources.resources
        if found.type in ("plimsoll:index:Workload", "plimsoll:index:Cluster")
    }
    assert sum(claims.values()) == priced.ceiling


def test_a_plan_that_lies_is_seen(monkeypatch):
    """One node more than planned, and the roads part."""
    import plimsoll.objects.nodes.node_pool as node_pool

    spec = ROOT / "workloads/chat-8b.yaml"
    region, plan = planned(spec)
    honest = node_pool.node_pool

    def lying(*args, **kwargs):
        manifest = honest(*args, **kwargs)
        manifest["spec"]["limits"] = {
            key: str(int(value) + 1) for key, value in manifest["spec"]["limits"].items()
        }
        return manifest

    monkeypatch.setattr(node_pool, "node_pool", lying)
    priced = price(graph(spec, region), load(), region)
    assert priced.ceiling > Decimal(plan.cost.usd_per_month.ceiling)


def test_an_existing_cluster_adds_nothing_to_the_bill():
    spec = ROOT / "workloads/chat-8b.yaml"
    region, plan = planned(spec)
    existing = {
        "create": False,
        "name": "theirs",
        "endpoint": "https://example",
        "certificateAuthority": "QQ==",
        "nodeRole": "nodes",
    }
    priced = price(graph(spec, region, cluster=existing), load(), region)
    assert priced.ceiling == Decimal(plan.ceiling_usd("workload"))
