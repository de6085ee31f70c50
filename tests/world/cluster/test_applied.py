"""One example really applied to an API server by `pulumi up`, read back, changed, and taken away."""

import pytest

from tests.world.engine import example_stacks
from tests.world.engine.harness import Engine
from tests.world.engine.stand_in.api_server import ApiServer

pytestmark = [pytest.mark.cluster, pytest.mark.engine, pytest.mark.slow]

EXAMPLE = "agents-gpt-oss"
DEPLOYMENTS = f"/apis/apps/v1/namespaces/{EXAMPLE}/deployments"


@pytest.fixture
def real(engine: Engine, api_server: ApiServer) -> Engine:
    engine.cloud.set(server={"url": api_server.url, "token": api_server.token, "ca": api_server.ca})
    engine.copy_checkout()
    example_stacks.configure(engine, (EXAMPLE,), region="us-east-1")
    return engine.init("dev")


def _scale(server: ApiServer, name: str, replicas: int) -> None:
    """What an autoscaler does: it writes through the scale subresource, as its own manager."""
    path = f"{DEPLOYMENTS}/{name}/scale"
    body = {"spec": {"replicas": replicas}}
    server.call("PATCH", path, body, "application/merge-patch+json", fieldManager="autoscaler")


def _objects(engine: Engine) -> list[dict]:
    return [
        each["inputs"]
        for each in engine.state()
        if each["type"].startswith("kubernetes:") and "helm.sh" not in each["type"]
    ]


def test_applied_read_back_changed_and_taken_away(real: Engine, api_server: ApiServer) -> None:
    real.up()
    placed = _objects(real)
    missing = [each["kind"] for each in placed if api_server.get(each) is None]
    assert missing == [], "everything is on the server"
    real.preview("--expect-no-changes")

    name = next(each for each in placed if each["kind"] == "ScaledObject")["spec"]["scaleTargetRef"]["name"]
    assert "replicas" not in _inputs(placed, name)["spec"], "the autoscaler owns it"
    many = api_server.call("GET", f"{DEPLOYMENTS}/{name}")["spec"].get("replicas", 1) + 3
    _scale(api_server, name, many)
    real.refresh()
    real.preview("--expect-no-changes")

    example_stacks.double_the_traffic(real, EXAMPLE)
    before = {key: each["metadata"]["uid"] for key, each in _live(api_server, placed).items()}
    real.up()
    after = _live(api_server, _objects(real))
    kept = {key for key in before if key[0] in ("Namespace", "NodePool", "Service")}
    assert {key: after[key]["metadata"]["uid"] for key in kept} == {key: before[key] for key in kept}
    scaled = api_server.call("GET", f"{DEPLOYMENTS}/{name}")
    assert scaled["spec"]["replicas"] == many, "an update leaves it alone"

    placed = _objects(real)
    real.destroy()
    left = [each["kind"] for each in placed if _alive(api_server, each)]
    assert left == [], "nothing is left on the server"
    assert real.cloud.existing() == []


def _inputs(placed: list[dict], name: str) -> dict:
    return next(each for each in placed if each["kind"] == "Deployment" and each["metadata"]["name"] == name)


def _live(server: ApiServer, placed: list[dict]) -> dict[tuple[str, str], dict]:
    found = {(each["kind"], each["metadata"]["name"]): server.get(each) for each in placed}
    return {key: each for key, each in found.items() if each is not None}


def _alive(server: ApiServer, manifest: dict) -> bool:
    found = server.get(manifest)
    return found is not None and "deletionTimestamp" not in found["metadata"]
