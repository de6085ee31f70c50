"""What queues and batches become is accepted by a real API server, unknown fields being an error."""

from pathlib import Path
from typing import Any

import pytest

from plimsoll.objects.runs.run import RunObjects
from tests.make.queues import TYPES, planned, spec
from tests.make.queues import objects as objects_of_queue
from tests.make.runs import BY_TRAINER
from tests.make.runs import objects as objects_of_run
from tests.make.runs import planned as planned_run
from tests.world.engine.stand_in.api_server import ApiServer

pytestmark = pytest.mark.cluster

BATCH: dict[str, Any] = {
    "kind": "batch",
    "model": "meta-llama/Llama-3.1-8B-Instruct",
    "image": "registry.example/client:1",
    "load": {"requests": 1_000_000, "input_tokens": 256, "output_tokens": 128},
}


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("longest_s", [40, 1800])
def test_workers_of_every_queue(api_server: ApiServer, kind: str, longest_s: float) -> None:
    plan = planned(spec({"type": kind, "longest_task_s": longest_s}, None, {"wait_p95_ms": 400000}))
    for each in objects_of_queue(plan):
        api_server.dry_run(each)


@pytest.mark.parametrize(
    "said", [{}, {"window": {"start": "22:00", "end": "06:00"}}, {"queue": {"name": "nightly"}}]
)
def test_a_batch_whenever_it_runs(api_server: ApiServer, tmp_path: Path, said: dict[str, Any]) -> None:
    made: RunObjects = objects_of_run(planned_run(tmp_path, BATCH | said))
    kueue = [each for each in made if "kueue.x-k8s.io" in each["apiVersion"]]
    assert bool(kueue) is ("queue" in said)
    for each in made:
        if each not in kueue:  # Kueue's kinds are on the server of its own tests
            api_server.dry_run(each)


def test_a_train_job_with_its_patches(api_server: ApiServer, tmp_path: Path) -> None:
    made: RunObjects = objects_of_run(planned_run(tmp_path, BY_TRAINER))
    assert made.job["kind"] == "TrainJob"
    for each in (made.namespace, made.account, made.job):
        api_server.dry_run(each)
