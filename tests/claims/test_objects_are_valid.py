"""Every Kubernetes object of every shape of stack is one that the API server would take."""

from dataclasses import replace

import pytest

from plimsoll.manifests.published import validate
from plimsoll.show.preview.document import writable
from tests.make.plans import ALONE, BASE, plan, ranker
from tests.make.program import graph_of

SPANNING = replace(BASE, nodes_per_replica=2, max_nodes=4)
SHAPES = {
    "karpenter": (plan(), {}),
    "one pool": (plan(ALONE), {}),
    "managed": (plan(), {"nodes": "managed"}),
    "hpa": (plan(ALONE), {"keda": "false"}),
    "cpu": (ranker(), {}),
    "spanning": (plan(SPANNING), {"leaderWorkerSet": "true"}),
    "token": (plan(), {"huggingFaceToken": "hf_x"}),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_objects_are_valid(monkeypatch, shape):
    made, config = SHAPES[shape]
    graph = graph_of(monkeypatch, made, **config)
    objects = [
        writable(found.inputs)
        for found in graph.resources
        if found.type.startswith("kubernetes:") and not found.type.endswith(":Release")
    ]
    assert len(objects) >= 7
    assert [str(problem) for problem in validate(objects)] == []
