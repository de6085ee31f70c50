"""Adapters weigh what their matrices sum up to by hand."""

from dataclasses import replace

from plimsoll.engines.base import AdapterSlots
from plimsoll.models.architecture import Architecture, AttentionGroup, Experts
from plimsoll.sizing.memory.adapters import adapter_bytes
from tests.make.models import model

SMALL = Architecture(
    "small",
    "llm",
    params=1,
    active_params=1,
    layers=2,
    hidden=64,
    heads=4,
    ffn_dim=100,
    vocab=1000,
    attention=(AttentionGroup("full", 2, kv_heads=2, head_dim=16),),
)


def test_adapters_of_one_card_are_the_widths_of_every_layer_times_the_rank() -> None:
    query, key, output = 64 + 64, 64 + 32, 64 + 64
    attention = query + 2 * key + output
    feed_forward = 3 * (64 + 100)
    vocabulary = 2 * (1000 + 64)
    numbers = 2 * (attention + feed_forward) + vocabulary
    assert adapter_bytes(SMALL, AdapterSlots(3, 8), 1) == 2 * 3 * 8 * numbers


def test_more_cards_split_the_wide_side_only() -> None:
    slots = AdapterSlots(8, 16)
    llama = model("Llama-3.1-8B")
    one, two, eight = (adapter_bytes(llama, slots, ranks) for ranks in (1, 2, 8))
    assert one > two > eight
    assert 8 * eight > 2 * one


def test_each_expert_has_its_own() -> None:
    experts = Experts(count=10, active=2, shared=0, ffn_dim=50, layers=2)
    sparse = replace(SMALL, experts=experts)
    difference = 2 * (10 * 3 * (64 + 50) - 3 * (64 + 100))
    slots = AdapterSlots(1, 1)
    assert adapter_bytes(sparse, slots, 1) - adapter_bytes(SMALL, slots, 1) == 2 * difference


def test_eight_of_rank_16_beside_8_b_are_about_a_gibibyte() -> None:
    """41.9 million numbers of rank 16 in the layers (the model card's own count), the vocabulary's beside."""
    layers = 41_943_040
    vocabulary = 2 * 16 * (128_256 + 4096)
    assert adapter_bytes(model("Llama-3.1-8B"), AdapterSlots(8, 16), 1) == 8 * 2 * (layers + vocabulary)
