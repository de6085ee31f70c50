"""A run that saves to Lustre claims a file system, mounts it, and asks for where it stands."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plimsoll.objects.cluster import Object
from plimsoll.objects.facts_file import UNSAID, read_stack_facts
from plimsoll.objects.runs.lustre import missing_place
from plimsoll.objects.runs.run import RunObjects
from tests.make.runs import LUSTRE_PLACE, MEASURED, ON_LUSTRE, objects, planned


def made(folder: Path, **more: Any) -> RunObjects:
    return objects(planned(folder, ON_LUSTRE | more))


def pod(job: Object) -> Mapping[str, Any]:
    template = job["spec"]["replicatedJobs"][0]["template"]["spec"]["template"]
    return template["spec"]


def test_the_class_says_what_was_asked_for_and_where(tmp_path: Path) -> None:
    said = {"to": "fsx", "fsx_gb": 2400, "fsx_mb_per_s_per_tib": 500}
    (found,) = made(tmp_path, checkpoint=said).storage
    assert found["parameters"] == {
        "deploymentType": "PERSISTENT_2",
        "fileSystemTypeVersion": "2.15",
        "perUnitStorageThroughput": "500",
        "subnetId": LUSTRE_PLACE.subnet,
        "securityGroupIds": LUSTRE_PLACE.group,
    }
    assert (found["reclaimPolicy"], found["volumeBindingMode"]) == ("Delete", "WaitForFirstConsumer")


def test_the_claim_is_mounted_where_the_run_is_told_to_save(tmp_path: Path) -> None:
    run = made(tmp_path)
    (policy,) = run.job["spec"]["volumeClaimPolicies"]
    (claim,) = policy["templates"]
    assert claim["spec"]["storageClassName"] == run.storage[0]["metadata"]["name"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "1200Gi"
    assert policy["retentionPolicy"] == {"whenDeleted": "Delete"}
    container = pod(run.job)["containers"][0]
    mounted = {each["name"]: each["mountPath"] for each in container["volumeMounts"]}
    told = {each["name"]: each.get("value") for each in container["env"]}
    assert told["CHECKPOINT_DIR"].startswith(mounted[claim["metadata"]["name"]] + "/")


def test_one_node_retries_by_itself_and_needs_no_queue(tmp_path: Path) -> None:
    spec = made(tmp_path).job["spec"]
    assert "suspend" not in spec
    assert spec["failurePolicy"]["maxRestarts"] == 0
    assert spec["replicatedJobs"][0]["template"]["spec"]["backoffLimit"] == 6


def test_it_stands_in_one_zone(tmp_path: Path) -> None:
    (pool,) = made(tmp_path).pools
    needs = {each["key"] for each in pool.nodes[1]["spec"]["template"]["spec"]["requirements"]}
    assert "topology.kubernetes.io/zone" in needs


def test_a_bucket_needs_none_of_it(tmp_path: Path) -> None:
    run = objects(planned(tmp_path, MEASURED))
    assert run.storage == ()
    assert run.job["kind"] == "Job"


def test_nobody_says_where_it_stands(tmp_path: Path) -> None:
    plan = planned(tmp_path, ON_LUSTRE)
    problem = missing_place(plan, UNSAID.of("run", {}))
    assert problem is not None
    assert "securityGroupId" in problem.fix
    assert missing_place(plan, replace(UNSAID.of("run", {}), file_systems=LUSTRE_PLACE)) is None


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("subnetIds: [subnet-1, subnet-2], securityGroupId: sg-1", ("subnet-1", "sg-1")),
        ("subnetIds: [subnet-1, subnet-2]", None),
        ("securityGroupId: sg-1", None),
    ],
)
def test_a_file_of_the_cluster_says_it(said: str, place: tuple[str, str] | None) -> None:
    facts = read_stack_facts(f"cluster: {{name: prod, {said}}}".encode(), "stack.yaml").of("run", {})
    found = facts.file_systems
    assert (None if found is None else (found.subnet, found.group)) == place
