"""Everything that the examples emit, before a real API server with strict validation."""

import pytest

from plimsoll.manifests.published import validate
from tests.world.cluster.emitted import objects
from tests.world.engine.example_stacks import by_region
from tests.world.engine.stand_in.api_server import ApiError, ApiServer

REGIONS = by_region()
WAYS = {"karpenter": True, "managed": False, "auto-mode": True}
"""Who makes nodes, and whether KEDA scales (else an HPA)."""

every_stack = pytest.mark.parametrize(
    ("region", "nodes"), [(region, nodes) for region in REGIONS for nodes in WAYS]
)


def _emitted(region: str, nodes: str) -> tuple[dict, ...]:
    found = objects(region, REGIONS[region], nodes, keda=WAYS[nodes])
    assert found or not WAYS[nodes], "the examples of a region emit something"
    return found


@every_stack
def test_our_own_checks_find_nothing(region: str, nodes: str) -> None:
    assert [str(problem) for problem in validate(_emitted(region, nodes))] == []


@pytest.mark.cluster
@every_stack
def test_the_api_server_accepts_every_object(api_server: ApiServer, region: str, nodes: str) -> None:
    refused = []
    for manifest in _emitted(region, nodes):
        try:
            api_server.dry_run(manifest)
        except ApiError as error:
            refused.append(f"{manifest['kind']} {manifest['metadata']['name']}: {error}")
    assert refused == []
