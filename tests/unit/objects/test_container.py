"""The container says the plan's numbers, and where it cannot run, the key that would mend it."""

from dataclasses import replace
from typing import Any

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.objects.cluster import ClusterFacts
from plimsoll.objects.container import UNSET_IMAGE, container, missing_image
from plimsoll.objects.nodes.marks import GPU
from plimsoll.objects.tags import CostTags
from tests.make.plans import plan, ranker

CHAT = plan()


def cluster(workload: str, **more: Any) -> ClusterFacts:
    return ClusterFacts("demo", CostTags("search", "4711", "prod", workload), "role", **more)


def test_an_accelerator_is_limited_to_what_is_requested() -> None:
    resources = container(CHAT.serving, cluster("support-chat"))["resources"]
    assert resources["requests"][GPU] == resources["limits"][GPU] == "4"
    assert GPU not in container(ranker().serving, cluster("ranker"))["resources"]["requests"]


def test_the_token_goes_only_to_what_loads_weights() -> None:
    def names(made: dict[str, Any]) -> set[str]:
        return {variable["name"] for variable in made["env"]}

    assert "HF_TOKEN" in names(container(CHAT.serving, cluster("support-chat", token="t")))
    assert "HF_TOKEN" not in names(container(CHAT.serving, cluster("support-chat")))
    assert "HF_TOKEN" not in names(container(ranker().serving, cluster("ranker", token="t")))


@pytest.mark.parametrize(
    ("made", "engine", "path"),
    [(ranker(), None, "ranker.measured.image"), (CHAT, None, "support-chat.model")],
)
def test_a_missing_image_is_asked_for_where_it_can_be_named(made: Any, engine: None, path: str) -> None:
    bare = replace(made, serving=replace(made.serving, image=None, engine=engine))
    name = path.partition(".")[0]
    problem = missing_image(bare, cluster(name))
    assert problem is not None
    assert (problem.path, f"images.{name}" in problem.fix) == (path, True)
    assert container(bare.serving, cluster(name))["image"] == UNSET_IMAGE.replace("{workload}", name)
    assert missing_image(bare, cluster(name, images={name: "registry.example.com/own:1"})) is None


def test_a_model_known_by_its_shape_alone_does_not_start() -> None:
    with pytest.raises(SpecError) as refused:
        container(replace(CHAT.serving, model=None), cluster("support-chat"))
    assert refused.value.problems[0].path == "support-chat.model"


def test_gated_weights_find_a_token_that_is_put_there_by_hand() -> None:
    gated = replace(CHAT.serving, gated=True)
    found = {each["name"]: each for each in container(gated, cluster("support-chat"))["env"]}
    assert found["HF_TOKEN"]["valueFrom"]["secretKeyRef"] == {
        "name": "hugging-face",
        "key": "token",
        "optional": True,
    }
    with_token = container(gated, cluster("support-chat", token="t"))["env"]
    assert "optional" not in str(with_token)
