"""A replica over several nodes is a group whose leader alone is reached."""

from dataclasses import replace

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.objects.cluster import ClusterFacts
from plimsoll.objects.leader_worker_set import leader_worker_set
from plimsoll.objects.nodes.marks import NAME_LABEL
from plimsoll.objects.tags import CostTags
from tests.make.plans import BASE, plan

CLUSTER = ClusterFacts("demo", CostTags("search", "4711", "prod", "support-chat"), "role")
WIDE = replace(BASE, nodes_per_replica=2)
SERVING = plan(WIDE).serving


def test_only_the_leader_answers() -> None:
    group = leader_worker_set(WIDE, SERVING, CLUSTER, scaled=False)["spec"]["leaderWorkerTemplate"]
    leader, worker = group["leaderTemplate"], group["workerTemplate"]
    assert group["size"] == 2
    assert leader["metadata"]["labels"][NAME_LABEL] == "support-chat"
    assert NAME_LABEL not in worker["metadata"]["labels"]
    assert not {"ports", "readinessProbe"} & set(worker["spec"]["containers"][0])
    assert SERVING.args[0] in leader["spec"]["containers"][0]["args"][0]


def test_an_engine_that_does_not_span_nodes_is_refused_by_naming_those_that_do() -> None:
    with pytest.raises(SpecError) as refused:
        leader_worker_set(WIDE, replace(SERVING, engine="tei"), CLUSTER, scaled=False)
    assert refused.value.problems[0].why == "only vLLM is known to run that way"
