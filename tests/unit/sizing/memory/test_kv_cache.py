"""What one token and one request keep, in pages and groups of layers as vLLM 0.22 lays them out."""

from dataclasses import replace

import pytest

from plimsoll.models.architecture import Architecture, AttentionGroup
from plimsoll.sizing.memory.kv_cache import kv_bytes_per_token, sequence_bytes

K_AND_V = 2
TWO_BYTES = 2
BLOCK = 16


def keeping(*groups: AttentionGroup) -> Architecture:
    return Architecture("x", "llm", 10**9, 10**9, layers=8, hidden=1024, heads=16, attention=groups)


FULL = AttentionGroup("full", 10, kv_heads=8, head_dim=128)
SLIDING = AttentionGroup("sliding", 20, kv_heads=8, head_dim=128, window_tok=1024)
STATE = AttentionGroup("linear", 30, state_bytes=1_000_000)
ROW = 8 * 128 * K_AND_V * TWO_BYTES
"""Bytes of one token in one layer of FULL or SLIDING."""


@pytest.mark.parametrize(
    ("group", "each"),
    [
        (FULL, 10 * ROW),
        (replace(FULL, value_dim=64), 10 * 8 * (128 + 64) * TWO_BYTES),
        (SLIDING, 20 * ROW),
        (AttentionGroup("mla", 61, latent_dim=576), 61 * 576 * TWO_BYTES),
        (AttentionGroup("mla", 61, latent_dim=576, index_bytes_tok=132), 61 * (576 * TWO_BYTES + 132)),
        (STATE, 0),
        (AttentionGroup("cross", 32, kv_heads=20, head_dim=64, window_tok=1500), 0),
        (replace(FULL, borrowers=7), 10 * ROW),
    ],
)
def test_one_more_token_adds_what_its_layers_keep(group: AttentionGroup, each: int) -> None:
    assert kv_bytes_per_token(keeping(group)) == each


def test_a_request_of_one_kind_takes_whole_blocks() -> None:
    assert sequence_bytes(keeping(FULL), 1) == BLOCK * 10 * ROW
    assert sequence_bytes(keeping(FULL), 1600) == 1600 * 10 * ROW
    assert sequence_bytes(keeping(FULL), 1600, tensor_parallel=4) == 1600 * 10 * ROW / 4


def test_a_window_may_begin_inside_a_block() -> None:
    """1,023 earlier tokens and the new one lie in 65 blocks; a step of 512 tokens is held beside them."""
    alone = keeping(SLIDING)
    assert sequence_bytes(alone, 1024) == 64 * BLOCK * 20 * ROW
    assert sequence_bytes(alone, 50_000) == 65 * BLOCK * 20 * ROW
    assert sequence_bytes(alone, 50_000, step_tok=512) == (65 + 512 // BLOCK) * BLOCK * 20 * ROW


def test_layers_of_two_kinds_are_grouped_by_the_smaller_number() -> None:
    """10 full and 20 sliding layers make three groups of 10: one grows, two stop at their window."""
    mixed = sequence_bytes(keeping(FULL, SLIDING), 4096)
    assert mixed == (4096 // BLOCK + 2 * 65) * BLOCK * 10 * ROW


def test_the_last_group_is_padded() -> None:
    """25 sliding layers beside 10 full ones take three groups of 10, five layers of which are empty."""
    mixed = sequence_bytes(keeping(FULL, replace(SLIDING, layers=25)), 4096)
    assert mixed == (4096 // BLOCK + 3 * 65) * BLOCK * 10 * ROW


def test_numbers_that_are_close_are_grouped_by_the_larger() -> None:
    """12 full and 13 sliding layers (a draft layer beside them) make two groups of 13."""
    close = keeping(replace(FULL, layers=12), replace(SLIDING, layers=13))
    assert sequence_bytes(close, 4096) == (4096 // BLOCK + 65) * BLOCK * 13 * ROW


def test_pages_of_two_widths_hold_different_numbers_of_tokens() -> None:
    """Sliding rows half as wide: their pages hold 32 tokens, so that all pages have one size."""
    narrow = replace(SLIDING, kv_heads=4, layers=10)
    assert sequence_bytes(keeping(FULL, narrow), 4096) == (4096 // BLOCK + 1024 // 32 + 1) * BLOCK * 10 * ROW


def test_pages_grow_until_a_state_fits_into_one() -> None:
    """1,000,000 bytes need 244.1 rows of 4,096: a page holds 256 tokens, a state fills most of one."""
    page = 256 * ROW
    hybrid = keeping(FULL, STATE)
    assert sequence_bytes(hybrid, 1) == (10 + 30) * page
    assert sequence_bytes(hybrid, 257) == (2 * 10 + 30) * page
    assert sequence_bytes(keeping(STATE), 10**6) == 30 * 1_000_000


def test_the_other_side_of_cross_attention_is_kept_whole() -> None:
    """Whisper: 32 layers of 20 heads keep 448 positions of text at most, and 1,500 of audio, in 94 blocks."""
    text = AttentionGroup("full", 32, kv_heads=20, head_dim=64)
    audio = AttentionGroup("cross", 32, kv_heads=20, head_dim=64, window_tok=1500)
    row = 20 * 64 * K_AND_V * TWO_BYTES
    assert sequence_bytes(keeping(text, audio), 448) == (448 // BLOCK + 94) * BLOCK * 32 * row


def test_pages_that_do_not_divide_stay_apart() -> None:
    odd = AttentionGroup("sliding", 10, kv_heads=8, head_dim=96, window_tok=1024)
    alone = sequence_bytes(keeping(FULL), 4096) + sequence_bytes(keeping(odd), 4096)
    assert sequence_bytes(keeping(FULL, odd), 4096) == alone
