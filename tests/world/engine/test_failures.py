"""What goes wrong on a real day: the message is clear, the state says what exists, the next `up` heals."""

import os
import signal
import time
from urllib.parse import unquote

import pytest

from tests.world.engine import example_stacks
from tests.world.engine.harness import Engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

EXAMPLE = "chat-8b"
REGION = "us-east-1"
DENIED = "AccessDenied: not authorized to perform: iam:CreatePolicy"
NO_AMI = "InvalidParameterException: no AMI for AL2023_x86_64_STANDARD in Kubernetes 1.36"
ENDPOINT = "https://somebody-elses.eks.invalid"


@pytest.fixture
def stack(engine: Engine) -> Engine:
    engine.copy_checkout()
    example_stacks.configure(engine, (EXAMPLE,), region=REGION)
    return engine.init("dev")


def _known(engine: Engine) -> set[str]:
    """The ids of everything in the state that a provider made."""
    return {
        f"{each['type'].split(':', 1)[0]} {each['id']}"
        for each in engine.state()
        if each["custom"] and not each["type"].startswith("pulumi:")
    }


def _existing(engine: Engine) -> set[str]:
    """The same of what really exists."""
    found = (each.partition(" ") for each in engine.cloud.existing())
    return {f"{package} {unquote(rest).partition('@')[2]}" for package, _, rest in found}


def _heals(engine: Engine) -> None:
    engine.cloud.set(faults=None)
    engine.up()
    engine.preview("--expect-no-changes")
    assert _known(engine) == _existing(engine)


FAULTS = (
    {"type": "iam/policy:Policy", "method": "Create", "after": 2, "message": DENIED},
    {"type": "eks/nodeGroup:NodeGroup", "method": "Create", "message": NO_AMI},
    {"type": "karpenter.sh/v1:NodePool", "method": "Create", "message": "context deadline exceeded"},
)
"""A permission that is denied, an image that is missing, a cluster that stops answering."""


def test_errors_in_the_middle_one_after_another(stack: Engine) -> None:
    for fault in FAULTS:
        stack.cloud.set(faults=[fault])
        failed = stack.up(check=False)
        assert failed.code != 0
        assert fault["message"] in failed.said
        assert "Traceback" not in failed.said
        assert _known(stack) == _existing(stack), "the state knows exactly what exists"
    _heals(stack)


def _settled(engine: Engine) -> None:
    """Wait until the engine has written down what came back before it was stopped."""
    state = engine.folder / "backend" / ".pulumi" / "stacks" / "plimsoll" / "dev.json"
    seen, since = 0.0, time.monotonic()
    while time.monotonic() - since < 3:
        if state.stat().st_mtime != seen:
            seen, since = state.stat().st_mtime, time.monotonic()
        time.sleep(0.2)


def test_a_killed_engine(stack: Engine) -> None:
    stack.cloud.set(faults=[{"type": "eks/cluster:Cluster", "method": "Create", "hang_s": 120}])
    process = stack.start("up", "--yes", "--skip-preview", "--non-interactive")
    give_up = time.monotonic() + 120
    while not any(call["method"] == "hanging" for call in stack.cloud.journal()):
        assert time.monotonic() < give_up, "the cluster was never asked for"
        time.sleep(0.2)
    _settled(stack)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()

    stack.cloud.set(faults=None)
    locked = stack.up(check=False)
    assert locked.code != 0
    assert "locked" in locked.said
    stack.run("cancel", "--yes")
    # The engine does not know whether the interrupted creation happened; it did not.
    stack.refresh("--clear-pending-creates")
    _heals(stack)


def test_an_existing_cluster_that_cannot_be_reached(engine: Engine) -> None:
    engine.copy_checkout()
    existing = {
        "create": False,
        "name": "somebody-elses",
        "endpoint": ENDPOINT,
        "certificateAuthority": "c3RhbmQtaW4=",
        "nodeRole": "somebody-elses-node",
    }
    example_stacks.configure(engine, (EXAMPLE,), region=REGION, cluster=existing)
    engine.init("dev")
    failed = engine.up(check=False)
    assert failed.code != 0
    assert "configured Kubernetes cluster is unreachable" in failed.said
    assert ENDPOINT in failed.said
    assert engine.cloud.existing() == []

    engine.cloud.set(endpoints=[ENDPOINT])
    _heals(engine)
    engine.destroy()
    assert engine.cloud.existing() == []


def test_a_cluster_that_does_not_exist_yet_is_asked_nothing(stack: Engine) -> None:
    stack.preview()
    asked = {
        call["type"] for call in stack.cloud.journal() if call["package"] == "kubernetes" and "type" in call
    }
    assert asked == set(), "objects of a cluster to come are previewed without it"


WRONG_OBJECT = """

_right = service


def service(tags):
    manifest = _right(tags)
    manifest["spec"]["ports"][0]["port"] = 0
    return manifest
"""


def test_a_wrong_object_stops_everything_before_anything_is_created(stack: Engine) -> None:
    path = stack.project / "plimsoll" / "objects" / "service.py"
    path.write_text(path.read_text() + WRONG_OBJECT)
    refused = stack.up(check=False)
    assert refused.code != 0
    assert f"Service/{EXAMPLE}: spec.ports[0].port: 0 is not a port; ports are 1 to 65535" in refused.said
    assert "Traceback" not in refused.said
    assert stack.cloud.existing() == [], "not even the cluster"


def test_a_spec_without_a_plan_stops_everything_before_anything_is_created(stack: Engine) -> None:
    example_stacks.change_spec(stack, EXAMPLE, budget={"usd_per_month": 1})
    refused = stack.up(check=False)
    assert refused.code != 0
    assert "over budget" in refused.said
    assert "Traceback" not in refused.said
    assert stack.cloud.existing() == []
