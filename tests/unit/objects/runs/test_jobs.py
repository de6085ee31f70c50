"""Jobs of runs: a TrainJob says by patches what it has no field for, and is never left suspended alone."""

from pathlib import Path

import pytest

from tests.make.runs import BY_TRAINER, objects, planned


@pytest.mark.parametrize("nodes", [1, 2])
def test_it_is_admitted_by_a_queue_whatever_its_size(tmp_path: Path, nodes: int) -> None:
    made = objects(planned(tmp_path, BY_TRAINER | {"pin": {"nodes": nodes}}))
    assert made.job["kind"] == "TrainJob"
    assert made.job["spec"]["suspend"] is True
    assert "kueue.x-k8s.io/queue-name" in made.job["metadata"]["labels"]
    assert [each["kind"] for each in made.queue].count("LocalQueue") == 1


def test_its_pods_may_save_and_may_run_on_the_nodes_of_its_pools(tmp_path: Path) -> None:
    made = objects(planned(tmp_path, BY_TRAINER))
    (patch,) = made.job["spec"]["runtimePatches"]
    (pods,) = patch["trainingRuntimeSpec"]["template"]["spec"]["replicatedJobs"]
    spec = pods["template"]["spec"]["template"]["spec"]
    assert spec["serviceAccountName"] == made.account["metadata"]["name"]
    taints = made.pools[0].nodes[1]["spec"]["template"]["spec"]["taints"]
    assert {each["key"] for each in taints} <= {each["key"] for each in spec["tolerations"]}
    (container,) = spec["containers"]
    volumes = {each["name"] for each in spec["volumes"]}
    assert {each["name"] for each in container["volumeMounts"]} <= volumes
