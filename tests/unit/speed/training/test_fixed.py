"""What comes once a micro-batch, or once a step."""

from dataclasses import replace

import pytest

from plimsoll.speed.training.fixed import expanding_s, launching_s, stepping_s
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.read import load_training
from plimsoll.speed.training.recipe import TrainingRecipe
from tests.make.training_jobs import job, laid, made

FACTS = load_training()
QLORA = job("p4de.24xlarge", TrainingRecipe(method="qlora", sequence_tok=512))


def test_expansion_of_nf4_weights_is_spread_over_a_micro_batch():
    assert expanding_s(FACTS, made(QLORA, sequence_tok=8192)) == pytest.approx(expanding_s(FACTS, QLORA) / 16)
    assert expanding_s(FACTS, made(QLORA, method="lora")) == 0


def test_expansion_takes_about_what_was_measured():
    """Qwen-7B on an A100, LoRA against QLoRA (Qwen README): 0.13 to 0.23 s more a micro-batch."""
    seven = replace(QLORA, arch=replace(QLORA.arch, params=7_720_000_000))
    assert 0.13 < expanding_s(FACTS, seven) * 512 < 0.26


def test_the_optimizer_steps_once_and_in_shares():
    alone = job("p5.4xlarge", layout=TrainingLayout(accumulation=4))
    assert stepping_s(FACTS, laid(alone, accumulation=8)) == pytest.approx(stepping_s(FACTS, alone) / 2)
    sharded = job("p5.48xlarge", layout=TrainingLayout(8, zero=1, accumulation=4))
    assert stepping_s(FACTS, sharded) == pytest.approx(stepping_s(FACTS, alone) / 8)
    assert stepping_s(FACTS, made(alone, method="lora")) == 0


def test_a_step_on_the_host_takes_seconds():
    """8B on eight H200 (ml-engineering, 2026-08): 3.2 s a step with offload against 1.0 s without."""
    run = job("p5e.48xlarge", TrainingRecipe(sequence_tok=8192), TrainingLayout(8, zero=3))
    more = stepping_s(FACTS, replace(run, offloads=True)) - stepping_s(FACTS, run)
    assert more * 8192 == pytest.approx(2.1, rel=0.2)


def test_launches_cost_short_micro_batches_more():
    run = job("p5.4xlarge", TrainingRecipe(sequence_tok=512))
    assert launching_s(FACTS, run, 1.0) == pytest.approx(FACTS.value("launch_tok") / 512)
