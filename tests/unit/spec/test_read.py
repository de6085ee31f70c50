"""A spec is read from text or from data exactly as it is read from a file, with no file needed."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.spec.read import from_data, load_workload
from plimsoll.spec.runs.read import any_from_text
from plimsoll.spec.workload import Workload
from plimsoll.spec.wrong.known_names import unknown_model
from tests.make.models import CONFIGS
from tests.make.places import EXAMPLES

GOOD = {"name": "chat", "model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 5}}


@pytest.mark.parametrize("spec", EXAMPLES, ids=lambda path: path.stem)
def test_three_doors_give_one_workload(spec: Path):
    by_file = load_workload(spec, load())
    text = spec.read_bytes()
    by_text = any_from_text(text, load(), file=str(spec), folder=spec.parent)
    by_data = from_data(yaml.safe_load(text), load(), file=str(spec), folder=spec.parent)
    assert by_file == by_text == by_data


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"load": {}}, "chat: load: neither qps nor concurrency is given"),
        ({"lod": {"qps": 5}}, "chat: lod: unknown key 'lod'"),
        ({"load": {"qps": "5/s"}}, 'chat: load.qps: "5/s" is text, where a number belongs'),
        ({"load": {"qps": float("nan")}}, "chat: load.qps: .nan is not a finite number"),
        ({"load": None}, "chat: load: load is empty"),
        ({"model": None}, "chat: model: model is empty"),
        ({"model": "nobody/knows-it"}, "chat: model: unknown model"),
        ({"model": "./no-such/config.json"}, "chat: model: no-such/config.json: cannot read the file"),
        ({"region": "moon-1"}, "chat: region: no region 'moon-1' in the catalogue"),
        ({"capacity": {"allow": ["g6", "g6"]}}, "chat: capacity.allow[1]: 'g6' is listed twice"),
    ],
)
def test_a_problem_of_data_names_its_key_and_no_line(change: dict[str, Any], says: str):
    with pytest.raises(SpecError) as refused:
        from_data(GOOD | change, load(), file="chat")
    assert any(str(problem).startswith(says) for problem in refused.value.problems), str(refused.value)
    assert all(problem.line == 0 for problem in refused.value.problems)


def test_every_problem_of_data_comes_at_once():
    wrong = {"model": 5, "load": {"qps": -1}, "sla": {"availability": 99}}
    with pytest.raises(SpecError) as refused:
        from_data(wrong, load(), file="")
    assert [problem.where for problem in refused.value.problems] == ["load.qps", "model", "sla.availability"]


def test_a_program_that_validates_a_spec_itself_is_told_of_contradictions():
    with pytest.raises(ValueError, match="both qps and concurrency are given"):
        Workload.model_validate(GOOD | {"load": {"qps": 5, "concurrency": 2}})


def test_contradictions_are_judged_once(monkeypatch: pytest.MonkeyPatch):
    import plimsoll.spec.read as reading
    import plimsoll.spec.workload as model

    calls: list[str] = []
    judged = reading.contradictions
    for module in (reading, model):
        monkeypatch.setattr(
            module, "contradictions", lambda spec, m=module: calls.append(m.__name__) or judged(spec)
        )
    any_from_text(json.dumps(GOOD).encode(), load(), file="chat.yaml")
    assert calls == ["plimsoll.spec.read"]


def test_a_folder_that_holds_a_config_is_a_model(tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    config = (CONFIGS / "llama-3.1-8b.json").read_bytes()
    (tmp_path / "published" / "config.json").write_bytes(config)
    spec = tmp_path / "spec.yaml"
    for name in ("published", "./published", "published/config.json"):
        spec.write_text(f"model: {name}\nload: {{qps: 1}}\n")
        found = load_workload(spec, load()).architecture
        assert found is not None
        assert found.name == "published"
    (tmp_path / "published" / "config.json").unlink()
    spec.write_text("model: published\nload: {qps: 1}\n")
    with pytest.raises(SpecError, match="unknown model"):
        load_workload(spec, load())


@pytest.mark.parametrize("name", ["google-t5/t5-large", "google/flan-t5-xl", "facebook/bart-large-cnn"])
def test_an_encoder_decoder_is_told_as_one_and_no_encoder_is_offered_for_it(name: str) -> None:
    told = str(unknown_model(name, load()))
    assert "encoder-decoder" in told
    assert "measured" in told
    assert "did you mean" not in told


@pytest.mark.parametrize(
    "name",
    [
        "bert-base-uncased",
        "bert-large-uncased",
        "roberta-base",
        "FacebookAI/roberta-large",
        "FacebookAI/xlm-roberta-base",
        "microsoft/deberta-v3-base",
        "microsoft/deberta-v3-large",
        "openai/whisper-large-v3",
        "stabilityai/stable-diffusion-xl-base-1.0",
        "Qwen/Qwen3-8B",
        "Qwen/Qwen2.5-7B",
        "meta-llama/Llama-3.1-8B",
        "meta-llama/Llama-3.3-70B-Instruct",
        "mistralai/Mistral-7B-v0.3",
        "google/gemma-2-9b",
        "google/gemma-3-27b-it",
        "microsoft/phi-4",
        "microsoft/Phi-3.5-mini-instruct",
    ],
)
def test_what_is_asked_for_most_is_known_by_its_name(name: str) -> None:
    assert load().model(name) is not None
