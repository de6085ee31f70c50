"""What is loaded is named, or the precision is refused with the key that mends it."""

from typing import Any

import pytest

from plimsoll.engines.precision import SERVES_BEST_FIRST
from plimsoll.models.from_size import KnownSize, from_size
from plimsoll.sizing.memory.weights import weight_bytes
from plimsoll.sizing.served_weights import Loadable, ServedWeights, published_name, sized_as
from plimsoll.spec.workload import Workload
from tests.make.worlds import real

LLAMA, R1, CODER = (
    "meta-llama/Llama-3.1-8B-Instruct",
    "deepseek-ai/DeepSeek-R1",
    "Qwen/Qwen2.5-Coder-7B-Instruct",
)


def choice(model: Any, **spec: Any) -> Loadable:
    workload = Workload.model_validate({"model": model, "load": {"qps": 1}, **spec})
    architecture = real().model(model) if isinstance(model, str) else from_size("ours", KnownSize(**model))
    assert architecture is not None
    return Loadable(workload, architecture, real(), ("fp8",))


def loaded(model: Any, wanted: str, /, **spec: Any) -> ServedWeights:
    return choice(model, **spec).in_precision(wanted)


@pytest.mark.parametrize(
    ("model", "precision", "weights", "name", "quantization", "at_load"),
    [
        (LLAMA, "bf16", None, LLAMA, None, False),
        (LLAMA, "fp16", None, LLAMA, None, False),
        (LLAMA, "fp8", None, "RedHatAI/Meta-Llama-3.1-8B-Instruct-FP8", "compressed-tensors", False),
        (LLAMA, "int4", None, "hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ-INT4", "awq", False),
        (R1, "fp8", None, R1, "fp8", False),
        (R1, "fp4", None, "nvidia/DeepSeek-R1-FP4", "modelopt", False),
        ("openai/gpt-oss-120b", "fp4", None, "openai/gpt-oss-120b", "mxfp4", False),
        ("google/gemma-2-9b-it", "fp8", None, "google/gemma-2-9b-it", "fp8", True),
        (LLAMA, "int4", "acme/llama-8b-awq", "acme/llama-8b-awq", "awq", False),
        (LLAMA, "int8", "acme/llama-8b", "acme/llama-8b", "int8", False),
        (LLAMA, "bf16", "acme/llama-8b", "acme/llama-8b", None, False),
        (LLAMA, "fp8", "acme/llama-8b", "acme/llama-8b", "fp8", True),
        (LLAMA, "fp8", "acme/llama-8b-FP8-dynamic", "acme/llama-8b-FP8-dynamic", "fp8", False),
        (
            LLAMA,
            "fp4",
            "nvidia/Llama-3.1-8B-Instruct-NVFP4",
            "nvidia/Llama-3.1-8B-Instruct-NVFP4",
            "modelopt",
            False,
        ),
        ({"params_b": 13}, "bf16", None, None, None, False),
        ({"params_b": 13}, "fp8", "acme/ours", "acme/ours", "fp8", True),
    ],
)
def test_what_is_loaded(
    model: Any, precision: str, weights: str | None, name: str | None, quantization: str | None, at_load: bool
) -> None:
    found = loaded(model, precision, weights=weights, precision=[precision])
    assert not found.problem
    assert (found.name, found.quantization, found.made_at_load) == (name, quantization, at_load)


@pytest.mark.parametrize(
    ("model", "precision", "weights", "said"),
    [
        ("google/gemma-2-9b-it", "int8", None, "give weights"),
        (R1, "int4", None, "give weights"),
        (R1, "bf16", None, "give weights"),
        ({"params_b": 13}, "int4", None, "give weights"),
        (LLAMA, "fp8", "acme/llama-8b-awq", "hold int4"),
        (LLAMA, "int4", LLAMA, "hold bf16"),
    ],
)
def test_what_nobody_published_cannot_be_had(
    model: Any, precision: str, weights: str | None, said: str
) -> None:
    assert said in loaded(model, precision, weights=weights, precision=[precision]).problem


@pytest.mark.parametrize(
    ("model", "spec", "precisions"),
    [
        ("google/gemma-2-9b-it", {}, ["fp8", "bf16", "fp16"]),
        (R1, {}, ["fp8", "fp4"]),
        (LLAMA, {"weights": "acme/llama-8b"}, ["fp8", "bf16", "fp16"]),
        (LLAMA, {"weights": "acme/llama-8b", "precision": ["int4"]}, ["int4"]),
        (LLAMA, {"weights": "acme/llama-8b-awq"}, ["int4"]),
    ],
)
def test_a_change_of_the_precision_alone_offers_what_could_be_loaded(
    model: Any, spec: dict[str, Any], precisions: list[str]
) -> None:
    found = choice(model, **spec)
    assert found.changed_to(SERVES_BEST_FIRST) == precisions
    assert [each for each in precisions if found.in_precision(each).problem] == []


@pytest.mark.parametrize(
    ("accepted", "served"),
    [
        (["int4", "bf16"], ["bf16"]),
        (["fp4", "fp8"], ["fp8"]),
        (["fp8", "bf16"], ["fp8", "bf16"]),
        (["int8", "int4"], ["int8"]),
        (["int4"], ["int4"]),
    ],
)
def test_one_checkpoint_is_not_taken_for_two(accepted: list[str], served: list[str]) -> None:
    """Where neither the catalogue nor its name says what it holds, the spec's precisions do: one of them."""
    found = choice(LLAMA, weights="acme/llama-8b", precision=accepted)
    assert [each for each in accepted if not found.in_precision(each).problem] == served


def test_weights_that_say_what_they_hold_need_no_precision() -> None:
    assert choice(LLAMA, weights="acme/llama-8b-awq").default_precision() == "int4"
    assert choice(LLAMA).default_precision() == "bf16"


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (LLAMA, LLAMA),
        ("Llama-3.1-8B", LLAMA),
        ("meta-llama/Meta-Llama-3.1-8B-Instruct", LLAMA),
        ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B"),
        (CODER, CODER),
        (CODER.lower(), CODER),
    ],
)
def test_a_repository_that_is_built_like_another_is_loaded_itself(asked: str, named: str) -> None:
    found = choice(asked)
    assert published_name(found.workload, found.architecture) == named


def test_a_checkpoint_of_one_model_is_not_that_of_another_built_like_it() -> None:
    assert loaded("Qwen/Qwen2.5-7B-Instruct", "int4").name == "Qwen/Qwen2.5-7B-Instruct-AWQ"
    assert loaded(CODER, "int4").problem


def test_a_gated_checkpoint_is_known_as_one() -> None:
    assert loaded(LLAMA, "bf16").gated
    assert not loaded("Qwen/Qwen3-8B", "bf16").gated
    assert loaded("meta-llama/Llama-3.1-405B-Instruct", "fp8").gated


@pytest.mark.parametrize("precision", ["int4", "fp4", "fp8"])
@pytest.mark.parametrize("share", [0.3, 0.55])
def test_a_checkpoint_of_a_known_size_weighs_what_is_stored(precision: str, share: float) -> None:
    arch = real().models["meta-llama/Llama-3.3-70B-Instruct"]
    stored = round(share * weight_bytes(arch, "bf16"))
    assert weight_bytes(sized_as(arch, precision, stored), precision) == pytest.approx(stored, abs=2)


def test_an_unknown_size_changes_nothing() -> None:
    arch = real().models["meta-llama/Llama-3.3-70B-Instruct"]
    assert sized_as(arch, "int4", None) is arch
