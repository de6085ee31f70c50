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

from plimsoll.observability.dashboard import dashboard
from plimsoll.observability.metrics import SOURCES
from plimsoll.observability.rules import rule_object
from plimsoll.observability.watch import Watch, watches
from tests.make.programs import need

ROOT = Path(__file__).parents[2]
SPECS = ["chat-8b", "support-chat", "fraud-detection", "runs/legal-70b"]
NAME = re.compile(r"\b((?:vllm|plimsoll|kube|kubecost|node|DCGM)[_:][A-Za-z0-9_:]+)(?=[{\[ )])")


def watched(name: str) -> Watch:
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
    recorded = {r["record"] for r in rule_object(watch)["spec"]["groups"][0]["rules"]}
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
    late, past = (
        next(
            rule["expr"] for rule in rule_object(watch)["spec"]["groups"][1]["rules"] if rule["alert"] == name
        )
        for name in ("PlimsollRunLate", "PlimsollRunPastSwitch")
    )
    assert late.endswith(f"> {round(watch.run.high * 3600)}")
    assert f"> {round(watch.run.switch_at * 3600)} " in past


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


LENGTH = "8h"
STEPS = 8 * 60


def world(*, usd: str, kind: str, active: str, ready: str, slow: bool = False) -> list[dict[str, str]]:
    """Make the series of one node of support-chat, by the minute for 8 hours."""
    at = 'namespace="support-chat"'
    quick = f"0+{0 if slow else 60}x{STEPS}"
    histogram = "vllm:time_to_first_token_seconds"
    return [
        {"series": f'node_total_hourly_cost{{node="n",instance_type="{kind}"}}', "values": usd},
        {"series": f'kube_pod_info{{{at},node="n",pod="p"}}', "values": f"1+0x{STEPS}"},
        {"series": f'kube_pod_status_ready{{{at},pod="p",condition="true"}}', "values": ready},
        {"series": f'DCGM_FI_PROF_GR_ENGINE_ACTIVE{{{at},pod="p"}}', "values": active},
        {"series": f'vllm:num_requests_running{{{at},pod="p"}}', "values": f"0+0x{STEPS}"},
        {"series": f'vllm:num_requests_waiting{{{at},pod="p"}}', "values": f"{int(slow)}+0x{STEPS}"},
        {"series": f'{histogram}_bucket{{{at},le="0.75"}}', "values": quick},
        {"series": f"{histogram}_count{{{at}}}", "values": f"0+60x{STEPS}"},
    ]


def fired(watch: Watch, series: list[dict[str, str]], expected: dict[str, bool], folder: Path) -> None:
    """Hold which alerts fire after 8 hours against what is expected of each."""
    promtool = need(shutil.which("promtool") or ROOT / ".tools" / "bin" / "promtool", "promtool")
    (folder / "r.yaml").write_text(yaml.safe_dump(rule_object(watch)["spec"]))
    tests: list[dict[str, Any]] = [
        {
            "expr": f'count(ALERTS{{alertname="{name}",alertstate="firing"}}) > bool 0',
            "eval_time": LENGTH,
            "exp_samples": [{"labels": "{}", "value": 1}] if fires else [],
        }
        for name, fires in expected.items()
    ]
    body = {
        "rule_files": ["r.yaml"],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": series, "promql_expr_test": tests}],
    }
    (folder / "t.yaml").write_text(yaml.safe_dump(body))
    run(promtool, "test", "rules", str(folder / "t.yaml"))


ALERTS = (
    "PlimsollInstanceTypeDrift",
    "PlimsollCostAboveCeiling",
    "PlimsollCostAboveExpected",
    "PlimsollBudgetPace",
    "PlimsollIdleGpu",
    "PlimsollMoreReplicasThanPlanned",
    "PlimsollReplicasAtMax",
    "PlimsollSloBurn",
)


def test_alerts_fire_on_their_series(tmp_path: Path) -> None:
    watch = watched("support-chat")
    assert watch.replicas is not None
    steady = f"+0x{STEPS}"
    bad = world(
        usd=f"1000{steady}",
        kind="g4dn.metal",
        active=f"0{steady}",
        ready=f"{watch.replicas[2] + 1}{steady}",
        slow=True,
    )
    fired(watch, bad, dict.fromkeys(ALERTS, True), tmp_path)


@pytest.mark.parametrize(
    "active", [f"0.6+0x{STEPS}", f"1.8e19+0x{STEPS}", f"_x{STEPS}", f"0.6+0x100 _x200 0.6+0x{STEPS - 300}"]
)
def test_alerts_are_silent_on_healthy_days_blanks_and_gaps(active: str, tmp_path: Path) -> None:
    watch = watched("support-chat")
    price = watch.prices[0].usd_per_hour
    good = world(usd=f"{price}+0x{STEPS}", kind=watch.types[0], active=active, ready=f"1+0x{STEPS}")
    fired(watch, good, dict.fromkeys(ALERTS, False), tmp_path)


def test_alerts_are_silent_where_nothing_is_scraped(tmp_path: Path) -> None:
    fired(watched("support-chat"), [], dict.fromkeys(ALERTS, False), tmp_path)


def test_a_late_run_is_told_and_one_on_time_is_not(tmp_path: Path) -> None:
    watch = watched("runs/legal-70b")
    names = ("PlimsollRunLate", "PlimsollRunPastSwitch")
    assert watch.run is not None
    for hours, told in ((watch.run.high + 1, True), (1, False)):
        at, began = 'namespace="legal-70b"', round((8 - hours) * 3600)
        series = [
            {"series": f'kube_job_status_start_time{{{at},job_name="j"}}', "values": f"{began}+0x{STEPS}"},
            {"series": f'kube_job_status_active{{{at},job_name="j"}}', "values": f"1+0x{STEPS}"},
            {"series": f'kube_pod_info{{{at},node="n",pod="p"}}', "values": f"1+0x{STEPS}"},
            {"series": 'kubecost_node_is_spot{node="n"}', "values": f"1+0x{STEPS}"},
        ]
        fired(watch, series, dict.fromkeys(names, told), tmp_path)


def test_more_nodes_than_planned_are_told(tmp_path: Path) -> None:
    watch = watched("chat-8b")
    for count, told in ((watch.max_nodes + 1, True), (watch.max_nodes, False)):
        series = [
            {"series": f'{name}{{node="n{node}",{label}}}', "values": f"1+0x{STEPS}"}
            for node in range(count)
            for name, label in (
                ("node_total_hourly_cost", f'instance_type="{watch.types[0]}"'),
                ("kube_node_labels", 'label_plimsoll_dev_workload="chat-8b"'),
            )
        ]
        fired(watch, series, {"PlimsollMoreNodesThanPlanned": told}, tmp_path)
