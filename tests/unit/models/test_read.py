"""The models of the catalogue against counts that others published, and files that are no config."""

from pathlib import Path

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.models.architecture import Architecture
from plimsoll.models.read import CONFIG_LIMIT_BYTES, read_config
from plimsoll.sizing.memory.weights import weight_bytes
from tests.make.models import CONFIGS, MODELS, NAMES, model
from tests.make.published_counts import BENCHMARKED, PARAMS


def test_there_are_models_of_every_task() -> None:
    assert len(MODELS) >= 170
    assert {item.task for item in MODELS.values()} == {"llm", "encoder", "vision", "speech", "diffusion"}


@pytest.mark.parametrize("item", MODELS.values(), ids=lambda item: item.name)
def test_every_model_is_complete(item: Architecture) -> None:
    assert item.source
    assert item.as_of
    assert 0 < item.active_params <= item.params
    assert weight_bytes(item, item.native_precision) > item.params / 2.1
    if item.task == "llm":
        assert item.attention
        assert item.max_context_tok >= 2048
        assert item.embedding_params == item.vocab * item.hidden
        assert sum(group.layers for group in item.attention) <= item.layers
    elif item.task != "encoder":
        assert item.forward_flops > 2 * item.params


def test_no_two_models_share_a_name() -> None:
    every = [name.lower() for item in MODELS.values() for name in (item.name, *item.aliases)]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("name", BENCHMARKED)
def test_benchmarked_models_are_found_by_the_name_that_benchmarks_use(name: str) -> None:
    assert name.lower() in NAMES


@pytest.mark.parametrize(("name", "params"), PARAMS.items())
def test_parameters_are_those_of_the_model_card(name: str, params: int) -> None:
    assert model(name).params == pytest.approx(params, rel=0.004)


@pytest.mark.parametrize(
    ("name", "active"),
    [
        ("Mixtral-8x7B", 12.9e9),
        ("Qwen3-30B-A3B", 3.3e9),
        ("Qwen3-235B-A22B", 22e9),
        ("DeepSeek-V3", 37e9),
        ("Kimi-K2.5", 32e9),
        ("Llama-4-Maverick", 17e9),
        ("GLM-4.5", 32e9),
        ("Nemotron-3-Super", 12e9),
    ],
)
def test_active_parameters_are_those_of_the_model_card(name: str, active: float) -> None:
    """Cards round, and some leave the embedding out."""
    assert model(name).active_params == pytest.approx(active, rel=0.07)


@pytest.mark.parametrize(
    ("name", "tokens"),
    [("bge-m3", 8192), ("roberta-base", 512), ("all-mpnet-base-v2", 512), ("multilingual-e5-large", 512)],
)
def test_an_encoder_takes_what_its_card_says(name: str, tokens: int) -> None:
    """Two of RoBERTa's positions belong to no token."""
    assert model(name).max_context_tok == tokens


def test_head_width_comes_from_the_config() -> None:
    """Qwen3-30B: 32 heads of 128 on a width of 2,048; hidden ÷ heads would be 64 and halve the cache."""
    group = model("Qwen3-30B-A3B").attention[0]
    assert (group.kv_heads, group.head_dim) == (4, 128)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"[]", "not an object"),
        (b'"llama"', "not an object"),
        (b"null", "not an object"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"model_type": "llama", "hidden_size": ' + b"9" * 10_000 + b"}", "too many digits"),
        (b" " * (CONFIG_LIMIT_BYTES + 1), "too large"),
    ],
    ids=["empty", "cut", "list", "string", "null", "binary", "deep", "digits", "large"],
)
def test_a_file_that_is_no_config_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "config.json"
    file.write_bytes(content)
    with pytest.raises(SpecError) as refused:
        read_config(file)
    (problem,) = refused.value.problems
    assert words in problem.what
    assert problem.file == str(file)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(SpecError) as refused:
            read_config(path)
        assert refused.value.problems[0].file == str(path)


def test_nan_in_a_config_is_a_problem_only_where_it_matters(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    text = (CONFIGS / "llama-3.1-8b.json").read_text()
    file.write_text(text.replace('"rms_norm_eps": 1e-05', '"rms_norm_eps": NaN'))
    assert read_config(file).params == PARAMS["Llama-3.1-8B"]
    file.write_text(text.replace('"hidden_size": 4096', '"hidden_size": NaN'))
    with pytest.raises(SpecError):
        read_config(file)


def test_a_config_is_named_after_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "my-model"
    folder.mkdir()
    (folder / "config.json").write_bytes((CONFIGS / "llama-3.1-8b.json").read_bytes())
    assert read_config(folder / "config.json").name == "my-model"
