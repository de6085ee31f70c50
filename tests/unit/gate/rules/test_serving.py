"""Pods that cannot start are found before anything is created: no image, or weights without their token."""

from dataclasses import replace
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.gate.judge import judge
from plimsoll.graph.from_manifests import resources_of
from plimsoll.graph.resource import Graph
from plimsoll.objects.workload import of_workload
from plimsoll.plan.plan import Plan
from plimsoll.pricing import price
from tests.claims.test_components_register_the_objects import FACTS
from tests.make.plans import plan

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
OPEN = "Qwen/Qwen3-8B"


def codes(objects: list[dict[str, Any]]) -> dict[str, bool]:
    """What is found of these two, and whether it blocks."""
    graph = Graph(tuple(each for made in objects for each in resources_of(made, "f", [])))
    verdict = judge(graph, load(), priced=price(graph, load(), "us-east-1"))
    return {each.code: each.blocks for each in verdict.violations if each.code in ("no_image", "gated_model")}


def serving(model: str, **changes: Any) -> Plan:
    made = plan()
    arguments = (f"--model={model}",)
    return replace(made, serving=replace(made.serving, model=model, args=arguments, **changes))


def objects(made: Plan, **facts: Any) -> list[dict[str, Any]]:
    return list(of_workload(made, replace(FACTS, **facts)))


def test_pods_without_an_image_block() -> None:
    assert codes(objects(serving(OPEN, image=None, engine=None))) == {"no_image": True}
    assert codes(objects(serving(OPEN))) == {}


@pytest.mark.parametrize(
    ("model", "gated", "token", "found"),
    [
        (LLAMA, True, None, {"gated_model": False}),
        (LLAMA, False, None, {"gated_model": False}),
        (LLAMA, True, "hf_x", {}),
        (OPEN, False, None, {}),
    ],
)
def test_gated_weights_without_a_token_are_told(
    model: str, gated: bool, token: str | None, found: dict[str, bool]
) -> None:
    assert codes(objects(serving(model, gated=gated), token=token)) == found


@pytest.mark.parametrize(
    ("variable", "found"),
    [
        ({"name": "HF_TOKEN", "value": "hf_x"}, {}),
        ({"name": "HF_TOKEN", "value": ""}, {"gated_model": False}),
        ({"name": "HUGGING_FACE_HUB_TOKEN", "valueFrom": {"secretKeyRef": {"name": "mine", "key": "t"}}}, {}),
        (
            {
                "name": "HF_TOKEN",
                "valueFrom": {"secretKeyRef": {"name": "mine", "key": "t", "optional": True}},
            },
            {"gated_model": False},
        ),
        ({"name": "OTHER", "value": "x"}, {"gated_model": False}),
    ],
)
def test_whoever_brings_a_token_of_their_own_is_believed(
    variable: dict[str, Any], found: dict[str, bool]
) -> None:
    made = objects(serving(LLAMA))
    for each in made:
        if each["kind"] == "Deployment":
            each["spec"]["template"]["spec"]["containers"][0]["env"] = [variable]
    assert codes(made) == found
