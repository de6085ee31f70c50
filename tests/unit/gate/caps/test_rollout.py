"""A rollout counts what it starts above the replicas: whole groups, rounded up, nothing where none may."""

import pytest

from plimsoll.gate.caps.reading import pods_of
from plimsoll.gate.caps.rollout import surge
from plimsoll.graph.resource import Graph, Resource

GROUP = "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet"


def rolling(kind: str, most: object) -> dict[str, object]:
    if kind == "Deployment":
        return {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": most}}}
    return {"rolloutStrategy": {"rollingUpdateConfiguration": {"maxSurge": most}}}


@pytest.mark.parametrize("kind", ["Deployment", "LeaderWorkerSet"])
@pytest.mark.parametrize(
    ("said", "more"), [(0, 0), (1, 1), (7, 7), ("100%", 5), ("21%", 2), ("0%", 0), ("x", None), (-1, None)]
)
def test_what_a_rollout_says_is_counted_or_bounds_nothing(kind: str, said: object, more: int | None) -> None:
    assert surge(rolling(kind, said), kind, 5) == more


def test_what_holds_where_nothing_is_said() -> None:
    assert surge({}, "Deployment", 5) == 2
    assert surge({"strategy": {"type": "Recreate"}}, "Deployment", 5) == 0
    assert surge({}, "LeaderWorkerSet", 5) == 0


@pytest.mark.parametrize(("said", "most"), [(0, 6), (1, 8), ("100%", 12)])
def test_an_upgrade_of_groups_side_by_side_counts_whole_groups_twice(said: object, most: int) -> None:
    template = {"spec": {"nodeSelector": {"pool": "p"}, "containers": []}}
    spec = {"replicas": 3, "leaderWorkerTemplate": {"size": 2, "workerTemplate": template}}
    spec |= rolling("LeaderWorkerSet", said)
    made = Resource("urn:g", GROUP, "g", {"metadata": {"name": "g"}, "spec": spec})
    (pods,) = pods_of(Graph((made,)))
    assert pods.most == most
