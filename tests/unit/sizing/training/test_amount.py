"""The tokens of samples: whole where samples are packed, at most a sequence each where they are not."""

from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.sizing.training.amount import TrainingAmount, amount_of
from plimsoll.spec.runs.read import LoadedRun, from_any_data
from plimsoll.spec.runs.training import TrainingSpec


def amount(samples: dict[str, Any], **keys: Any) -> TrainingAmount:
    """The amount of 1,000 such samples, at 32 in a batch."""
    data = {
        "kind": "training",
        "model": "meta-llama/Llama-3.1-8B",
        "load": {"samples": 1000, "epochs": 1, **samples},
        "training": {"global_batch_samples": 32, **keys},
    }
    loaded = from_any_data(data, load(), file="run.yaml")
    assert isinstance(loaded, LoadedRun)
    assert isinstance(loaded.spec, TrainingSpec)
    return amount_of(loaded.spec, 131_072)


def test_packed_samples_longer_than_a_sequence_are_trained_whole() -> None:
    long = amount({"sample_tokens": {"mean": 50_000, "p95": 100_000}})
    assert long.tokens == long.computed == 1000 * 50_000
    assert long.steps == 763  # ceil(50,000,000 ÷ (2,048 × 32))


@pytest.mark.parametrize("sequence", [128, 2048, 4096])
def test_the_sequence_does_not_change_what_is_trained(sequence: int) -> None:
    assert amount({"sample_tokens": 3000}, sequence_tokens=sequence).tokens == 3_000_000


def test_padded_samples_take_the_longest_of_their_batch() -> None:
    padded = amount({"sample_tokens": {"mean": 500, "p95": 1500}, "packed": False})
    assert (padded.tokens, padded.computed, padded.steps) == (500_000, 1_500_000, 32)
