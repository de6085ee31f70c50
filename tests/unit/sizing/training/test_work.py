"""Work of a run: steps, hours, whole instances."""

from math import inf

import pytest

from plimsoll.catalog.tables import load
from plimsoll.sizing.training.work import (
    TrainingSamples,
    accelerator_hours_at,
    billed_accelerators,
    compute_h,
    token_steps,
    whole_instances,
)

CATALOG = load()


def test_alpaca_three_times_in_batches_of_64():
    assert TrainingSamples(52_002, epochs=3, packed=False).steps(2048, 64) == 2439


def test_packed_samples_fill_sequences():
    alpaca = TrainingSamples(52_002, epochs=3, mean_tok=180, p95_tok=480)
    assert alpaca.steps(2048, 64) == 72 * 3
    assert alpaca.tokens == 52_002 * 180 * 3
    assert alpaca.padding == 1


def test_unpacked_samples_pay_for_padding():
    alpaca = TrainingSamples(52_002, mean_tok=180, p95_tok=480, packed=False)
    assert alpaca.padding == pytest.approx(480 / 180)
    assert compute_h(alpaca.tokens, 1000, alpaca.padding) == pytest.approx(52_002 * 480 / 1000 / 3600)


def test_tokens_make_steps():
    assert token_steps(100e9, 8192, 512) == 23842


def test_hours_of_a_billion_tokens_on_four_nodes():
    assert compute_h(1e9, 217_120) * 3600 == pytest.approx(4606, abs=0.5)
    assert compute_h(1, 0) == inf


def test_llama_405b_takes_so_many_hours_by_its_parameters_alone():
    """Meta tells 3.08e7, restarts included (arXiv 2407.21783)."""
    arch = CATALOG.model("Llama-3.1-405B")
    hours = accelerator_hours_at(arch, 15.6e12, 0, 0.38, CATALOG.accelerators["H100-80GB"].flops["bf16"])
    assert hours == pytest.approx(2.80e7, rel=0.02)


@pytest.mark.parametrize(
    ("accelerators", "each", "instances", "billed"), [(12, 8, 2, 16), (12, 1, 12, 12), (8, 8, 1, 8)]
)
def test_instances_are_rented_whole(accelerators, each, instances, billed):
    assert whole_instances(accelerators, each) == instances
    assert billed_accelerators(accelerators, each) == billed
