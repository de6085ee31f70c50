"""A cluster with a stack's caps in force: all examples, and a few shapes beside them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from plimsoll.graph.resource import Graph
from plimsoll.plan.plan import Plan
from plimsoll.show.preview.document import writable
from tests.make.examples import QUERY, example
from tests.make.places import EXAMPLES
from tests.make.plans import ALONE, BASE, plan, ranker
from tests.make.program import graph_of
from tests.world.cluster.requests import APPROVER, CONTROLLERS, DEPLOYER, Asking, give_rights, until
from tests.world.engine.stand_in.api_server import ApiError, ApiServer, _resources

SPANNING = replace(BASE, nodes_per_replica=2, max_nodes=4)
FIRST = ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")
THEN = ("Namespace", "PriorityClass")
LIVE = ("EC2NodeClass", "NodePool", "Deployment", "ScaledObject", "LeaderWorkerSet")
"""Kinds of which the hand-made workload's objects are created for real, to be changed there."""

NODE_CLAIMS = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {
        "name": "nodeclaims.karpenter.sh",
        "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"},
    },
    "spec": {
        "group": "karpenter.sh",
        "names": {"kind": "NodeClaim", "plural": "nodeclaims"},
        "scope": "Cluster",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
                },
            }
        ],
    },
}


@dataclass(frozen=True)
class Guarded:
    """The server, the graph of the stack, and its objects."""

    server: ApiServer
    graph: Graph
    objects: tuple[dict[str, Any], ...]

    def as_user(self, user: str) -> Asking:
        """The server as somebody sees it."""
        return Asking(self.server, CONTROLLERS.get(user, user))

    def of(self, kind: str, name: str) -> dict[str, Any]:
        """One object of the stack."""
        (found,) = [o for o in self.objects if (o["kind"], o["metadata"]["name"]) == (kind, name)]
        return found


def documents() -> dict[str, Plan]:
    """The plan of every example, by name, and the shapes that no example has."""
    shapes = [plan(name="hand-made"), plan(ALONE, name="solo"), plan(SPANNING, name="spanning"), ranker()]
    found = [*(example(spec)[1] for spec in EXAMPLES), *shapes]
    return {str(document.workload["name"]): document for document in found}


def stack(monkeypatch: pytest.MonkeyPatch, **config: Any) -> tuple[Graph, tuple[dict[str, Any], ...]]:
    """The graph of all of them in one stack, and its Kubernetes objects."""
    graph = graph_of(monkeypatch, documents(), gatewayQuery=QUERY, leaderWorkerSet="true", **config)
    kubernetes = [found for found in graph.resources if found.type.startswith("kubernetes:")]
    return graph, tuple(writable(found.inputs) for found in kubernetes if not found.type.endswith(":Release"))


def in_force(server: ApiServer, policy: str) -> bool:
    """Whether a policy refuses what it was made to refuse: a pool that nobody planned.

    An answer names one policy only, so each is asked for what the others allow.
    """
    workload = policy.removeprefix("plimsoll-")
    if "." in workload:
        return policy in Asking(server, DEPLOYER).refusal(stranger("in-force", {}, {"nodes": "1"}))
    labels = {"plimsoll.dev/workload": workload}
    return policy in Asking(server, APPROVER).refusal(stranger("in-force", labels, {"nodes": "1"}))


def stranger(name: str, labels: dict[str, str], limits: dict[str, str] | None = None) -> dict[str, Any]:
    """A NodePool of nobody's plan."""
    spec: dict[str, Any] = {
        "template": {
            "spec": {
                "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "any"},
                "requirements": [
                    {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["p5.48xlarge"]}
                ],
            }
        }
    }
    if limits is not None:
        spec["limits"] = limits
    head = {"apiVersion": "karpenter.sh/v1", "kind": "NodePool"}
    return head | {"metadata": {"name": name, "labels": labels}, "spec": spec}


def served(server: ApiServer) -> bool:
    """Whether the server serves NodeClaims already."""
    try:
        server.call("GET", "/apis/karpenter.sh/v1/nodeclaims")
    except ApiError:
        return False
    _resources.cache_clear()
    return True


def guard(server: ApiServer) -> Iterator[Guarded]:
    """Put the caps in force, then everything that has to exist; take the caps away afterwards."""
    give_rights(server)
    server.apply(NODE_CLAIMS)
    until(lambda: served(server))
    with pytest.MonkeyPatch.context() as monkeypatch:
        graph, objects = stack(monkeypatch)
    made = [manifest for kind in FIRST for manifest in objects if manifest["kind"] == kind]
    deployer = Asking(server, DEPLOYER)
    try:
        for manifest in made:
            server.dry_run(manifest)
            server.apply(manifest)
        for manifest in made[: len(made) // 2]:
            name = manifest["metadata"]["name"]
            until(lambda name=name: in_force(server, name))
        for kind in (*THEN, *LIVE):
            for manifest in objects:
                own = manifest["metadata"]["name"].startswith(("hand-made", "spanning"))
                if manifest["kind"] == kind and (kind in THEN or own):
                    deployer.create(manifest)
        yield Guarded(server, graph, objects)
    finally:
        for manifest in (*made, *(o for kind in (*LIVE, *THEN) for o in objects if o["kind"] == kind)):
            server.delete(manifest)
        # Somebody who may not exempt anything: the caps no longer stand in the way.
        until(lambda: Asking(server, DEPLOYER).refusal(stranger("gone", {}, {"nodes": "1"})) == "")
        server.delete(NODE_CLAIMS)


@pytest.fixture(scope="package")
def guarded(api_server: ApiServer) -> Iterator[Guarded]:
    """The cluster of `guard`, for this folder; the other tests here ask for dry runs, which caps let pass."""
    yield from guard(api_server)
