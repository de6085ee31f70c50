"""Each engine is found by its name, and starts what its task asks for."""

from dataclasses import replace

import pytest

from plimsoll.catalog.tables import engine_rows, engines_serving, load
from plimsoll.engines.base import Served
from plimsoll.engines.metrics import load_query
from plimsoll.engines.precision import PRECISIONS
from plimsoll.engines.registry import (
    engine,
    engine_for,
    engine_names,
    generation_engine,
    group_commands,
    titles_over_nodes,
)
from plimsoll.models.architecture import Architecture


def served(task: str, accelerator: str | None = "L4") -> Served:
    architecture = Architecture("owner/name", task, params=10**9, active_params=10**9)  # type: ignore[arg-type]
    return Served(architecture, architecture.name, accelerator)


@pytest.mark.parametrize("name", engine_names())
def test_an_engine_is_called_as_it_is_found(name: str) -> None:
    assert engine(name).name == name


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("encoder", "tei"),
        ("diffusion", "huggingface-toolkit"),
        ("vision", "huggingface-toolkit"),
    ],
)
def test_every_task_has_an_engine_that_names_an_image_and_the_model(task: str, name: str) -> None:
    spec = engine_for(task).container(served(task))
    assert (spec.engine, spec.model) == (name, "owner/name")
    assert spec.image
    assert "owner/name" in " ".join((*spec.args, *spec.env.values()))


def test_an_image_is_of_the_build_that_the_accelerator_needs() -> None:
    tei, images = engine_for("encoder"), {}
    for part in ("L4", "A100-80GB", "T4", None):
        images[part] = (tei.container(served("encoder", part)).image or "").partition(":")[2]
    assert images == {"L4": "89-1.8", "A100-80GB": "1.8", "T4": "turing-1.8", None: "cpu-1.8"}


def test_there_is_no_image_where_nobody_publishes_one() -> None:
    parts = load().accelerators
    for task in ("encoder", "vision", "speech"):
        made = engine(engines_serving(task)[0])
        assert made.image_problem(parts["T4"], "x86_64") == ""
        assert made.image_problem(parts["T4G"], "arm64")
    assert engine("tei").image_problem(parts["V100-16GB"], "x86_64")
    assert engine("tei").image_problem(parts["L4"], "arm64")
    assert engine("vllm").image_problem(parts["GB200-186GB"], "arm64") == ""


def test_a_model_without_a_name_is_started_by_no_image() -> None:
    for task in ("encoder", "vision"):
        spec = engine_for(task).container(replace(served(task), model=None))
        assert (spec.image, spec.model) == (None, None)
        assert "None" not in " ".join((*spec.args, *spec.env.values()))


def test_only_engines_known_to_span_nodes_have_commands_for_it() -> None:
    assert group_commands("vllm") is not None
    assert titles_over_nodes() == ("vLLM",)
    assert [group_commands(name) for name in ("tei", "huggingface-toolkit", "unheard-of", None)] == [None] * 4


def test_a_service_without_an_engine_of_ours_is_asked_by_convention() -> None:
    assert load_query("vllm", "requests_in_flight", "chat").count('{namespace="chat"}') == 2
    own = 'sum(requests_in_flight{namespace="chat"})'
    assert load_query(None, "requests_in_flight", "chat") == own
    assert load_query("huggingface-toolkit", "requests_in_flight", "chat") == own


@pytest.mark.parametrize("name", engines_serving("llm"))
def test_an_engine_that_generates_has_defaults_and_starts_in_every_precision_it_names(name: str) -> None:
    made = generation_engine(name)
    facts = [row for row in engine_rows() if row["engine"] == name and row["fact"] != "serves"]
    versions = {row["version_from"] or "0.1" for row in facts} | {"99.0"}
    for part in load().accelerators.values():
        for version in versions:
            profile = made.profile(version, part)
            assert 0 < profile.fraction <= 1
            assert min(profile.batched_tok, profile.sequences) >= 1
    for precision in made.precisions:
        spec = made.serve(replace(served("llm"), precision=precision, version="99.0"))
        assert (spec.engine, spec.model) == (name, "owner/name")
    assert set(made.precisions) <= set(PRECISIONS)


@pytest.mark.parametrize("name", engine_names())
def test_the_rows_of_a_fact_go_from_general_to_special(name: str) -> None:
    """The last row that applies holds: a general row after a special one would hide it."""
    seen: dict[str, list[dict[str, str]]] = {}
    for row in engine_rows():
        if row["engine"] == name:
            for earlier in seen.setdefault(row["fact"], []):
                assert not _hides(row, earlier), f"{row} hides {earlier}"
            seen[row["fact"]].append(row)


def _hides(row: dict[str, str], earlier: dict[str, str]) -> bool:
    conditions = ("version_from", "accelerator", "memory_gib_from")
    wider = all(not row[key] or row[key] == earlier[key] for key in conditions)
    return wider and any(not row[key] and earlier[key] for key in conditions)


def test_the_rule_on_rows_sees_an_offender() -> None:
    general = {"version_from": "", "accelerator": "", "memory_gib_from": ""}
    assert _hides(general, general | {"accelerator": "A100"})
    assert not _hides(general | {"accelerator": "A100"}, general)
