"""The objects of load tests, before a real API server with strict validation."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.loadtest.clients import TOOLS, objects_of
from plimsoll.loadtest.drive import drive_of
from plimsoll.objects.facts_file import UNSAID
from plimsoll.spec.read import load_workload
from plimsoll.speed.read import load_speed
from tests.make.places import ROOT
from tests.world.engine.stand_in.api_server import ApiError, ApiServer

pytestmark = pytest.mark.cluster

OF = {"vllm": "support-chat", "inference-perf": "support-chat", "k6": "embeddings"}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("fleet", [False, True])
def test_the_api_server_accepts_every_object(api_server: ApiServer, tool: str, *, fleet: bool) -> None:
    spec = load_workload(ROOT / "workloads" / f"{OF[tool]}.yaml", load())
    drive = drive_of(spec, load_speed(), fleet=fleet)
    cluster = UNSAID.of(drive.name, drive.plan.workload.get("owner") or {})
    refused: list[str] = []
    for manifest in objects_of(drive, cluster, tool):
        try:
            api_server.dry_run(manifest)
        except ApiError as error:
            refused.append(f"{manifest['kind']} {manifest['metadata']['name']}: {error}")
    assert refused == []
