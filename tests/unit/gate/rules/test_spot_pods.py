"""Pods that spot may take away: whether they are warned, and what they lose."""

from typing import Any

import pytest

from plimsoll.graph.resource import Resource
from tests.make.graphs import codes_of, graph, need, pool, resource

TAINT = {"key": "run", "value": "1", "effect": "NoSchedule"}
TOLERATION = {"key": "run", "operator": "Exists"}
HELD = {"annotations": {"karpenter.sh/do-not-disrupt": "true"}}


def bought(*how: str) -> Resource:
    made = pool()
    requirement = need("karpenter.sh/capacity-type", "In", *how)
    made.inputs["spec"]["template"]["spec"]["requirements"].append(requirement)
    made.inputs["spec"]["template"]["spec"]["taints"] = [TAINT]
    return made


def job(*, metadata: Any = None, env: Any = None, tolerations: Any = None, **spec: Any) -> Resource:
    pod = {"containers": [{"name": "c", "env": env or []}], "tolerations": tolerations or [TOLERATION]}
    template = {"metadata": metadata or {}, "spec": pod}
    body = {"template": template, **spec}
    return resource("kubernetes:batch/v1:Job", "train", metadata={"name": "train"}, spec=body)


def test_a_pod_that_forbids_draining_may_not_land_on_spot() -> None:
    held = job(metadata=HELD)
    assert "do_not_disrupt_on_spot" in codes_of(graph(bought("spot", "on-demand"), held))
    assert "do_not_disrupt_on_spot" not in codes_of(graph(bought("on-demand"), held))
    assert "do_not_disrupt_on_spot" not in codes_of(graph(bought("spot", "on-demand"), job()))


def test_a_pod_that_cannot_get_there_is_no_matter() -> None:
    elsewhere = job(metadata=HELD, tolerations=[{"key": "other", "operator": "Exists"}])
    assert "do_not_disrupt_on_spot" not in codes_of(graph(bought("spot", "on-demand"), elsewhere))


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (job(), True),
        (job(activeDeadlineSeconds=7200), True),
        (job(activeDeadlineSeconds=3600), False),
        (job(env=[{"name": "CHECKPOINT_DIR", "value": "s3://runs/llama"}]), False),
        (job(env=[{"name": "CHECKPOINT_DIR", "value": ""}]), True),
        (job(completionMode="Indexed", backoffLimitPerIndex=3), False),
    ],
)
def test_a_long_run_on_spot_saves_its_work(made: Resource, found: bool) -> None:
    assert ("spot_without_checkpoint" in codes_of(graph(bought("spot", "on-demand"), made))) is found
    assert "spot_without_checkpoint" not in codes_of(graph(bought("on-demand"), made))
