"""A model is found however people spell it."""

import pytest

from plimsoll.models.read import load_models
from plimsoll.models.search import nothing_found, select

MODELS = load_models()


def found(text: str) -> list[str]:
    return [model.name for model in select(MODELS, text)]


@pytest.mark.parametrize(
    "spelled", ["llama-3.1", "LLAMA 3 1", "llama/3/1", "3.1 Llama", "Llama_3.1", "Llama3.1", "  llama  3.1 "]
)
def test_what_stands_between_the_words_makes_no_difference(spelled: str):
    wanted = found("Llama 3.1")
    assert "meta-llama/Llama-3.1-8B-Instruct" in wanted
    assert all("3.1" in name for name in wanted)
    assert found(spelled) == wanted


@pytest.mark.parametrize("name", list(MODELS)[::6])
def test_every_name_and_every_alias_finds_its_model_in_any_order(name: str):
    for called in (name, *MODELS[name].aliases):
        assert name in found(called)
        assert name in found(called.lower().replace("-", " ").replace("/", " "))
        words = called.replace("/", " ").replace("-", " ").split()
        assert name in found(" ".join(reversed(words)))


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("Llama 3.1", "Llama-3.3"),
        ("qwen 8b", "Qwen3-0.6B"),
        ("gemma 2 9b", "gemma-3"),
        ("qwen3 4b", "Qwen3-14B"),
    ],
)
def test_numbers_are_whole(text: str, never: str):
    assert found(text)
    assert not [name for name in found(text) if never in name]


def test_a_number_may_be_the_beginning_where_nothing_else_is_found():
    assert "google/gemma-3-27b-it" in found("gemma 27")


def test_a_task_is_a_word_too():
    assert found("speech") == [name for name in MODELS if MODELS[name].task == "speech"]
    assert all("whisper" in name for name in found("large speech"))


def test_nothing_is_found_for_nonsense():
    assert found("zzzz") == found("!!!") == []
    assert "did you mean" in nothing_found(MODELS, "Llama-3.1-9B-Instruct")


def test_without_a_text_all_are_listed():
    assert found("") == list(MODELS)
