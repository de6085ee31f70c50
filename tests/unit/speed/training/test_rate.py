"""The rate of a run."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.rate import interval_kind, token_s, training_speed
from plimsoll.speed.training.read import load_training
from plimsoll.speed.training.recipe import METHODS, STACKS, TrainingRecipe
from tests.make.training_jobs import CATALOG, job, laid, made

FACTS = load_training()
TYPES = sorted(
    name
    for name, type_ in CATALOG.instance_types.items()
    if type_.accelerator and type_.accelerators > 0 and CATALOG.accelerators[type_.accelerator].flops
)
TEXT = sorted(name for name, model in CATALOG.models.items() if model.task in ("llm", "encoder"))


@given(
    st.sampled_from(TYPES),
    st.sampled_from(TEXT),
    st.sampled_from(METHODS),
    st.sampled_from(STACKS),
    st.sampled_from(["bf16", "fp8", "fp4"]),
    st.integers(16, 262_144),
    st.sampled_from([(1, 0), (8, 1), (8, 3), (64, 3)]),
)
@example(
    "g4ad.16xlarge", "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", "full", "standard", "bf16", 16, (8, 1)
)
def test_any_run_stays_below_the_peak(instance, model, method, stack, precision, sequence, ranks):
    recipe = TrainingRecipe(method=method, stack=stack, precision=precision, sequence_tok=sequence)
    run = job(instance, recipe, TrainingLayout(ranks[0], zero=ranks[1], accumulation=4), model)
    speed = training_speed(FACTS, run)
    flops = run.accelerator.flops
    peak = max(flops.get(name, 0.0) for name in ("fp4", "fp8", "bf16", "fp16", "fp32"))
    multiplied = (4 if run.recipe.freezes else 6) * run.read_params
    assert 0 < speed.tokens_per_s * multiplied < run.layout.accelerators * peak
    assert speed.low < speed.tokens_per_s < speed.high
    assert 0 < speed.compute_share <= 1


def test_eight_h100_train_an_8b_as_fast_as_was_measured():
    """46,096 to 53,336 tokens/s on 8 H100 (torchtitan, 2024-12); 6,785 each on 32 (AWS, 2025-03)."""
    layout = TrainingLayout(8, zero=3, accumulation=8)
    speed = training_speed(FACTS, job("p5.48xlarge", TrainingRecipe(sequence_tok=8192), layout))
    assert speed.tokens_per_s == pytest.approx(50_500, rel=0.03)
    assert speed.low < 6785 * 8 < speed.high


@pytest.mark.parametrize(
    ("instance", "hours"), [("g5.xlarge", 42.5), ("g6e.xlarge", 9.04), ("p5.4xlarge", 2.55)]
)
def test_lora_of_a_hundred_million_tokens_on_one_accelerator(instance, hours):
    run = job(instance, TrainingRecipe(method="lora"), TrainingLayout(accumulation=64))
    assert 1e8 / training_speed(FACTS, run).tokens_per_s / 3600 == pytest.approx(hours, rel=0.03)


def test_more_nodes_of_a_fixed_batch_are_faster_and_less_efficient():
    run = job("p5.48xlarge", TrainingRecipe(sequence_tok=8192), TrainingLayout(8, zero=3, accumulation=16))
    rates = [
        training_speed(FACTS, laid(run, data_parallel=8 * n, accumulation=16 // n)).tokens_per_s
        for n in (1, 2, 4, 8, 16)
    ]
    assert rates == sorted(rates)
    each = [rate / n for rate, n in zip(rates, (1, 2, 4, 8, 16), strict=True)]
    assert each == sorted(each, reverse=True)


def test_a_larger_model_and_a_longer_sequence_are_slower():
    small, large = (token_s(FACTS, job("p5.48xlarge", model=of)) for of in ("Llama-3.1-8B", "Llama-3-70B"))
    assert large > 5 * small
    run = job("p5.48xlarge", layout=TrainingLayout(accumulation=4))
    assert token_s(FACTS, made(run, sequence_tok=65536)) > token_s(FACTS, made(run, sequence_tok=8192))


@pytest.mark.parametrize(
    ("instance", "model", "stack", "kind"),
    [
        ("p5.48xlarge", "Llama-3.1-8B", "standard", "tuned_or_standard"),
        ("p5.48xlarge", "Llama-3.1-8B", "plain", "plain"),
        ("p5.48xlarge", "DeepSeek-V3", "tuned", "mixture"),
        ("p5.48xlarge", "BERT-large", "tuned", "encoder"),
        ("g6e.xlarge", "Llama-3.1-8B", "standard", "assumed"),
    ],
)
def test_the_kind_of_run_has_its_interval(instance, model, stack, kind):
    assert interval_kind(FACTS, job(instance, TrainingRecipe(stack=stack), model=model)) == kind


def test_qlora_loses_to_lora_where_micro_batches_are_short():
    lora = job("p4de.24xlarge", TrainingRecipe(method="lora", sequence_tok=256, stack="plain"))
    slower = token_s(FACTS, made(lora, method="qlora")) / token_s(FACTS, lora)
    assert slower > 1.5
    long = made(lora, sequence_tok=8192)
    assert token_s(FACTS, made(long, method="qlora")) / token_s(FACTS, long) < 1.15
