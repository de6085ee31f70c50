"""Worlds of a watched workload, hour by hour, and which of its alerts fire in them: promtool judges."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from plimsoll.observability.rules import rule_object
from plimsoll.observability.watch import Watch
from tests.make.places import ROOT
from tests.make.programs import need

EVERY = "1m" if os.environ.get("PLIMSOLL_PROOFS") else "5m"
"""How often promtool judges: a week of minutes takes it minutes."""

BLANK = 9223372036854775794.0
"""What DCGM exports where it has no value."""

BAD = 0.04
"""The share of slow requests of a healthy hour: within the error budget of a p95, above that of a p99."""


@dataclass(frozen=True)
class State:
    """What is so in an hour; None: nothing is scraped of it."""

    nodes: int
    usd_of_node: float | None
    instance_type: str
    replicas: int | None
    active: float | None = 0.6
    running: float = 4
    waiting: Sequence[float] = (0, 3)
    slow: float = BAD
    tasks: float = 0
    spot: bool = False
    scraped: bool = True
    """Whether the exporters of nodes are asked at all; other nodes than the workload's are always there."""
    began_h: float | None = None
    """When the job that is active began, in hours of the world; None without one."""


def promtool() -> str:
    return need(shutil.which("promtool") or ROOT / ".tools" / "bin" / "promtool", "promtool")


def world(watch: Watch, hours: Sequence[State]) -> list[dict[str, str]]:
    """Write the series of a world, a value a minute."""
    name = watch.name
    pod = f'namespace="{name}",pod="p"'
    made: dict[str, str] = {
        f'kube_pod_status_ready{{{pod},condition="true"}}': _steady(
            hours, lambda hour: None if hour.replicas is None else hour.replicas * watch.nodes_per_replica
        ),
        f'DCGM_FI_PROF_GR_ENGINE_ACTIVE{{exported_namespace="{name}",gpu="0"}}': _steady(
            hours, lambda hour: hour.active
        ),
        f"vllm:num_requests_running{{{pod}}}": _steady(hours, lambda hour: hour.running),
        f"vllm:num_requests_waiting{{{pod}}}": " ".join(
            f"{hour.waiting[minute % len(hour.waiting)]:g}" for hour in hours for minute in range(60)
        ),
        f'keda_scaler_metrics_value{{exported_namespace="{name}",scaledObject="s"}}': _steady(
            hours, lambda hour: hour.tasks
        ),
        f'kube_job_status_active{{namespace="{name}",job_name="j"}}': _steady(
            hours, lambda hour: None if hour.began_h is None else 1
        ),
        f'kube_job_status_start_time{{namespace="{name}",job_name="j"}}': _steady(
            hours, lambda hour: None if hour.began_h is None else hour.began_h * 3600
        ),
    }
    made |= dict(_others(hours))
    made |= dict(_nodes(name, hours))
    for objective in watch.objectives:
        made |= dict(_requests(objective.histogram, objective.edge_s, pod, hours))
    return [{"series": series, "values": values} for series, values in made.items()]


def _steady(hours: Sequence[State], value: Callable[[State], float | None]) -> str:
    """One value an hour."""
    found = (value(hour) for hour in hours)
    return " ".join("_x60" if each is None else f"{each:.9g}+0x59" for each in found)


def _others(hours: Sequence[State]) -> Iterator[tuple[str, str]]:
    """A system node with its pod, which the cluster has whatever the workload does."""
    yield (
        'node_total_hourly_cost{node="system",instance_type="m7i.large"}',
        _steady(hours, lambda hour: 0.1008 if hour.scraped else None),
    )
    there = _steady(hours, lambda hour: 1 if hour.scraped else None)
    yield 'kube_pod_info{namespace="kube-system",pod="s",node="system"}', there


def _nodes(name: str, hours: Sequence[State]) -> Iterator[tuple[str, str]]:
    """The nodes of each hour, with a price, a pod and how they are rented."""
    for at in range(max(hour.nodes for hour in hours)):
        for kind in sorted({hour.instance_type for hour in hours}):
            there = [
                replace(hour, usd_of_node=None) if hour.nodes <= at or hour.instance_type != kind else hour
                for hour in hours
            ]
            labels = f'node="n{at}",instance_type="{kind}"'
            yield f"node_total_hourly_cost{{{labels}}}", _steady(there, lambda hour: hour.usd_of_node)
        here = [hour if hour.nodes > at else None for hour in hours]
        steady = " ".join("_x60" if hour is None else "1+0x59" for hour in here)
        yield f'kube_pod_info{{namespace="{name}",pod="p{at}",node="n{at}"}}', steady
        spot = " ".join("1+0x59" if hour is not None and hour.spot else "_x60" for hour in here)
        yield f'kube_node_labels{{node="n{at}",label_karpenter_sh_capacity_type="spot"}}', spot


def _requests(histogram: str, edge: float, pod: str, hours: Sequence[State]) -> Iterator[tuple[str, str]]:
    """A request a second, of which a share is slower than the edge."""
    quick, every = 0.0, 0.0
    inside: list[str] = []
    all_of_them: list[str] = []
    for hour in hours:
        step = 60 * (1 - hour.slow)
        inside.append(f"{quick:.6f}+{step:.6f}x59")
        all_of_them.append(f"{every:g}+60x59")
        quick, every = quick + 60 * step, every + 3600
    yield f'{histogram}_bucket{{{pod},le="{edge:g}"}}', " ".join(inside)
    yield f"{histogram}_count{{{pod}}}", " ".join(all_of_them)


def fired(watch: Watch, series: list[dict[str, str]], hours: int, folder: Path) -> set[str]:
    """The alerts that fire at any time of a world; of latency limits each with its window."""
    spec = rule_object(watch)["spec"]
    (folder / "rules.yaml").write_text(yaml.safe_dump(spec))
    alerts = [rule for group in spec["groups"] for rule in group["rules"] if "alert" in rule]
    queries = {
        _told(rule): f"count(count_over_time(ALERTS{{{_selected(rule)}}}[{hours}h]))" for rule in alerts
    }
    # Nothing is expected of any, so that what fires is what promtool complains of.
    tests = [
        {"expr": query, "eval_time": f"{hours}h", "exp_samples": list[Any]()} for query in queries.values()
    ]
    body: dict[str, Any] = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": EVERY,
        "tests": [{"interval": "1m", "input_series": series, "promql_expr_test": tests}],
    }
    (folder / "test.yaml").write_text(yaml.safe_dump(body, width=10**9))
    command = [promtool(), "test", "rules", str(folder / "test.yaml")]
    done = subprocess.run(command, capture_output=True, text=True)
    said = (done.stdout + done.stderr).replace('\\"', '"')
    found = {told for told, query in queries.items() if query in said}
    assert bool(found) == (done.returncode != 0), said[-3000:]
    return found


def value_of(
    watch: Watch, name: str, series: list[dict[str, str]], hour: float, folder: Path
) -> float | None:
    """The value of a recorded series at an hour of a world, as promtool tells it; None where it has none."""
    return value_asked(watch, f'{name}{{workload="{watch.name}"}}', series, hour, folder)


def value_asked(
    watch: Watch, asked: str, series: list[dict[str, str]], hour: float, folder: Path
) -> float | None:
    """What a query gives at an hour of a world, as promtool tells it; None where it gives nothing."""
    (folder / "rules.yaml").write_text(yaml.safe_dump(rule_object(watch)["spec"]))
    # Something else is expected, so that promtool says what it got.
    wrong = [{"labels": "none", "value": -1}]
    test = {"expr": asked, "eval_time": f"{round(hour * 60)}m", "exp_samples": wrong}
    body = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": EVERY,
        "tests": [{"interval": "1m", "input_series": series, "promql_expr_test": [test]}],
    }
    (folder / "test.yaml").write_text(yaml.safe_dump(body, width=10**9))
    command = [promtool(), "test", "rules", str(folder / "test.yaml")]
    done = subprocess.run(command, capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert "got:" in said, said[-2000:]
    got = re.search(r"got:.*?\}\s+([-+.\deE]+)", said)
    return None if got is None else float(got[1])


def _told(rule: dict[str, Any]) -> str:
    labels = rule["labels"]
    own = [labels[key] for key in ("objective", "window") if key in labels]
    return " ".join([rule["alert"], *own])


def _selected(rule: dict[str, Any]) -> str:
    own = {key: rule["labels"][key] for key in ("objective", "window") if key in rule["labels"]}
    chosen = {"alertname": rule["alert"], "alertstate": "firing", **own}
    return ",".join(f'{key}="{value}"' for key, value in chosen.items())
