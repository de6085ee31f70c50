"""Dashboards and alerts parse, name known metrics, take their numbers from the plan, and fire when due."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.objects.manifest import stream
from plimsoll.observability.dashboard import dashboard
from plimsoll.observability.metrics import SOURCES
from plimsoll.observability.rules import rule_object
from plimsoll.observability.watch import Watch, watches
from plimsoll.preview.program import run_program
from plimsoll.show.preview.manifests import manifests
from tests.claims.test_components_register_the_objects import EXISTING
from tests.make.command import inside
from tests.make.program import CONFIG, program
from tests.make.programs import need

ROOT = Path(__file__).parents[2]
SHARED = "nodes that two share"
SPECS = ["chat-8b", "support-chat", "fraud-detection", "runs/legal-70b", SHARED]
SHARING = ROOT / "examples" / "sharing"
NAME = re.compile(r"\b((?:vllm|plimsoll|kube|kubecost|node|DCGM)[_:][A-Za-z0-9_:]+)(?=[{\[ )])")


def watched(name: str) -> Watch:
    if name == SHARED:
        specs, file = [SHARING / "rerank.yaml", SHARING / "vetting.yaml"], SHARING / "portfolio.yaml"
        return watches(specs, None, "2026-09-01", None, None, None, file)[-1]
    (found,) = watches([ROOT / "workloads" / f"{name}.yaml"], None, "2026-09-01", None, None, None)
    return found


@pytest.fixture(scope="module", params=SPECS)
def watch(request: pytest.FixtureRequest) -> Watch:
    return watched(request.param)


def expressions(watch: Watch) -> Iterator[str]:
    for group in rule_object(watch)["spec"]["groups"]:
        yield from (rule["expr"] for rule in group["rules"])
    for panel in dashboard(watch)["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def test_every_metric_has_a_source_or_is_recorded(watch: Watch) -> None:
    rules = [rule for group in rule_object(watch)["spec"]["groups"] for rule in group["rules"]]
    recorded = {rule["record"] for rule in rules if "record" in rule}
    suffixes = ("_bucket", "_count")
    for query in expressions(watch):
        for name in NAME.findall(query):
            plain = next((name.removesuffix(end) for end in suffixes if name.endswith(end)), name)
            assert {name, plain} & {*SOURCES, *recorded}, name


def test_money_and_replicas_are_the_plans(watch: Watch) -> None:
    queries = " ".join(expressions(watch))
    if watch.money is not None:
        for usd in (watch.money.expected, watch.money.ceiling, watch.money.beside):
            assert usd in queries
    for count in watch.replicas or ():
        assert f"vector({count})" in queries
    for price in watch.prices:
        assert price.usd_per_hour in queries


def test_every_expression_parses(watch: Watch, tmp_path: Path) -> None:
    promtool = need(shutil.which("promtool") or ROOT / ".tools" / "bin" / "promtool", "promtool")
    rules = [{"record": f"a:{at}", "expr": query} for at, query in enumerate(expressions(watch))]
    (tmp_path / "r.yaml").write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}))
    run(promtool, "check", "rules", str(tmp_path / "r.yaml"))
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(rule_object(watch)["spec"]))
    run(promtool, "check", "rules", str(tmp_path / "own.yaml"))


def test_the_same_plan_is_the_same_bytes() -> None:
    first, second = (json.dumps(dashboard(watched("chat-8b"))) for _ in range(2))
    assert first == second


def test_numbers_of_a_run_are_the_plans() -> None:
    watch = watched("runs/legal-70b")
    assert watch.run is not None
    assert watch.run.switch_at is not None
    expressions_of = {
        rule["alert"]: rule["expr"]
        for group in rule_object(watch)["spec"]["groups"]
        for rule in group["rules"]
        if "alert" in rule
    }
    late, past = expressions_of["PlimsollRunLate"], expressions_of["PlimsollRunPastSwitch"]
    assert late.endswith(f"> {round(watch.run.high * 3600)}")
    assert f"> {round(watch.run.switch_at * 3600)} " in past


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


CHAT = str(ROOT / "workloads" / "chat-8b.yaml")
LABEL = ("--monitor-label", "release=kube-prometheus-stack")


def printed(*arguments: str) -> str:
    done = inside(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_commands_are_what_a_cluster_with_an_operator_takes() -> None:
    rule = yaml.safe_load(printed("alerts", CHAT, *LABEL))
    assert rule["metadata"]["labels"]["release"] == "kube-prometheus-stack"
    config_map = yaml.safe_load(printed("dashboard", CHAT, "--config-map"))
    assert config_map["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert {rule["metadata"]["namespace"], config_map["metadata"]["namespace"]} == {"chat-8b"}
    ((name, text),) = config_map["data"].items()
    assert text == printed("dashboard", CHAT)
    assert name == f"{json.loads(text)['uid']}.json"
    alerts = [each for group in rule["spec"]["groups"] for each in group["rules"] if "alert" in each]
    assert {each["annotations"]["dashboard"] for each in alerts} == {f"/d/{json.loads(text)['uid']}"}


def test_manifests_add_what_watches_only_where_it_is_asked_for() -> None:
    alone, watched = printed("manifests", CHAT), printed("manifests", CHAT, "--observability", *LABEL)
    before, after = (
        {(each["kind"], each["metadata"]["name"]): each for each in yaml.safe_load_all(text)}
        for text in (alone, watched)
    )
    assert after.keys() - before.keys() == {
        ("ConfigMap", "chat-8b-dashboard"),
        ("PrometheusRule", "chat-8b-alerts"),
    }
    assert after["PodMonitor", "chat-8b"]["metadata"]["labels"].pop("release") == "kube-prometheus-stack"
    assert {key: after[key] for key in before} == before


def test_manifests_of_a_watched_stack_are_those_of_its_preview(tmp_path: Path) -> None:
    stack = {
        **{key: CONFIG[key] for key in ("region", "environment", "tags")},
        "cluster": {**EXISTING, "name": "demo"},
        "prometheus": False,
        "observability": True,
        "monitorLabels": {"release": "monitoring"},
        "workloads": [CHAT],
    }
    (tmp_path / "stack.yaml").write_text(yaml.safe_dump({"config": stack}))
    written = printed("manifests", CHAT, "--cluster", str(tmp_path / "stack.yaml"))
    assert written == stream(manifests(run_program(program(stack))).files)


WRONG = {
    "no value": ("release", "no label value"),
    "no key": ("=x", "no label key"),
    "a cost tag": ("team=x", "is a cost tag"),
    "a space": ("release=a b", "no label value"),
}


@pytest.mark.parametrize("command", ["alerts", "dashboard", "manifests"])
@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_label_is_refused_alike_by_all_three(command: str, case: str) -> None:
    given, says = WRONG[case]
    done = inside(command, CHAT, "--monitor-label", given)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "--monitor-label: " in done.stderr
    assert says in done.stderr


def test_a_label_of_plain_json_is_refused() -> None:
    done = inside("dashboard", CHAT, *LABEL)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--config-map" in done.stderr


@pytest.mark.parametrize("command", ["alerts", "dashboard"])
def test_both_commands_treat_wrong_specs_and_folders_alike(command: str, tmp_path: Path) -> None:
    missing = inside(command, str(tmp_path / "none.yaml"))
    assert missing.returncode == 2
    assert "none.yaml" in missing.stderr
    assert inside(command, CHAT, "--set", "budget.usd_per_month=1").returncode == 4
    out = tmp_path / "out"
    assert inside(command, CHAT, "--out", str(out)).returncode == 0
    (written,) = out.iterdir()
    before = written.read_text()
    written.write_text("mine\n")
    refused = inside(command, CHAT, "--out", str(out))
    assert refused.returncode == 2
    assert written.read_text() == "mine\n"
    assert inside(command, CHAT, "--out", str(out), "--force").returncode == 0
    assert written.read_text() == before


def test_an_opencost_that_the_stack_installs_reads_the_plans_prices() -> None:
    graph = run_program(program({**CONFIG, "workloads": [CHAT], "openCost": True}))
    named = {(resource.type.rpartition(":")[2], resource.name): resource for resource in graph.resources}
    prices = named["ConfigMap", "plimsoll-prices"].inputs
    watch = watched("chat-8b")
    assert (
        f",chat-8b-base,us-east-1,node,metadata.labels.karpenter.sh/nodepool,{watch.types[0]},"
        in (prices["data"]["prices.csv"])
    )
    exporter = named["Release", "opencost"].inputs["values"]["opencost"]["exporter"]
    (mount,) = exporter["extraVolumeMounts"]
    assert exporter["extraEnv"]["CSV_PATH"] == f"{mount['mountPath']}/prices.csv"
    assert mount["name"] == prices["metadata"]["name"]
    assert ("PrometheusRule", "chat-8b-alerts") not in named


TENANTS = [str(SHARING / f"{name}.yaml") for name in ("rerank", "vetting")]
TOGETHER = ("--portfolio", str(SHARING / "portfolio.yaml"))


def watching(text: str) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (each["metadata"]["namespace"], each["metadata"]["name"]): each
        for each in yaml.safe_load_all(text)
        if each["kind"] == "PrometheusRule" or each["metadata"]["name"].endswith("-dashboard")
    }


def test_nodes_that_services_share_are_watched_as_manifests_watch_them() -> None:
    """Each spec by itself would be held to nodes of its own, which nobody has, and the shared to nothing."""
    written = watching(printed("manifests", *TENANTS, *TOGETHER, "--observability"))
    rules = watching(printed("alerts", *TENANTS, *TOGETHER))
    boards = watching(printed("dashboard", *TENANTS, *TOGETHER, "--config-map"))
    assert rules | boards == written
    assert {space for space, _ in rules} == {"rerank", "vetting", "shared-rerank"}
    planned = json.loads(printed("plan", *TENANTS, *TOGETHER, "--format", "json"))["portfolio"]
    (group,) = planned["shared"]
    shared = json.dumps(rules["shared-rerank", "shared-rerank-alerts"])
    assert f"{group['usd_per_month_ceiling']}" in shared
    for name in ("rerank", "vetting"):
        assert "PlimsollMoreNodesThanPlanned" not in json.dumps(rules[name, f"{name}-alerts"])
    assert "PlimsollMoreNodesThanPlanned" in shared


@pytest.mark.parametrize("command", ["alerts", "dashboard"])
def test_a_portfolio_that_does_not_hold_is_not_watched(command: str, tmp_path: Path) -> None:
    file = tmp_path / "portfolio.yaml"
    file.write_text("budget: {usd_per_month: 1000}\n", encoding="utf-8")
    done = inside(command, *TENANTS, "--portfolio", str(file))
    assert (done.returncode, done.stdout) == (4, "")
    assert "not all workloads get what they ask for" in done.stderr
