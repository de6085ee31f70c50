"""Products, attention and memory of one token."""

import pytest

from plimsoll.speed.training.compute import attention_s, kept_bytes, memory_s, products_s
from plimsoll.speed.training.read import load_training
from plimsoll.speed.training.recipe import TrainingRecipe
from tests.make.training_jobs import CATALOG, job, laid, made

FACTS = load_training()
H100 = job("p5.48xlarge")


def test_products_are_six_flops_a_parameter_over_the_reached_rate():
    params = H100.arch.params - H100.arch.embedding_params
    expected = 6 * params / (989e12 * FACTS.value("share.hopper"))
    assert products_s(FACTS, H100) == pytest.approx(expected)


def test_frozen_weights_have_no_gradients():
    ratio = products_s(FACTS, made(H100, method="lora")) / products_s(FACTS, H100)
    assert ratio == pytest.approx(4 / 6 / FACTS.value("frozen"))


def test_a_tied_table_is_multiplied_once():
    tied = CATALOG.model("Llama-3.2-3B")
    assert job("p5.48xlarge", model="Llama-3.2-3B").read_params == tied.params


@pytest.mark.parametrize("stack", ["tuned", "standard"])
def test_fp8_helps_where_the_part_has_it_only(stack):
    for instance, gains in (("p5.48xlarge", True), ("p4de.24xlarge", False), ("trn1.32xlarge", False)):
        wide = job(instance, TrainingRecipe(stack=stack))
        assert (products_s(FACTS, made(wide, precision="fp8")) < products_s(FACTS, wide)) == gains


def test_fp4_helps_on_blackwell_and_is_fp8_elsewhere():
    b200, h100 = (job(of, TrainingRecipe(precision="fp8")) for of in ("p6-b200.48xlarge", "p5.48xlarge"))
    assert products_s(FACTS, made(b200, precision="fp4")) < products_s(FACTS, b200)
    assert products_s(FACTS, made(h100, precision="fp4")) == products_s(FACTS, h100)


def test_stacks_are_in_order():
    tuned, standard, plain = (
        products_s(FACTS, made(H100, stack=stack)) for stack in ("tuned", "standard", "plain")
    )
    assert tuned < standard < plain


def test_attention_grows_with_the_sequence_and_stops_at_windows():
    short, long = (attention_s(FACTS, made(H100, sequence_tok=tok)) for tok in (8192, 16384))
    assert long == pytest.approx(2 * short)
    gemma = job("p5.48xlarge", model="google/gemma-2-27b-it")
    short, long = (attention_s(FACTS, made(gemma, sequence_tok=tok)) for tok in (16384, 32768))
    assert long < 2 * short


def test_ranks_that_share_a_sequence_wait_unless_balanced():
    shared = laid(H100, context_parallel=8.0)
    assert attention_s(FACTS, shared) == pytest.approx(16 / 9 * attention_s(FACTS, H100))
    tuned = made(shared, stack="tuned")
    assert attention_s(FACTS, tuned) == attention_s(FACTS, H100)


def test_eager_kernels_cross_memory_more_often():
    assert memory_s(FACTS, made(H100, stack="plain")) > memory_s(FACTS, H100)
    assert kept_bytes(H100) == 32 * (14 * 4096 + 6 * 1024 + 8 * 14336)


def test_an_encoder_keeps_its_scores():
    bert = job("p4de.24xlarge", TrainingRecipe(sequence_tok=384), model="BERT-large")
    assert kept_bytes(bert) == 24 * (34 * 1024 + 5 * 16 * 384)


def test_small_matrices_of_experts_cost_more():
    mixture = job("p6-b200.48xlarge", model="Qwen3-30B-A3B")
    dense = 6 * mixture.read_params / (mixture.peak * FACTS.value("share.blackwell-hbm"))
    assert products_s(FACTS, mixture) > 1.15 * dense
