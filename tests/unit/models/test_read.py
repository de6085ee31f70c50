"""The models of the catalogue, and any config.json: counts that others published, ways to be wrong."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from plimsoll.cli.models import command
from plimsoll.ground.problems import SpecError
from plimsoll.models.architecture import Architecture
from plimsoll.models.from_size import KnownSize, from_size
from plimsoll.models.hugging_face.config import architecture
from plimsoll.models.read import CONFIG_LIMIT_BYTES, load_models, read_config
from plimsoll.sizing.memory import kv_bytes_per_token, sequence_bytes, weight_bytes
from tests.make.other_models import OTHER
from tests.make.places import CASES
from tests.make.published_counts import BENCHMARKED, KV_BYTES_PER_TOKEN, PARAMS

CONFIGS = CASES / "models"
MODELS = load_models()
NAMES = MODELS.aliases()

SAME = {
    "llama-3.1-8b": "Llama-3.1-8B",
    "llama-2-70b": "Llama-2-70B",
    "qwen2.5-7b": "Qwen2.5-7B",
    "qwen3-32b": "Qwen3-32B",
    "qwen3-30b-a3b": "Qwen3-30B-A3B",
    "mixtral-8x7b": "Mixtral-8x7B",
    "mistral-7b-v0.1": "Mistral-7B-v0.1",
    "gemma-2-9b": "gemma-2-9b",
    "gemma-3-4b": "gemma-3-4b",
    "deepseek-v3": "DeepSeek-V3",
    "gpt-oss-120b": "gpt-oss-120b",
    "llama-4-scout": "Llama-4-Scout",
    "glm-4.5-air": "GLM-4.5-Air",
    "jamba-1.5-mini": "Jamba-1.5-Mini",
    "falcon-7b": "Falcon-7B",
    "whisper-large-v3": "whisper-large-v3",
    "vit-large-384": "ViT-L/16-384",
}


def model(name: str) -> Architecture:
    return MODELS[NAMES[name.lower()]]


def config(name: str) -> dict[str, Any]:
    return json.loads((CONFIGS / f"{name}.json").read_text())


# --- the catalogue ---------------------------------------------------------------------------------


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


def test_head_width_comes_from_the_config() -> None:
    """Qwen3-30B: 32 heads of 128 on a width of 2,048; hidden ÷ heads would be 64 and halve the cache."""
    group = model("Qwen3-30B-A3B").attention[0]
    assert (group.kv_heads, group.head_dim) == (4, 128)


# --- config.json -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "name"), SAME.items())
def test_a_config_gives_what_the_catalogue_says(file: str, name: str) -> None:
    read = read_config(CONFIGS / f"{file}.json")
    known = model(name)
    same = replace(
        read,
        name=known.name,
        aliases=known.aliases,
        gated=known.gated,
        source=known.source,
        as_of=known.as_of,
        max_context_tok=known.max_context_tok,
        native_precision=known.native_precision,
        assumed=known.assumed,
    )
    assert same == known


@pytest.mark.parametrize(
    ("file", "groups"),
    [
        ("gemma-2-9b", [("full", 21, 0), ("sliding", 21, 4096)]),
        ("gemma-3-4b", [("full", 5, 0), ("sliding", 29, 1024)]),
        ("gpt-oss-120b", [("full", 18, 0), ("sliding", 18, 128)]),
        ("llama-4-scout", [("full", 12, 0), ("sliding", 36, 8192)]),
        ("mistral-7b-v0.1", [("sliding", 32, 4096)]),
        ("qwen2.5-7b", [("full", 28, 0)]),
        ("deepseek-v3", [("mla", 61, 0)]),
        ("jamba-1.5-mini", [("full", 4, 0), ("linear", 28, 0)]),
    ],
)
def test_windows_and_kinds_are_read(file: str, groups: list[tuple[str, int, int]]) -> None:
    read = architecture(config(file), file)
    assert [(group.kind, group.layers, group.window_tok) for group in read.attention] == groups


@pytest.mark.parametrize(("values", "params", "cached"), OTHER.values(), ids=OTHER)
def test_other_families_are_counted(values: dict[str, Any], params: float, cached: int) -> None:
    read = architecture(values, "x")
    assert read.params == pytest.approx(params, rel=0.01)
    assert kv_bytes_per_token(read) == cached


@pytest.mark.parametrize(
    ("quantisation", "precision"),
    [
        ({"quant_method": "fp8"}, "fp8"),
        ({"quant_method": "awq", "bits": 4}, "int4"),
        ({"quant_method": "gptq", "bits": 8}, "int8"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "int4"),
        ({"quant_method": "mxfp4"}, "fp4"),
        ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, "fp4"),
        ({"quant_method": "modelopt", "quant_algo": "FP8"}, "fp8"),
        (
            {
                "quant_method": "compressed-tensors",
                "config_groups": {"group_0": {"weights": {"num_bits": 8, "type": "float"}}},
            },
            "fp8",
        ),
        (
            {
                "quant_method": "compressed-tensors",
                "config_groups": {"group_0": {"weights": {"num_bits": 4, "type": "int", "group_size": 32}}},
            },
            "int4",
        ),
    ],
)
def test_the_published_precision_is_read(quantisation: dict[str, Any], precision: str) -> None:
    read = architecture(config("llama-3.1-8b") | {"quantization_config": quantisation}, "x")
    assert read.native_precision == precision


def test_small_groups_cost_more_bits() -> None:
    grouped = {
        "quant_method": "compressed-tensors",
        "config_groups": {"g": {"weights": {"num_bits": 4, "type": "int"}}},
    }
    plain = architecture(config("llama-3.1-8b") | {"quantization_config": grouped}, "x")
    grouped["config_groups"]["g"]["weights"]["group_size"] = 32  # type: ignore[index]
    fine = architecture(config("llama-3.1-8b") | {"quantization_config": grouped}, "x")
    assert weight_bytes(fine, "int4") > 1.05 * weight_bytes(plain, "int4")


def test_a_window_of_the_upper_layers() -> None:
    windowed = config("qwen2.5-7b") | {
        "use_sliding_window": True,
        "sliding_window": 4096,
        "max_window_layers": 20,
    }
    read = architecture(windowed, "x")
    assert [(group.kind, group.layers) for group in read.attention] == [("full", 20), ("sliding", 8)]
    assert kv_bytes_per_token(read) == kv_bytes_per_token(architecture(config("qwen2.5-7b"), "x"))
    assert sequence_bytes(read, 32_768) < sequence_bytes(architecture(config("qwen2.5-7b"), "x"), 32_768)


def test_an_unknown_llama_like_type_is_taken_and_says_so() -> None:
    read = architecture(config("llama-3.1-8b") | {"model_type": "brandnew"}, "x")
    assert read.params == PARAMS["Llama-3.1-8B"]
    assert "model_type" in read.assumed


@pytest.mark.parametrize(
    ("changed", "path", "words"),
    [
        ({"model_type": "qwen33"}, "", ""),
        ({"model_type": None}, "model_type", "missing"),
        ({"model_type": 7}, "model_type", "not a string"),
        ({"model_type": "rwkv7", "num_key_value_heads": None}, "model_type", "unknown architecture"),
        ({"model_type": "brandnew", "mamba_d_state": 16}, "model_type", "unknown architecture"),
        ({"num_hidden_layers": None}, "num_hidden_layers", "missing"),
        ({"hidden_size": "4096"}, "hidden_size", "not a whole number"),
        ({"hidden_size": 4096.5}, "hidden_size", "not a whole number"),
        ({"vocab_size": -1}, "vocab_size", "not a whole number"),
        ({"vocab_size": True}, "vocab_size", "not a whole number"),
        ({"vocab_size": 10**400}, "vocab_size", "more than 30 digits"),
        ({"num_key_value_heads": 5}, "num_key_value_heads", "do not divide"),
        ({"num_attention_heads": 33, "num_key_value_heads": 33}, "head_dim", "does not divide"),
        ({"tie_word_embeddings": "no"}, "tie_word_embeddings", "not true or false"),
        ({"layer_types": ["full_attention"]}, "layer_types", "1 entries for 32 layers"),
        ({"layer_types": ["strange"] * 32}, "layer_types", "unknown kind"),
        ({"torch_dtype": "float12"}, "torch_dtype", "unknown type"),
        (
            {"quantization_config": {"quant_method": "magic"}},
            "quantization_config.quant_method",
            "unknown method",
        ),
        ({"quantization_config": {"quant_method": "gptq", "bits": 3}}, "quantization_config.bits", "3-bit"),
        ({"quantization_config": "fp8"}, "quantization_config", "not an object"),
        ({"compress_ratios": [4, 128]}, "compress_ratios", "not supported"),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, Any], path: str, words: str) -> None:
    if not path:
        assert architecture(config("llama-3.1-8b") | changed, "x").assumed == ("model_type",)
        return
    with pytest.raises(SpecError) as refused:
        architecture(config("llama-3.1-8b") | changed, "x")
    found = {problem.where: problem for problem in refused.value.problems}
    assert words in found[path].what
    assert found[path].fix


def test_every_problem_is_listed_at_once() -> None:
    broken = config("llama-3.1-8b") | {"hidden_size": None, "vocab_size": "many", "tie_word_embeddings": 3}
    with pytest.raises(SpecError) as refused:
        architecture(broken, "x")
    assert {problem.where for problem in refused.value.problems} == {
        "hidden_size",
        "vocab_size",
        "tie_word_embeddings",
    }


# --- files -----------------------------------------------------------------------------------------


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


# --- shapes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Llama-3.1-8B", "Llama-2-13B", "Llama-3.1-70B", "Llama-3.1-405B", "Qwen3-8B"]
)
def test_a_bare_count_comes_close_to_models_of_that_size(name: str) -> None:
    known = model(name)
    guessed = from_size("guess", KnownSize(params_b=known.params / 1e9))
    assert guessed.params == known.params
    assert 0.6 < guessed.layers / known.layers < 1.6
    assert 0.6 < guessed.hidden / known.hidden < 1.6
    assert {"layers", "hidden", "kv_heads"} <= set(guessed.assumed)


def test_what_is_given_is_kept_and_not_called_assumed() -> None:
    guessed = from_size("x", KnownSize(params_b=13, layers=40, hidden=5120, kv_heads=40, vocab=32_000))
    assert (guessed.layers, guessed.hidden, guessed.vocab) == (40, 5120, 32_000)
    assert kv_bytes_per_token(guessed) == kv_bytes_per_token(model("Llama-2-13B"))
    assert not {"layers", "hidden", "kv_heads", "vocab"} & set(guessed.assumed)


def test_a_sparse_shape_idles_what_it_says() -> None:
    guessed = from_size("x", KnownSize(params_b=30.5, active_params_b=3.3))
    experts = guessed.experts
    assert experts is not None
    routed = 3 * guessed.hidden * experts.ffn_dim * experts.count * experts.layers
    idle = routed * (1 - experts.active / experts.count)
    assert idle == pytest.approx(30.5e9 - 3.3e9, rel=0.15)
    assert (guessed.params, guessed.active_params) == (30_500_000_000, 3_300_000_000)


@pytest.mark.parametrize(
    ("shape", "path"),
    [
        ({"params_b": 1, "active_params_b": 2}, "model.active_params_b"),
        ({"params_b": 8, "heads": 32, "kv_heads": 5}, "model.kv_heads"),
        ({"params_b": 1, "layers": 100, "hidden": 8192}, "model.params_b"),
    ],
)
def test_a_shape_that_contradicts_itself_is_refused(shape: dict[str, Any], path: str) -> None:
    with pytest.raises(SpecError) as refused:
        from_size("x", KnownSize(**shape))
    assert refused.value.problems[0].where == path


# --- the command -----------------------------------------------------------------------------------


def test_the_list_as_json() -> None:
    result = CliRunner().invoke(command, ["--format", "json"])
    listed = json.loads(result.stdout)
    assert listed["schema"] == "plimsoll.dev/models/v1"
    assert [row["name"] for row in listed["models"]] == list(MODELS)
    assert all(row["source"] and row["as_of"] for row in listed["models"])
    assert len({tuple(row) for row in listed["models"]}) == 1, "a key without meaning is null, never absent"
    cached = {row["name"]: row["kv_bytes_per_token"] for row in listed["models"]}
    assert all(cached[NAMES[name.lower()]] == value for name, value in KV_BYTES_PER_TOKEN.items())


def test_the_list_is_narrowed_by_text_ignoring_case() -> None:
    result = CliRunner().invoke(command, ["WHISPER"])
    assert result.exit_code == 0
    assert result.stdout.count("openai/whisper") == 4
    assert "\x1b" not in result.stdout


def test_an_unknown_name_brings_the_nearest() -> None:
    result = CliRunner().invoke(command, ["lama-3.1-9b\x1b[2J", "--format", "json"])
    assert json.loads(result.stdout)["models"] == []
    assert "Llama-3.1-8B" in result.stderr
    assert "\x1b" not in result.stderr
