"""A picture words what an autoscaler counts, whatever its engine's query looks like."""

from dataclasses import replace
from typing import Any

import pytest

from plimsoll.graph.resource import Resource
from plimsoll.objects.autoscaler import ScaleTarget, scaled_object
from plimsoll.objects.cluster import ClusterFacts
from plimsoll.objects.tags import CostTags
from plimsoll.plan.plan import Plan
from plimsoll.show.preview.diagram import scaling_texts
from tests.make.plans import plan, ranker

CLUSTER = ClusterFacts("demo", CostTags("search", "4711", "prod", "demo"), "role")
DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "demo-burst"}}


def served_by(engine: str | None) -> Plan:
    made = plan()
    return replace(made, serving=replace(made.serving, engine=engine))


def drawn(made: Plan, **trigger: Any) -> str:
    target = ScaleTarget(made.chosen.pools[-1], DEPLOYMENT, 0)
    spec = scaled_object(target, made, CLUSTER)["spec"]
    spec["triggers"][0] |= trigger
    resource = Resource("urn", "kubernetes:keda.sh/v1alpha1:ScaledObject", "demo-burst", {"spec": spec})
    return scaling_texts(None, resource)[1]


@pytest.mark.parametrize("engine", ["vllm", "tei", "huggingface-toolkit", None])
def test_requests_in_flight_are_called_so_also_where_a_query_takes_a_rate(engine: str | None):
    assert drawn(served_by(engine)) == "KEDA, at 24 requests in flight per replica"


def test_a_measured_service_is_scaled_on_its_rate():
    assert "requests/s per replica" in drawn(ranker())


def test_a_trigger_of_somebody_else_has_no_unit_of_ours():
    assert drawn(plan(), name="theirs") == "KEDA, at 24 per replica"
