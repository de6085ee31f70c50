"""What drawn plans are written as, before a real API server with strict validation."""

import pytest

from tests.claims.test_written_is_what_runs import MAKERS, drawn, objects_of
from tests.world.engine.stand_in.api_server import ApiError, ApiServer

pytestmark = pytest.mark.cluster


@pytest.mark.parametrize("nodes", MAKERS)
def test_the_api_server_accepts_every_object_of_every_drawn_plan(api_server: ApiServer, nodes: str) -> None:
    refused: list[str] = []
    for plan in drawn():
        for manifest in objects_of(plan, nodes):
            try:
                api_server.dry_run(manifest)
            except ApiError as error:
                refused.append(f"{manifest['kind']} {manifest['metadata']['name']}: {error}")
    assert refused == []
