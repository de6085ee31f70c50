"""Routing by prefix is emitted where it has a choice: two replicas, and a prefix that requests share."""

from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.tags import CostTags
from plimsoll.objects.workload import of_workload
from plimsoll.plan.plan import Plan
from plimsoll.sizing.traffic import traffic_of
from plimsoll.spec.workload import Workload
from tests.make.variants import TORCH, answer, planned

LLAMA = "meta-llama/Llama-3.1-8B-Instruct"
KINDS = ("InferencePool", "HTTPRoute")


def spec(**keys: Any) -> dict[str, Any]:
    """A chat whose prompts share 400 tokens, routed by them over two replicas."""
    given = {
        "name": "chat",
        "model": LLAMA,
        "load": {"qps": 0.2, "input_tokens": 1200, "shared_prefix_tokens": 400},
        "scale": {"min_replicas": 2},
        "route": {"prefix_aware": True},
    }
    return {key: value for key, value in (given | keys).items() if value is not None}


def routed(plan: Plan) -> dict[str, Object]:
    """The objects of a gateway that a plan emits, by kind."""
    tags = CostTags("search", "4711", "prod", "chat")
    made = of_workload(plan, ClusterFacts("demo", tags, "demo-node"))
    return {each["kind"]: each for each in made if each["kind"] in KINDS}


def warned(plan: Plan) -> list[str]:
    return [each.message for each in plan.warnings if each.code == "no_prefix_route"]


def test_two_replicas_get_a_pool_and_a_route() -> None:
    plan = planned(spec())
    assert plan.routing is not None
    made = routed(plan)
    assert set(made) == set(KINDS)
    pool = made["InferencePool"]["spec"]
    assert pool["targetPorts"] == [{"number": plan.serving.port}]
    assert pool["endpointPickerRef"]["name"] == plan.routing.endpoint_picker
    (rule,) = made["HTTPRoute"]["spec"]["rules"]
    assert rule["backendRefs"][0]["name"] == made["InferencePool"]["metadata"]["name"]
    assert warned(plan) == []


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"scale": None}, "one replica answers all requests"),
        ({"load": {"qps": 0.2, "input_tokens": 1200}}, "load.shared_prefix_tokens is 0"),
    ],
)
def test_without_a_choice_nothing_is_emitted_and_the_plan_says_why(keys: dict[str, Any], words: str) -> None:
    plan = planned(spec(**keys))
    assert (plan.routing, routed(plan)) == (None, {})
    (message,) = warned(plan)
    assert words in message


def test_nobody_gets_it_who_did_not_ask() -> None:
    plan = planned(spec(route=None))
    assert (plan.routing, routed(plan), warned(plan)) == (None, {}, [])
    assert plan.cost == planned(spec()).cost, "it costs nothing of the workload's own"


def test_a_prefix_takes_its_share_off_reading_and_nothing_off_writing() -> None:
    model = load().model(LLAMA)
    plain = Workload.model_validate({"model": LLAMA, "load": {"qps": 1, "input_tokens": 1200}})
    shared = Workload.model_validate(spec())
    before, after = traffic_of(plain.load, model), traffic_of(shared.load, model)
    assert after.new_input_tok / before.new_input_tok == pytest.approx(0.667, abs=1e-3)
    assert after.output_tok == before.output_tok


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"measured": TORCH, "load": {"qps": 1}, "route": {"prefix_aware": True}}, "beside measured"),
        ({"model": "BAAI/bge-m3", "load": {"qps": 1}, "route": {"prefix_aware": True}}, "is an encoder"),
        (spec(route={"prefix_aware": "yes"}), "write prefix_aware: true"),
        (spec(route={"prefix": True}), "did you mean 'prefix_aware'"),
    ],
)
def test_a_wrong_route_is_explained(data: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError) as caught:
        answer(data)
    assert words in str(caught.value)
