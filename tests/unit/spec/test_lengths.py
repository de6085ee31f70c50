"""Lengths that a spec leaves out are the usual ones, and never more than the model takes."""

import pytest

from plimsoll.spec.lengths import Given, Length, request_lengths


@pytest.mark.parametrize(
    ("prompt", "answer", "context", "expected"),
    [
        (Given(), Given(), 131_072, (Length(1000, 2000), Length(200, 400))),
        (Given(), Given(), 0, (Length(1000, 2000), Length(200, 400))),
        (Given(), Given(), 2048, (Length(512, 1024), Length(200, 400))),
        (Given(), Given(), 400, (Length(100, 200), Length(100, 200))),
        (Given(5000), Given(), 8192, (Length(5000, 7792), Length(200, 400))),
        (Given(8100), Given(), 8192, (Length(8100, 8100), Length(92, 92))),
        (Given(1000, 7900), Given(), 8192, (Length(1000, 7900), Length(200, 292))),
        (Given(4000), Given(2000), 8192, (Length(4000, 4192), Length(2000, 4000))),
        (Given(), Given(7900), 8192, (Length(292, 292), Length(7900, 7900))),
        (Given(1000, 3000), Given(300, 800), 2048, (Length(1000, 3000), Length(300, 800))),
    ],
)
def test_lengths_of_a_request(
    prompt: Given, answer: Given, context: int, expected: tuple[Length, Length]
) -> None:
    found = request_lengths(prompt, answer, context)
    assert (found.prompt, found.answer) == expected
    assert found.longest_tok == expected[0].p95 + expected[1].p95


@pytest.mark.parametrize(("context", "mean", "p95"), [(512, 128, 256), (8192, 1000, 2000), (100, 25, 50)])
def test_an_encoder_has_a_prompt_alone(context: int, mean: float, p95: float) -> None:
    found = request_lengths(Given(), None, context)
    assert (found.prompt, found.answer) == (Length(mean, p95), Length(0, 0))


def test_defaults_never_exceed_a_context() -> None:
    for context in range(4, 5000, 7):
        assert request_lengths(Given(), Given(), context).longest_tok <= context
        assert request_lengths(Given(), None, context).longest_tok <= context
