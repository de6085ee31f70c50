"""What links add."""

import pytest

from plimsoll.speed.training.communication import (
    bubble,
    exchanging_s,
    expert_ranks,
    gradients_s,
    sharded_s,
    tensor_s,
)
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.read import load_training
from plimsoll.speed.training.recipe import TrainingRecipe
from tests.make.training_jobs import job, laid, made

FACTS = load_training()
NODE = job("p5.48xlarge", layout=TrainingLayout(8, zero=3, accumulation=4))
ALONE = job("p5.4xlarge", layout=TrainingLayout(accumulation=4))


def test_one_accelerator_sends_nothing():
    assert tensor_s(FACTS, ALONE) == gradients_s(FACTS, ALONE) == sharded_s(FACTS, ALONE) == 0
    assert bubble(ALONE) == 1


def test_gradients_spread_over_a_step():
    more = laid(NODE, accumulation=8)
    assert gradients_s(FACTS, more) == pytest.approx(gradients_s(FACTS, NODE) / 2)
    assert gradients_s(FACTS, made(NODE, method="lora")) == 0


def test_gathers_spread_over_a_micro_batch_only():
    assert sharded_s(FACTS, laid(NODE, accumulation=8)) == sharded_s(FACTS, NODE)
    larger = laid(NODE, micro_batch_samples=2)
    assert sharded_s(FACTS, larger) == pytest.approx(sharded_s(FACTS, NODE) / 2)
    assert sharded_s(FACTS, laid(NODE, zero=0)) == 0


def test_what_lower_stages_save_is_not_counted_where_it_was_not_measured():
    assert sharded_s(FACTS, laid(NODE, zero=2)) == sharded_s(FACTS, NODE)
    tuned = made(NODE, stack="tuned")
    assert sharded_s(FACTS, laid(tuned, zero=1)) == 0 < sharded_s(FACTS, tuned)


def test_plain_stacks_hide_no_gathers():
    assert sharded_s(FACTS, made(NODE, stack="plain")) > sharded_s(FACTS, NODE)


@pytest.mark.parametrize(("stages", "accumulation", "factor"), [(4, 8, 1 + 3 / 8), (8, 32, 1 + 7 / 32)])
def test_stages_idle_at_both_ends(stages, accumulation, factor):
    layout = TrainingLayout(pipeline_parallel=stages, accumulation=accumulation)
    assert bubble(job("p5.48xlarge", layout=layout)) == pytest.approx(factor)


def test_tuned_stacks_interleave_stages():
    layout = TrainingLayout(pipeline_parallel=4, accumulation=8)
    tuned = job("p5.48xlarge", TrainingRecipe(stack="tuned"), layout)
    assert bubble(tuned) == pytest.approx(1 + 3 / 32)


def test_layers_that_do_not_divide_make_stages_wait():
    layout = TrainingLayout(pipeline_parallel=5, accumulation=1000)
    assert bubble(job("p5.48xlarge", layout=layout)) == pytest.approx(35 / 32, rel=0.01)


def test_tensor_ranks_over_pcie_are_a_bad_idea():
    """Seven eighths of an L40S' time would go to the links at eight ranks."""
    layout = TrainingLayout(tensor_parallel=8)
    nvlink, pcie = (tensor_s(FACTS, job(of, layout=layout)) for of in ("p5.48xlarge", "g6e.48xlarge"))
    assert pcie > 100 * nvlink


def test_experts_stay_in_a_node():
    layout = TrainingLayout(32, zero=1, accumulation=4)
    mixture = job("p6-b200.48xlarge", layout=layout, model="Qwen3-30B-A3B")
    assert expert_ranks(mixture) == 8
    assert exchanging_s(FACTS, mixture) > 0
    assert exchanging_s(FACTS, NODE) == 0
