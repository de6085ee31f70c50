"""Mixtures whose experts lie over groups that each keep all of attention."""

from dataclasses import replace

import pytest

from plimsoll.catalog.tables import load
from plimsoll.speed.accuracy.answer import predict
from plimsoll.speed.accuracy.layout import groups_of, laid_out
from plimsoll.speed.accuracy.llm import slots_of, weights_bytes
from plimsoll.speed.accuracy.points import Question
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.read import load_speed
from plimsoll.speed.step import spread_over, step_model

CATALOG = load()
FACTS = load_speed()
WORLD = World(CATALOG, FACTS)
DEEPSEEK = CATALOG.model("deepseek-ai/DeepSeek-R1")
DENSE = CATALOG.model("Llama-3.1-8B")

ROW = Question(
    task="llm_generate",
    model="deepseek-ai/DeepSeek-R1",
    params_b=671.0,
    active_params_b=37.0,
    weights="fp8",
    kv="",
    gpu="H200-SXM-141GB",
    gpus=8,
    tp=1,
    pp=1,
    isl=1024.0,
    osl=1024.0,
    load=256.0,
    scenario="online-slo",
    metric="tpot_ms",
    engine="TensorRT-LLM",
    version="1.1.0",
)


def test_more_accelerators_than_ranks_are_groups_of_a_mixture_and_replicas_of_others():
    assert groups_of(ROW, DEEPSEEK) == 8
    assert groups_of(ROW, DENSE) == 1
    assert groups_of(replace(ROW, tp=8), DEEPSEEK) == 1


@pytest.mark.parametrize(
    ("version", "load", "engine", "tp"),
    [
        ("1.0", None, "TensorRT-LLM", 1),
        ("1.1-1.2", None, "TensorRT-LLM", 1),
        ("0.17", None, "TensorRT-LLM", 8),
        ("1.0", 64.0, "TensorRT-LLM", 8),
        ("1.0", None, "SGLang", 8),
    ],
)
def test_tables_at_maximum_load_spread_experts_since_1_0(version, load, engine, tp):
    row = replace(ROW, tp=8, version=version, load=load, engine=engine)
    assert laid_out(row, DEEPSEEK).tp == tp
    assert laid_out(row, DENSE) == row


def test_no_rank_has_to_hold_the_whole_mixture():
    whole = weights_bytes(replace(ROW, tp=8), DEEPSEEK)
    assert weights_bytes(ROW, DEEPSEEK) < 141e9 < whole
    assert 8 * weights_bytes(ROW, DEEPSEEK) > whole
    assert slots_of(ROW, WORLD, 1024, 1024) > 64


def test_groups_share_what_their_tokens_wake():
    together = step_model(FACTS, DEEPSEEK, CATALOG.accelerators["H200-141GB"], weights="fp8", engine="trtllm")
    spread = spread_over(FACTS, together, 8)
    assert spread.work.expert_bytes_at(1e6) == pytest.approx(together.work.expert_bytes_at(1e6) / 8)
    assert spread.work.expert_bytes_at(4) == pytest.approx(together.work.expert_bytes_at(32) / 8)
    assert spread.work.dense_bytes == together.work.dense_bytes
    assert spread.reduce_s > together.reduce_s == 0
    assert spread_over(FACTS, together, 1) is together


def test_large_batches_of_a_layout_are_predicted_where_one_rank_could_not_even_load():
    """37.2 ms were measured (InferenceX, attention in parallel); taken for eight replicas it was 3.3 x."""
    assert predict(ROW, WORLD) == pytest.approx(37.2, rel=0.25)
