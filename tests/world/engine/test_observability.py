"""In the real engine a stack is watched where it says so: up twice changes nothing, and nothing stays."""

import json
from decimal import Decimal
from typing import Any

import pytest
import yaml

from plimsoll.plan.of_cluster import history_claim
from tests.make.command import inside
from tests.world.engine import example_stacks
from tests.world.engine.harness import Engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

HISTORY = {"plimsoll-gp3", "plimsoll-dev-ebs-csi"}
"""The storage class of the volume that Prometheus keeps a month on, and the driver that makes it."""

WATCHED = HISTORY | {
    "chat-8b-alerts",
    "chat-8b-dashboard",
    "legal-70b-alerts",
    "legal-70b-dashboard",
    "plimsoll-prices",
}


def test_a_watched_stack_lives_a_whole_life(engine: Engine) -> None:
    engine.copy_checkout()
    _with_image(engine)
    names = ("chat-8b", "runs/legal-70b")
    example_stacks.configure(engine, names, region="us-east-1", observability=True)
    engine.init("dev")
    names_of = {name for _, name in _registered(engine)}
    assert names_of >= WATCHED | {"opencost"}
    engine.up()
    engine.preview("--expect-no-changes")
    engine.up()
    engine.refresh("--expect-no-changes")

    example_stacks.configure(engine, names, region="us-east-1", observability=False)
    engine.up()
    assert not WATCHED & {resource["urn"].rpartition("::")[2] for resource in engine.state()}
    engine.preview("--expect-no-changes")
    engine.destroy()
    assert engine.cloud.existing() == []


def test_a_watched_stack_costs_what_was_planned_and_a_volume(engine: Engine) -> None:
    engine.copy_checkout()
    example_stacks.configure(engine, ("chat-8b",), region="us-east-1", observability=True)
    engine.init("dev")
    engine.up()
    _costs_what_was_planned(engine, "chat-8b")


def _costs_what_was_planned(engine: Engine, *names: str) -> None:
    """`check` holds the exported stack against its plans: they, and the volume that no plan of a spec has."""
    state, lock = engine.folder / "state.json", engine.folder / "plan.json"
    state.write_text(engine.run("stack", "export").out)
    specs = [str(engine.project / "workloads" / f"{name}.yaml") for name in names]
    lock.write_text(inside("plan", *specs, "--no-savings", "--format", "json").stdout)
    judged = inside("check", str(state), str(lock), "--format", "json")
    found = json.loads(judged.stdout)
    assert [each for each in found["violations"] if each["level"] == "mandatory"] == []
    plan = Decimal(json.loads(lock.read_text())["cost"]["usd_per_month"]["ceiling"])
    volume = Decimal(history_claim("us-east-1", own_class=True)["usdPerMonth"])
    assert Decimal(found["usd_per_month"]["ceiling"]) == plan + volume


def test_on_an_existing_cluster_monitors_carry_its_labels(engine: Engine) -> None:
    engine.copy_checkout()
    existing = yaml.safe_load((engine.project / "stacks" / "Pulumi.existing.yaml").read_text())["config"]
    labels = {"release": "kube-prometheus-stack"}
    said = {key: existing[key] for key in ("cluster", "devicePlugin", "dcgm", "keda", "prometheus")}
    example_stacks.configure(engine, ("chat-8b",), **said, observability=True, monitorLabels=labels)
    engine.init("dev")
    found = _registered(engine).items()
    assert not any(token.endswith(":Release") for (token, _), _ in found)
    selected = {
        token.rpartition(":")[2]: inputs["metadata"]["labels"]["release"]
        for (token, _), inputs in found
        if "monitoring.coreos.com" in token
    }
    assert selected == dict.fromkeys(("PodMonitor", "PrometheusRule"), "kube-prometheus-stack")


def _registered(engine: Engine) -> dict[tuple[str, str], Any]:
    """The inputs of what a preview registers, by type and name."""
    steps = engine.run("preview", "--json").json["steps"]
    parts = ((step["urn"].rsplit("::", 2), step.get("newState", {}).get("inputs", {})) for step in steps)
    return {(token.rpartition("$")[2], name): inputs for (_, token, name), inputs in parts}


def _with_image(engine: Engine) -> None:
    path = engine.project / "workloads" / "runs" / "legal-70b.yaml"
    spec = yaml.safe_load(path.read_text())
    spec["engine"] = spec.get("engine", {}) | {"image": "registry.example/train:1"}
    path.write_text(yaml.safe_dump(spec))
