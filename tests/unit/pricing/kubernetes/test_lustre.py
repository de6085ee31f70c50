"""File systems of Lustre cost what their class says, for a month, or for as long as a run lets them last."""

from decimal import Decimal
from typing import Any

import pytest

from plimsoll.graph.resource import Resource
from tests.make.graphs import resource
from tests.make.prices import only_problem, priced

MONTH_H = 730


def lustre_class(**parameters: str) -> Resource:
    given = {"deploymentType": "PERSISTENT_2", "perUnitStorageThroughput": "125"} | parameters
    mode = given.pop("mode", "WaitForFirstConsumer")
    return resource(
        "kubernetes:storage.k8s.io/v1:StorageClass",
        "scratch",
        metadata={"name": "scratch"},
        provisioner="fsx.csi.aws.com",
        parameters=given,
        volumeBindingMode=mode,
    )


CLAIM = {"storageClassName": "scratch", "resources": {"requests": {"storage": "1200Gi"}}}


def claim() -> Resource:
    return resource("kubernetes:core/v1:PersistentVolumeClaim", "data", spec=CLAIM)


def job_set(*, ttl: int | None = 86_400, deadline: int | None = 36_000, **said: Any) -> Resource:
    """A JobSet without accelerators, that claims a file system."""
    queued = {"kueue.x-k8s.io/queue-name": "q", "kueue.x-k8s.io/max-exec-time-seconds": "36000"}
    job = {"template": {"spec": {"containers": [{"name": "run"}]}}}
    job |= {} if deadline is None else {"activeDeadlineSeconds": deadline}
    spec: dict[str, Any] = {
        "failurePolicy": {"maxRestarts": said.get("restarts", 0)},
        "replicatedJobs": [{"name": "node", "template": {"spec": job}}],
        "volumeClaimPolicies": [
            {
                "templates": [{"metadata": {"name": "data"}, "spec": said.get("claim", CLAIM)}],
                "retentionPolicy": {"whenDeleted": said.get("retention", "Delete")},
            }
        ],
    }
    spec |= {} if ttl is None else {"ttlSecondsAfterFinished": ttl}
    metadata: dict[str, Any] = {"name": "run", "labels": queued if said.get("queued") else {}}
    if runs := said.get("runs"):
        metadata["annotations"] = {"plimsoll.dev/runs-per-month": str(runs)}
    return resource("kubernetes:jobset.x-k8s.io/v1alpha2:JobSet", "run", metadata=metadata, spec=spec)


def most(*resources: Resource) -> Decimal:
    found = priced(*resources)
    assert found.cannot_price == ()
    ceiling = found.ceiling
    assert ceiling is not None
    return ceiling


def test_a_claim_stands_the_whole_month() -> None:
    assert most(lustre_class(), claim()) == Decimal("174.00")


@pytest.mark.parametrize(
    "parameters", [{"deploymentType": "SCRATCH_2"}, {"perUnitStorageThroughput": "fast"}]
)
def test_a_class_without_a_price_is_refused(parameters: dict[str, str]) -> None:
    code, message = only_problem(priced(lustre_class(**parameters), claim()))
    assert code == "unpriced"
    assert "Lustre" in message


def test_a_run_bounds_its_file_system_and_the_time_that_it_is_kept() -> None:
    hours = Decimal(36_000 + 86_400) / 3600
    quantity = (1200 * hours / MONTH_H).quantize(Decimal("0.0001"))
    assert most(lustre_class(), job_set()) == (quantity * Decimal("0.145")).quantize(Decimal("0.01"))


def test_every_run_of_a_month_has_one() -> None:
    assert most(lustre_class(), job_set(runs=3)) == 3 * most(lustre_class(), job_set())


@pytest.mark.parametrize(
    "said",
    [
        {"ttl": None},
        {"deadline": None},
        {"retention": "Retain"},
        {"queued": True},
        {"deadline": 10_000_000},
        {"restarts": 1000},
    ],
)
def test_what_nothing_bounds_stands_the_whole_month(said: dict[str, Any]) -> None:
    assert most(lustre_class(), job_set(**said)) == Decimal("174.00")


def test_a_queue_may_hold_each_run_for_a_month() -> None:
    assert most(lustre_class(), job_set(queued=True, runs=3)) == 3 * Decimal("174.00")


def test_disks_that_a_set_claims_are_billed_as_if_they_stood() -> None:
    disk = {"storageClassName": "gp2", "resources": {"requests": {"storage": "100Gi"}}}
    assert most(job_set(claim=disk)) == Decimal("10.00")


def test_a_class_of_nobody_is_refused() -> None:
    code, message = only_problem(priced(job_set()))
    assert code == "unpriced"
    assert "scratch" in message
