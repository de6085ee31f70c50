"""Foreign keys are answered by what to do, and no key of ours is foreign."""

import string

import pytest

from plimsoll.spec.sections import KEYS
from plimsoll.spec.wrong.foreign_keys import ANSWERS, answer
from plimsoll.spec.wrong.hints import key_named


@pytest.mark.parametrize("key", ANSWERS)
def test_an_answer_needs_nothing_but_the_value(key: str):
    fields = {name for _, name, _, _ in string.Formatter().parse(ANSWERS[key]) if name is not None}
    assert fields <= {"0"}
    for value in (5, "text", None, {"a": 1}, True):
        assert answer(key, value)


@pytest.mark.parametrize("key", ANSWERS)
def test_a_foreign_key_is_none_of_the_top_level(key: str):
    assert key not in KEYS[""]


def test_what_has_another_name_here_is_not_answered_twice():
    twice = [key for key in ANSWERS if key_named(key, "", KEYS)]
    assert twice == ["replicas"], "which belongs under pin, where few mean it to stand"
