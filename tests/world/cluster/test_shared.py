"""Shared accelerators and groups of nodes, before a real API server with strict validation."""

import pytest

from plimsoll.objects.workload import of_workload
from tests.claims.test_pipeline import TWO, planned
from tests.claims.test_sharing import SPECS, plan_of
from tests.claims.test_written_is_what_runs import facts
from tests.world.engine.stand_in.api_server import ApiError, ApiServer

pytestmark = pytest.mark.cluster


@pytest.mark.parametrize("way", SPECS)
def test_the_api_server_accepts_every_object_of_a_share(api_server: ApiServer, way: str) -> None:
    plan, refused = plan_of(SPECS[way]), []
    for manifest in of_workload(plan, facts(plan, "karpenter", keda=True)):
        try:
            api_server.dry_run(manifest)
        except ApiError as error:
            refused.append(f"{manifest['kind']} {manifest['metadata']['name']}: {error}")
    assert refused == []


def test_the_api_server_accepts_every_object_of_a_group(api_server: ApiServer) -> None:
    plan = planned(capacity=TWO)
    for manifest in of_workload(plan, facts(plan, "karpenter", keda=True)):
        api_server.dry_run(manifest)
