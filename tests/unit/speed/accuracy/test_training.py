"""Rows of training runs: what they say, what is assumed, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.catalog.tables import load
from plimsoll.speed.accuracy.answer import Answer, answer
from plimsoll.speed.accuracy.points import read_points
from plimsoll.speed.accuracy.training import training_job
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.read import load_speed

WORLD = World(load(), load_speed())
ROW = {
    "id": "a", "task": "train", "model": "Llama-3-8B", "params_b": "8.03", "active_params_b": "8.03",
    "weight_precision": "bf16", "gpu": "H100-SXM-80GB", "gpus": "8", "tp": "1", "pp": "1", "isl": "8192",
    "osl": "0", "concurrency_or_batch": "64", "scenario": "offline", "metric": "total_tok_s",
    "engine": "torchtitan", "value": "1", "method": "", "stack": "",
}  # fmt: skip


def job(**changes: str):
    question = read_points(list(ROW), [{**ROW, **changes}], "points.csv")[0].question
    assert question is not None
    return training_job(question, WORLD)


def told(**changes: str) -> Answer:
    return answer(read_points(list(ROW), [{**ROW, **changes}], "points.csv")[0], WORLD)


def rate(**changes: str) -> float:
    given = told(**changes)
    assert given.predicted is not None
    return given.predicted


def test_blank_is_pretraining_with_a_standard_stack():
    recipe = job().recipe
    assert (recipe.method, recipe.stack) == ("pretrain", "standard")
    assert rate() == rate(method="pretrain", stack="standard")


def test_a_file_without_the_two_columns_is_read_as_blank():
    short = {name: value for name, value in ROW.items() if name not in ("method", "stack")}
    given = answer(read_points(list(short), [short], "points.csv")[0], WORLD)
    assert given.predicted == rate()


@pytest.mark.parametrize(
    ("engine", "stack"),
    [
        ("Megatron-Bridge", "tuned"),
        ("NeMo", "tuned"),
        ("HF Trainer + ZeRO-3", "plain"),
        ("torchtune", "standard"),
    ],
)
def test_the_engine_tells_the_stack_where_the_row_does_not(engine, stack):
    assert job(engine=engine).recipe.stack == stack
    assert job(engine=engine, stack="tuned").recipe.stack == "tuned"


def test_method_and_stack_are_heeded():
    assert rate(stack="plain") < rate() < rate(stack="tuned")
    assert rate(method="lora") > rate(method="full")
    assert rate(method="qlora", gpus="1") < rate(method="lora", gpus="1")


@pytest.mark.parametrize(("column", "value"), [("method", "dpo"), ("stack", "fast")])
def test_unknown_words_are_a_reason(column, value):
    given = told(**{column: value})
    assert not given.answered
    assert value in given.reason
    assert "pretrain" in given.reason or "standard" in given.reason


def test_without_the_length_of_a_sample_there_is_no_answer():
    given = told(isl="", metric="samples_s")
    assert not given.answered
    assert "isl" in given.reason


@pytest.mark.parametrize("model", ["ResNet-50", "microsoft/resnet-50", "google/vit-base-patch16-224"])
@pytest.mark.parametrize("isl", ["", "197"])
def test_images_never_get_a_language_models_formula(model, isl):
    given = told(model=model, isl=isl, metric="samples_s", params_b="0.0256", active_params_b="0.0256")
    assert not given.answered
    assert "measured samples" in given.reason


def test_samples_are_tokens_over_their_length():
    assert rate(metric="samples_s") == pytest.approx(rate() / 8192, rel=1e-5)


def test_utilisation_is_of_the_peak_of_the_precision():
    flops = 6 * 8.03e9 + 12 * 32 * 4096 * 8192
    assert rate(metric="mfu") == pytest.approx(rate() * flops / 8 / 989e12, rel=0.01)
    narrow = rate(metric="mfu", weight_precision="fp8")
    assert narrow == pytest.approx(rate(weight_precision="fp8") * flops / 8 / 1979e12, rel=0.01)


def test_fewer_sequences_than_ranks_share_them():
    layout = job(concurrency_or_batch="2").layout
    assert (layout.data_parallel, layout.context_parallel, layout.accelerators) == (2, 4, 8)


def test_a_host_that_steps_the_optimizer_is_told_by_the_engine():
    assert job(engine="DeepSpeed ZeRO-3 CPU offload").offloads
    assert rate(engine="DeepSpeed ZeRO-3 CPU offload") < rate(engine="DeepSpeed ZeRO-3")


@pytest.mark.parametrize("metric", ["tpot_ms", "req_s", "nonsense"])
def test_other_metrics_are_a_reason(metric):
    assert not told(metric=metric).answered


NUMBERS = st.sampled_from(["", "0", "1", "3", "0.5", "8192", "1e6", "1e15", "-1", "x", "nan"])


@given(
    st.fixed_dictionaries(
        dict.fromkeys(("isl", "gpus", "tp", "pp", "concurrency_or_batch", "params_b"), NUMBERS)
        | {
            "model": st.sampled_from(["Llama-3-8B", "DeepSeek-V3", "BERT-large", "nobody", "ResNet-50"]),
            "gpu": st.sampled_from(["H100-SXM-80GB", "L40S", "Trainium1", "T4", "MI300X-192GB", "abacus"]),
            "method": st.sampled_from(["", "LoRA", "qlora", "full", "?"]),
            "stack": st.sampled_from(["", "Plain", "tuned", "?"]),
            "weight_precision": st.sampled_from(["", "fp8", "fp4", "int4", "tf32", "?"]),
            "metric": st.sampled_from(["total_tok_s", "samples_s", "mfu"]),
        }
    )
)
def test_any_row_is_answered_or_has_a_reason(changes):
    given_ = told(**changes)
    if given_.answered:
        assert 0 < given_.low <= given_.predicted <= given_.high
    else:
        assert given_.reason
