"""Work of a run: tokens and steps."""

import pytest

from plimsoll.sizing.training.work import TrainingSamples, token_steps


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


def test_tokens_make_steps():
    assert token_steps(100e9, 8192, 512) == 23842
