"""Real Kueue admits, holds, moves and ends runs as the plan says; the real JobSet controller starts gangs."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from plimsoll.files.package import DATA
from plimsoll.objects.runs.names import MAX_EXEC_TIME
from plimsoll.objects.runs.run import RunObjects
from tests.make.runs import ON_SPOT, objects, planned
from tests.world.runs.controllers import KUEUE, Controllers

MERGE = "application/merge-patch+json"
SWITCH = DATA / "programs" / "switch_to_on_demand.py"


class Run:
    """One run on the server: its gang, and the workload that Kueue made of it."""

    def __init__(self, controllers: Controllers, made: RunObjects) -> None:
        self.server = controllers.server
        self.made = made
        self.name = str(made.namespace["metadata"]["name"])

    def create(self) -> None:
        """Create what Kueue looks at; nodes are Karpenter's."""
        for each in (self.made.namespace, self.made.priority, *self.made.queue, self.made.job):
            self.server.call("POST", self.server.path(each, name=False), each, fieldValidation="Strict")

    def remove(self) -> None:
        """Take everything away again, so that its quota is free."""
        for each in (self.made.job, *reversed(self.made.queue), self.made.priority):
            self.server.call("DELETE", self.server.path(each))

    def copy(self, name: str, **labels: str) -> dict[str, Any]:
        """Start the same gang once more under another name."""
        metadata = self.made.job["metadata"]
        other = self.made.job | {"metadata": metadata | {"name": name, "labels": metadata["labels"] | labels}}
        self.server.call("POST", self.server.path(other, name=False), other, fieldValidation="Strict")
        return other

    def suspended(self, name: str = "") -> bool:
        return bool(self.gang(name)["spec"].get("suspend"))

    def gang(self, name: str = "") -> dict[str, Any]:
        path = self.server.path(self.made.job).rpartition("/")[0]
        return self.server.call("GET", f"{path}/{name or self.name}")

    def workload(self, name: str = "") -> dict[str, Any] | None:
        found = self.server.call("GET", f"{KUEUE}/namespaces/{self.name}/workloads")["items"]
        owned = [
            each
            for each in found
            if any(owner["name"] == (name or self.name) for owner in each["metadata"]["ownerReferences"])
        ]
        return owned[0] if owned else None

    def flavor(self, name: str = "") -> str:
        """The flavor that it is admitted to; empty while it is not."""
        workload = self.workload(name)
        sets = ((workload or {}).get("status", {}).get("admission") or {}).get("podSetAssignments", [])
        return str(sets[0]["flavors"]["nvidia.com/gpu"]) if sets else ""

    def condition(self, kind: str, name: str = "") -> dict[str, Any]:
        workload = self.workload(name) or {}
        found = [each for each in workload.get("status", {}).get("conditions", []) if each["type"] == kind]
        return found[0] if found else {"status": "", "reason": ""}

    def look(self, tmp_path: Path, **told: str) -> str:
        """Run the program of the switch once, as its CronJob would."""
        account = tmp_path / "account"
        account.mkdir(exist_ok=True)
        (account / "token").write_text(self.server.token)
        (account / "ca.crt").write_text(Path(self.server.ca).read_text())
        job = self.made.switch[-1]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
        environment = {each["name"]: each["value"] for each in job["env"]}
        environment |= {"PLIMSOLL_API": self.server.url, "PLIMSOLL_ACCOUNT": str(account)} | told
        done = subprocess.run(
            [sys.executable, str(SWITCH)],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def run(controllers: Controllers, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    name = f"run-{request.node.name.replace('_', '-')[5:30]}".rstrip("-")
    found = Run(controllers, objects(planned(tmp_path, ON_SPOT, name)))
    found.create()
    yield found
    found.remove()


def test_a_quota_holds_the_second_run(controllers: Controllers, run: Run) -> None:
    controllers.until(lambda: not run.suspended())
    assert run.flavor() == f"{run.name}-spot"
    run.copy("second")
    controllers.until(lambda: run.workload("second") is not None)
    controllers.until(lambda: "insufficient" in str(run.condition("QuotaReserved", "second").get("message")))
    assert run.suspended("second")


def test_a_gang_starts_as_one_job_of_all_its_nodes(controllers: Controllers, run: Run) -> None:
    def started() -> list[dict[str, Any]]:
        jobs = run.server.call("GET", f"/apis/batch/v1/namespaces/{run.name}/jobs")["items"]
        return [each for each in jobs if not each["spec"]["suspend"]]

    controllers.until(lambda: bool(started()))
    (job,) = started()
    assert job["metadata"]["name"] == f"{run.name}-node-0"
    assert job["spec"]["parallelism"] == job["spec"]["completions"] == 2
    selector = job["spec"]["template"]["spec"]["nodeSelector"]
    assert selector["plimsoll.dev/pool"] == "spot"
    taints = run.made.pools[0].nodes[1]["spec"]["template"]["spec"]["taints"]
    tolerated = {each["key"] for each in job["spec"]["template"]["spec"]["tolerations"]}
    assert {each["key"] for each in taints} <= tolerated


def test_a_run_leaves_spot_when_its_time_has_come(controllers: Controllers, run: Run, tmp_path: Path) -> None:
    controllers.until(lambda: run.flavor() == f"{run.name}-spot")
    assert run.look(tmp_path) == "", "it has hours yet"
    assert run.flavor() == f"{run.name}-spot"
    assert "leaves spot" in run.look(tmp_path, PLIMSOLL_SWITCH_AFTER_S="0")
    controllers.until(lambda: run.condition("QuotaReserved")["status"] == "False")
    assert "comes back on demand" in run.look(tmp_path, PLIMSOLL_SWITCH_AFTER_S="0")
    controllers.until(lambda: run.flavor() == f"{run.name}-od")
    assert run.look(tmp_path, PLIMSOLL_SWITCH_AFTER_S="0") == "", "it stays there"
    controllers.until(lambda: not run.suspended())


def test_the_next_run_begins_on_spot_again(controllers: Controllers, run: Run, tmp_path: Path) -> None:
    controllers.until(lambda: run.flavor() == f"{run.name}-spot")
    run.look(tmp_path, PLIMSOLL_SWITCH_AFTER_S="0")
    workload = run.workload()
    assert workload is not None
    finished = [{"type": "Finished", "status": "True", "reason": "Succeeded", "message": "done"}]
    stamped = finished[0] | {"lastTransitionTime": workload["metadata"]["creationTimestamp"]}
    path = f"{KUEUE}/namespaces/{run.name}/workloads/{workload['metadata']['name']}/status"
    run.server.call("PATCH", path, {"status": {"conditions": [stamped]}}, MERGE)
    run.look(tmp_path)
    queue = run.server.call("GET", f"{KUEUE}/clusterqueues/{run.name}")
    first, second = queue["spec"]["resourceGroups"][0]["flavors"]
    assert {each["nominalQuota"] for each in second["resources"]} == {"0"}
    assert first["resources"] == run.made.queue[2]["spec"]["resourceGroups"][0]["flavors"][0]["resources"]


def test_its_time_in_all_ends_a_run(controllers: Controllers, tmp_path: Path) -> None:
    made = objects(planned(tmp_path, ON_SPOT, "short"))
    labels = made.job["metadata"]["labels"]
    hours = int(labels[MAX_EXEC_TIME])
    assert hours == made.job["spec"]["replicatedJobs"][0]["template"]["spec"]["activeDeadlineSeconds"]
    labels[MAX_EXEC_TIME] = "3"
    run = Run(controllers, made)
    run.create()
    controllers.until(lambda: run.condition("Evicted")["status"] == "True")
    ended = run.condition("Evicted")
    assert "MaximumExecutionTimeExceeded" in ended["reason"], ended
    controllers.until(run.suspended)
    run.look(tmp_path, PLIMSOLL_SWITCH_AFTER_S="0")
    assert run.suspended(), "what Kueue ended is not started again"
