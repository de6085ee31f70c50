"""Sentences about what was asked."""

import pytest

from plimsoll.show.why_not.words import opened


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("ceiling $5 a month is over", "Ceiling $5 a month is over"),
        ("TPOT p95 is 63.88 ms", "TPOT p95 is 63.88 ms"),
        ("bf16 needs compute capability 8", "bf16 needs compute capability 8"),
        ("trn2.3xlarge is not offered", "trn2.3xlarge is not offered"),
        ("", ""),
    ],
)
def test_a_sentence_opens_with_a_capital_and_a_name_stays_a_name(message: str, sentence: str) -> None:
    assert opened(message) == sentence
