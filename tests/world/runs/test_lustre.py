"""A run's own file system: its objects are accepted, and real JobSet claims it for the run, and no longer."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.make.runs import ON_LUSTRE, objects, planned
from tests.world.engine.stand_in.api_server import ApiError, ApiServer
from tests.world.runs.controllers import PATIENCE_S, Controllers

pytestmark = pytest.mark.cluster


def test_every_object_is_accepted(api_server: ApiServer, tmp_path: Path) -> None:
    made = objects(planned(tmp_path, ON_LUSTRE, "images"))
    kinds = [each["kind"] for each in made]
    assert {"StorageClass", "JobSet"} <= set(kinds)
    for each in made:
        api_server.dry_run(each)


def test_the_claim_is_made_with_its_run_mounted_by_it_and_owned_by_it(
    controllers: Controllers, tmp_path: Path
) -> None:
    server, made = controllers.server, objects(planned(tmp_path, ON_LUSTRE, "images"))
    for each in (made.namespace, made.priority, made.account, *made.storage, made.job):
        server.call("POST", server.path(each, name=False), each, fieldValidation="Strict")
    claim = waited(server, "/api/v1/namespaces/images/persistentvolumeclaims/checkpoints-images")
    assert claim["spec"]["storageClassName"] == "images-checkpoints"
    assert claim["spec"]["resources"]["requests"]["storage"] == "1200Gi"
    (owner,) = claim["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"]) == ("JobSet", "images")
    job = waited(server, "/apis/batch/v1/namespaces/images/jobs/images-node-0")
    pod = job["spec"]["template"]["spec"]
    volumes = {each["name"]: each.get("persistentVolumeClaim") for each in pod["volumes"]}
    assert volumes["checkpoints"] == {"claimName": "checkpoints-images"}
    server.call("DELETE", server.path(made.job))


def waited(server: ApiServer, path: str) -> dict[str, Any]:
    """Read an object once it is there."""
    give_up = time.monotonic() + PATIENCE_S
    while True:
        try:
            return server.call("GET", path)
        except ApiError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.2)
