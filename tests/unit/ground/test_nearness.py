"""What a mistyped name means: the one that fewest keys were struck wrong of, then that begins most alike."""

import pytest

from plimsoll.ground.nearness import edits, nearest_name
from plimsoll.ground.problems import nearest


@pytest.mark.parametrize(
    ("name", "other", "count"),
    [
        ("east", "east", 0),
        ("est", "east", 2),
        ("esat", "east", 2),
        ("eastt", "east", 2),
        ("eask", "east", 3),
        ("", "east", 8),
        ("ab", "ba", 2),
        ("ca", "abc", 6),
    ],
)
def test_edits_are_letters_added_left_out_changed_or_swapped(name: str, other: str, count: int) -> None:
    assert edits(name, other) == edits(other, name) == count


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("us-est-1", ["us-west-1", "us-east-1"], "us-east-1"),  # one key of either; both begin us-e
        ("a10", ["a100", "a10g", "l4"], "a10g"),
        ("ttft_p59_ms", ["ttft_p50_ms", "ttft_p95_ms", "ttft_p99_ms"], "ttft_p95_ms"),  # swapped
        ("l40", ["l4", "l40s"], "l40s"),
        ("min_replica", ["max_replicas", "min_replicas"], "min_replicas"),
        ("gemma-3", ["gemma-7b", "gemma-3-4b"], "gemma-3-4b"),  # cut short
        ("replicas_min", ["min_replicas", "region"], "min_replicas"),  # no slip: by its letters
        ("zzz", ["alpha", "beta"], None),
        ("any", [], None),
    ],
)
def test_the_nearest_name_is_the_one_of_fewest_slips(name: str, known: list[str], meant: str | None) -> None:
    assert nearest_name(name, known) == meant
    assert nearest_name(name, known[::-1]) == meant


def test_a_name_is_suggested_as_it_is_written() -> None:
    assert nearest("a10h", ["A10G", "T4"]) == "did you mean 'A10G'?"
    assert nearest("moon", ["A10G", "T4"]) == ""
