"""How far a fixed batch scales."""

import pytest

from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.read import load_training
from plimsoll.speed.training.recipe import TrainingRecipe
from plimsoll.speed.training.scaling import hidden_tok, most_accelerators, scaling, with_ranks
from tests.make.training_jobs import job, laid, made

FACTS = load_training()


@pytest.mark.parametrize(
    ("instance", "ranks", "tokens"),
    [
        ("p4de.24xlarge", 4, 830),
        ("p5en.48xlarge", 32, 1060),
        ("p6-b200.48xlarge", 8, 1190),
        ("p6-b200.48xlarge", 32, 2330),
        ("p4d.24xlarge", 16, 3900),
        ("g6e.12xlarge", 4, 21_000),
        ("g6e.48xlarge", 8, 72_000),
    ],
)
def test_tokens_from_which_sharding_hides(instance, ranks, tokens):
    """The training digest's T*, with the reached share of products alone, which is higher than of all."""
    run = job(instance, layout=TrainingLayout(ranks, zero=3))
    assert hidden_tok(FACTS, run) == pytest.approx(tokens, rel=0.30)


def test_adapters_that_nothing_shards_send_nothing():
    run = job("p5.48xlarge", TrainingRecipe(method="lora"), TrainingLayout(8))
    assert hidden_tok(FACTS, run) == 0
    assert hidden_tok(FACTS, laid(run, zero=3)) > 0


def test_a_batch_feeds_only_so_many():
    run = job("p5.48xlarge", TrainingRecipe(sequence_tok=8192), TrainingLayout(8, zero=3, accumulation=8))
    assert scaling(FACTS, run).pays
    assert most_accelerators(FACTS, run) == 64
    assert not scaling(FACTS, laid(run, data_parallel=64, accumulation=1, context_parallel=2.0)).pays
    short = made(run, sequence_tok=256)
    assert most_accelerators(FACTS, short) < 8


def test_full_training_over_pcie_stops_early():
    run = job("g6e.48xlarge", TrainingRecipe(sequence_tok=2048), TrainingLayout(8, zero=3, accumulation=8))
    assert not scaling(FACTS, run).pays


def test_the_batch_stays_when_ranks_change():
    layout = TrainingLayout(8, zero=3, micro_batch_samples=2, accumulation=8)
    assert with_ranks(layout, 32).global_batch_samples == layout.global_batch_samples
    assert with_ranks(layout, 48).global_batch_samples >= layout.global_batch_samples
