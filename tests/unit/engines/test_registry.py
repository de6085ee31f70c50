"""Each engine is found by its name, and starts what its task asks for."""

import pytest

from plimsoll.engines.base import Served
from plimsoll.engines.metrics import load_query
from plimsoll.engines.registry import BY_TASK, ENGINES, engine, group_commands
from plimsoll.models.architecture import Architecture


def served(task: str, accelerator: str | None = "L4") -> Served:
    architecture = Architecture("owner/name", task, params=10**9, active_params=10**9)  # type: ignore[arg-type]
    return Served(architecture, architecture.name, accelerator)


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_is_called_as_it_is_found(name: str) -> None:
    assert engine(name).name == name


@pytest.mark.parametrize(("task", "name"), BY_TASK.items())
def test_every_task_has_an_engine_that_names_an_image_and_the_model(task: str, name: str) -> None:
    spec = engine(name).container(served(task))
    assert spec is not None
    assert (spec.engine, spec.model) == (name, "owner/name")
    assert spec.image
    assert "owner/name" in " ".join((*spec.args, *spec.env.values()))


def test_an_image_is_of_the_build_that_the_accelerator_needs() -> None:
    tei = engine("tei")
    images = {}
    for part in ("L4", "A100-80GB", "T4", None):
        spec = tei.container(served("encoder", part))
        assert spec is not None
        images[part] = (spec.image or "").partition(":")[2]
    assert images == {"L4": "89-1.8", "A100-80GB": "1.8", "T4": "turing-1.8", None: "cpu-1.8"}
    assert tei.container(served("encoder", "T4G")) is None


def test_only_engines_known_to_span_nodes_have_commands_for_it() -> None:
    assert group_commands("vllm") is not None
    assert [group_commands(name) for name in ("tei", "huggingface-toolkit", "unheard-of", None)] == [None] * 4


def test_a_service_without_an_engine_of_ours_is_asked_by_convention() -> None:
    assert load_query("vllm", "requests_in_flight", "chat").count('{namespace="chat"}') == 2
    own = 'sum(requests_in_flight{namespace="chat"})'
    assert load_query(None, "requests_in_flight", "chat") == own
    assert load_query("huggingface-toolkit", "requests_in_flight", "chat") == own
