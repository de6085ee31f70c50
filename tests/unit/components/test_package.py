"""What other languages see: the schema inferred from the components, and what they register."""

from decimal import Decimal

import pytest
from pulumi.provider.experimental.analyzer import Analyzer

from components.package import GpuCluster, GpuWorkload
from plimsoll.catalog.tables import load
from plimsoll.gate.case import Case
from plimsoll.gate.money import amount_of
from plimsoll.gate.rules.drift import PLAN_DRIFT
from plimsoll.gate.scope import Scope
from plimsoll.preview.program import Program, run_program
from plimsoll.pricing import price
from tests.make.places import ROOT

PROGRAM = """
import pulumi
from components.package import GpuCluster, GpuWorkload
owner = {"team": "platform", "cost_center": "0000", "environment": "dev"}
cluster = GpuCluster("main", {"cluster_name": "demo", "region": "us-east-1", "owner": owner})
spec = {"model": "meta-llama/Llama-3.1-8B-Instruct",
        "load": {"qps": 5.0, "input_tokens": 1000.0, "output_tokens": 200.0},
        "scale": {"min_replicas": 1.0}}
GpuWorkload("chat", {"spec": spec, "region": "us-east-1", "cluster_name": "demo",
    "endpoint": cluster.endpoint, "certificate_authority": cluster.certificate_authority,
    "node_role": cluster.node_role, "owner": owner})
"""


def test_the_schema_can_be_inferred():
    found = Analyzer("plimsoll").analyze([GpuCluster, GpuWorkload])["component_definitions"]
    assert set(found) == {"GpuCluster", "GpuWorkload"}
    workload = found["GpuWorkload"]
    assert {"spec", "region", "clusterName", "endpoint", "nodeRole", "owner"} <= set(workload.inputs)
    assert {"url", "instanceType", "ceilingUsdPerMonth"} <= set(workload.outputs)
    plain = {name for name, value in workload.inputs.items() if value.plain}
    assert {"spec", "region", "clusterName"} <= plain, "what decides the price must be known at once"
    for each in found.values():
        assert each.inputs["observability"].plain
        assert each.inputs["observability"].optional


def test_a_program_of_components_claims_its_ceilings_first(tmp_path):
    (tmp_path / "main.py").write_text(PROGRAM)
    graph = run_program(Program(ROOT, tmp_path / "main.py", "demo", "dev", {}))
    by_type = {found.type: found for found in graph.resources}
    for kind in ("GpuCluster", "GpuWorkload"):
        claim = by_type[f"plimsoll:index:{kind}"].inputs["ceiling"]["usdPerMonth"]
        assert float(claim) > 0
    pool = by_type["kubernetes:karpenter.sh/v1:NodePool"]
    assert pool.inputs["spec"]["limits"]["nodes"] >= "1"


def _charts(graph):
    releases = [each.inputs for each in graph if each.type.endswith(":Release")]
    return {each["chart"]: each.get("values", {}) for each in releases}


def test_observability_is_an_argument_of_both(tmp_path):
    """Rules and a dashboard of the workload; Grafana, Alertmanager and OpenCost of the cluster."""
    graphs = {}
    for said in (True, False):
        text = PROGRAM.replace('"owner": owner}', f'"owner": owner, "observability": {said}}}')
        assert text.count("observability") == 2
        (tmp_path / "main.py").write_text(text)
        graphs[said] = run_program(Program(ROOT, tmp_path / "main.py", "demo", "dev", {})).resources
    kinds = {said: [each.type.rpartition(":")[2] for each in graph] for said, graph in graphs.items()}
    assert kinds[True].count("PrometheusRule") == 1
    assert kinds[True].count("ConfigMap") == kinds[False].count("ConfigMap") + 1
    assert "PrometheusRule" not in kinds[False]
    charts = {said: _charts(graph) for said, graph in graphs.items()}
    assert charts[True]["kube-prometheus-stack"]["grafana"]["enabled"]
    assert "extraVolumes" not in charts[True]["opencost"], "a cluster has no plans whose prices it could list"
    assert "opencost" not in charts[False]
    claims = {
        said: [
            Decimal(each.inputs["ceiling"]["usdPerMonth"])
            for each in graph
            if each.type in ("plimsoll:index:GpuCluster", "plimsoll:index:GpuWorkload")
        ]
        for said, graph in graphs.items()
    }
    volume = Decimal("25") * load().service("ebs-gp3-storage", "us-east-1").price.usd
    assert claims[True] == [claims[False][0] + volume, claims[False][1]]


@pytest.mark.parametrize("said", [False, True])
def test_what_components_state_is_counted_once(tmp_path, said):
    """A cluster and a workload of the package hold components that state ceilings of the same money."""
    text = PROGRAM.replace('"owner": owner}', f'"owner": owner, "observability": {said}}}')
    (tmp_path / "main.py").write_text(text)
    graph = run_program(Program(ROOT, tmp_path / "main.py", "demo", "dev", {}))
    priced = price(graph, load(), "us-east-1")
    case = Case(graph, priced, load(), load().priced_on)
    assert priced.cannot_price == ()
    assert amount_of(case, Scope(), "ceiling").known == priced.ceiling
    assert list(PLAN_DRIFT.whole(case, {"toleranceUsd": 0, "usdPerMonth": priced.ceiling})) == []


def test_numbers_that_arrive_as_floats_are_whole_again():
    from plimsoll.plan.of_stack import plan_mapping

    spec = {
        "model": "meta-llama/Llama-3.1-8B-Instruct",
        "load": {"qps": 5.5, "input_tokens": 1000.0},
        "pin": {"replicas": 2.0},
    }
    name, plan = plan_mapping(spec, "chat", "us-east-1")
    assert name == "chat"
    assert plan.chosen.replicas.peak == 2
