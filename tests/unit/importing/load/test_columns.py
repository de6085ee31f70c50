"""Moments and lengths are read in the forms in which logs write them."""

import pytest

from plimsoll.importing.load.columns import named, seconds_of, tokens_of, value_of


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (1793836800, 1793836800),
        ("1793836800.5", 1793836800.5),
        (1793836800123, 1793836800.123),
        (1793836800123456, 1793836800.123456),
        ("2026-11-05T00:00:00Z", 1793836800),
        ("2026-11-05 01:00:00+01:00", 1793836800),
        ("2026-11-05T00:00:00", 1793836800),
        (12.5, 12.5),
        ("soon", None),
        ("nan", None),
        (True, None),
        (None, None),
    ],
)
def test_moments(written, seconds):
    assert (
        seconds_of(written) == pytest.approx(seconds) if seconds is not None else seconds_of(written) is None
    )


@pytest.mark.parametrize(
    ("written", "tokens"), [(5, 5), ("7", 7), (-1, None), ("", None), ("x", None), (True, None), (1e12, None)]
)
def test_tokens(written, tokens):
    assert tokens_of(written) == tokens


def test_a_dot_steps_into_an_object():
    row = {"usage": {"prompt_tokens": 3}}
    assert named(row, ("input_tokens", "usage.prompt_tokens")) == "usage.prompt_tokens"
    assert value_of(row, "usage.prompt_tokens") == 3
