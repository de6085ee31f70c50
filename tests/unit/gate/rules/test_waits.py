"""Who waits for a node, and for how long."""

from typing import Any

import pytest

from plimsoll.graph.resource import Resource
from tests.make.graphs import codes_of, graph, pool, resource

CODE = "wait_shorter_than_start"
LABELS = {"karpenter.sh/nodepool": "gpu"}


def job(seconds: float | None, gpus: str = "1") -> Resource:
    container = {"name": "c", "image": "i", "resources": {"limits": {"nvidia.com/gpu": gpus} if gpus else {}}}
    spec: dict[str, Any] = {"template": {"spec": {"containers": [container], "restartPolicy": "Never"}}}
    if seconds is not None:
        spec["activeDeadlineSeconds"] = seconds
    return resource("kubernetes:batch/v1:Job", "run", metadata={"name": "run"}, spec=spec)


@pytest.mark.parametrize(
    ("seconds", "found"), [(300, True), (719, True), (720, False), (7200, False), (None, False)]
)
def test_a_job_outlives_the_start_of_its_node(seconds: float | None, found: bool) -> None:
    assert (CODE in codes_of(graph(pool(), job(seconds)))) is found


def test_a_job_that_needs_no_such_node_may_be_short() -> None:
    assert CODE not in codes_of(graph(pool(), job(60, "")))
    assert CODE not in codes_of(graph(job(60)))


@pytest.mark.parametrize(
    ("timeout", "found"),
    [("5m", True), ("300s", True), ("11m59s", True), ("30m", False), ("1h0m0s", False), ("soon", False)],
)
def test_kueue_waits_for_a_node(timeout: str, found: bool) -> None:
    text = f"apiVersion: config.kueue.x-k8s.io/v1beta2\nwaitForPodsReady: {{timeout: {timeout}}}\n"
    config = resource("kubernetes:core/v1:ConfigMap", "kueue", data={"controller_manager_config.yaml": text})
    chart = resource(
        "kubernetes:helm.sh/v3:Release",
        "kueue",
        values={"managerConfig": {"controllerManagerConfigYaml": text}},
    )
    plain = resource("kubernetes:core/v1:ConfigMap", "kueue", data={"waitForPodsReady": {"timeout": timeout}})
    for each in (config, chart, plain):
        assert (CODE in codes_of(graph(pool(), each))) is found, each.type


def test_waiting_that_is_switched_off_is_not_judged() -> None:
    text = "waitForPodsReady: {enable: false, timeout: 1s}"
    config = resource("kubernetes:core/v1:ConfigMap", "kueue", data={"config.yaml": text})
    assert CODE not in codes_of(graph(pool(), config))
