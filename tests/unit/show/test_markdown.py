"""Code spans and sentences, by example; the whole corpus is run by a claim."""

import pytest

from plimsoll.show.markdown import code_block, code_span, escaped, units


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("name", "`name`"),
        ("", "—"),
        (" \n\t", "—"),
        ("two\n\n lines ", "`two lines`"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("a``", "``` a`` ```"),
        ("a|b", "`a|b`"),
        ("nul\0 \u202e", "`nul\ufffd \ufffd`"),
        ("\ud800", "`\ufffd`"),
        ("é日✅", "`é日✅`"),
        ("`" * 80, "&#96;" * 80),
        ("a" + "`" * 80 + " b", "`a`" + "&#96;" * 80 + "`  b `"),
    ],
)
def test_a_code_span(text: str, span: str) -> None:
    assert code_span(text) == span


def test_a_bar_is_kept_out_of_a_row() -> None:
    assert code_span("a|b\\|c", in_table=True) == "`a\\|b\\\\|c`"
    assert escaped("see a|b now", in_table=True) == "see `a\\|b` now"


@pytest.mark.parametrize(
    "sentence",
    [
        "TTFT p95 943 ms (80 %: 678.9 to 1,066), on-demand: $5,761.03/month of $4,000.00!",
        "3 × A10G at 0.1008, 5 req/s, +88.8% since 2026-08-10 and don't ask, \u201cplease\u201d…",
    ],
)
def test_words_that_nothing_acts_on_stay_as_they_are(sentence: str) -> None:
    assert escaped(sentence) == sentence


def test_every_other_word_is_a_code_span() -> None:
    assert escaped("say load.max_tokens, or (see http://x) @me") == (
        "say `load.max_tokens`, or (see `http://x`) `@me`"
    )
    assert escaped("0123456789abcdef GH-12") == "`0123456789abcdef` `GH-12`"
    assert escaped("1. one 2. two") == "`1.` one 2. two"
    assert escaped("") == ""


def test_a_block_has_a_longer_fence_than_its_lines() -> None:
    assert code_block("a\n```\nb\x1b\n") == "````text\na\n```\nb\ufffd\n````\n"


def test_units_are_those_of_utf_16() -> None:
    assert units("a⚓🚀\ud800") == 5
