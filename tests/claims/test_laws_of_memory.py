"""Laws of memory that hold for every decoder: more takes more, splitting lightens, what fits fits."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from plimsoll.engines.precision import PRECISIONS
from plimsoll.engines.vllm import ENGINE
from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture, AttentionGroup, Experts
from plimsoll.sizing.memory.kv_cache import kv_bytes_per_token, sequence_bytes
from plimsoll.sizing.memory.placement import Placement
from plimsoll.sizing.memory.weights import weight_bytes
from tests.make.facts import accelerator
from tests.make.memory import fitted

H100 = accelerator("H100-80GB", memory_bytes=80 * GIB, compute_capability=9.0)
_WIDTHS = st.sampled_from([64, 96, 128, 192, 256])


@st.composite
def decoders(draw: st.DrawFn) -> Architecture:
    """A decoder of mixed attention kinds, dense or sparse."""
    kv_heads = draw(st.sampled_from([1, 2, 4, 8]))
    heads = kv_heads * draw(st.sampled_from([1, 2, 4, 8]))
    head_dim = draw(_WIDTHS)
    hidden = draw(st.sampled_from([512, 1024, 2048, 4096, 8192]))
    groups: list[AttentionGroup] = []
    for kind in draw(
        st.lists(st.sampled_from(["full", "sliding", "mla", "linear"]), min_size=1, max_size=3, unique=True)
    ):
        layers = draw(st.integers(1, 60))
        window = draw(st.sampled_from([128, 1024, 4096]))
        groups.append(
            {
                "full": AttentionGroup("full", layers, kv_heads, head_dim),
                "sliding": AttentionGroup("sliding", layers, kv_heads, head_dim, window_tok=window),
                "mla": AttentionGroup("mla", layers, latent_dim=576),
                "linear": AttentionGroup("linear", layers, state_bytes=1 << 20),
            }[kind]
        )
    vocab = draw(st.sampled_from([32_000, 128_256, 262_144]))
    body = draw(st.integers(10**9, 4 * 10**11))
    experts = draw(st.none() | st.just(Experts(64, 8, 1, 1024, 30)))
    return Architecture(
        name="drawn",
        task="llm",
        params=body + 2 * vocab * hidden,
        active_params=body + 2 * vocab * hidden,
        layers=sum(group.layers for group in groups),
        hidden=hidden,
        heads=heads,
        ffn_dim=4 * hidden,
        vocab=vocab,
        embedding_params=vocab * hidden,
        head_params=vocab * hidden,
        attention=tuple(groups),
        experts=experts,
        max_context_tok=131_072,
    )


@given(decoders(), st.integers(1, 200_000), st.integers(0, 50_000), st.sampled_from([1, 2, 4, 8]))
def test_more_tokens_never_take_less(arch: Architecture, tokens: int, more: int, split: int) -> None:
    assert sequence_bytes(arch, tokens + more, split) >= sequence_bytes(arch, tokens, split)


@given(decoders(), st.integers(1, 100_000))
def test_more_layers_take_more(arch: Architecture, tokens: int) -> None:
    """Of one kind: an engine pads groups of layers of several kinds, and one more may fill a gap."""
    first, *rest = arch.attention
    one, two = (replace(arch, attention=(replace(first, layers=first.layers + more),)) for more in (0, 1))
    assert sequence_bytes(two, tokens) > sequence_bytes(one, tokens)
    deeper = replace(arch, attention=(*two.attention, *rest))
    assert kv_bytes_per_token(deeper) >= kv_bytes_per_token(arch)


@given(decoders(), st.integers(1, 100_000))
def test_layers_together_take_at_least_what_each_kind_takes(arch: Architecture, tokens: int) -> None:
    alone = [replace(arch, attention=(group,)) for group in arch.attention]
    assert sequence_bytes(arch, tokens) >= 0.99 * sum(sequence_bytes(each, tokens) for each in alone)


@given(decoders(), st.sampled_from(PRECISIONS), st.sampled_from([1, 2, 4]))
def test_splitting_lightens_every_rank(arch: Architecture, precision: str, split: int) -> None:
    assert weight_bytes(arch, precision, 2 * split) < weight_bytes(arch, precision, split)


@given(decoders(), st.sampled_from(PRECISIONS), st.sampled_from([2, 4, 8, 16]))
def test_ranks_together_hold_at_least_the_whole(arch: Architecture, precision: str, split: int) -> None:
    assert split * weight_bytes(arch, precision, split) >= weight_bytes(arch, precision)
    assert split * sequence_bytes(arch, 5_000, split) >= sequence_bytes(arch, 5_000)


@given(decoders(), st.sampled_from([2, 4, 8]), st.integers(1, 100_000))
def test_a_latent_cache_is_never_split(arch: Architecture, split: int, tokens: int) -> None:
    latent = replace(arch, attention=tuple(group for group in arch.attention if group.kind == "mla"))
    assume(latent.attention)
    assert sequence_bytes(latent, tokens, split) == sequence_bytes(latent, tokens)


@given(decoders())
def test_fewer_bits_take_less(arch: Architecture) -> None:
    sizes = [weight_bytes(arch, precision) for precision in ("int4", "fp8", "bf16")]
    assert sizes == sorted(sizes)
    assert weight_bytes(arch, "int8") == weight_bytes(arch, "fp8")


@given(decoders(), st.integers(16, 20_000), st.sampled_from([1, 2, 4, 8]), st.sampled_from(["bf16", "fp8"]))
def test_what_is_said_to_fit_fits(arch: Architecture, tokens: int, split: int, precision: str) -> None:
    found = fitted(arch, Placement(H100, split, precision), ENGINE.profile("0.22", H100), 2 * tokens)
    count = found.max_sequences(tokens)
    assert 0 <= count <= found.sequences_limit
    if count:
        assert found.fits
        assert count * found.sequence_bytes(tokens) <= found.kv_cache
    if not found.fits:
        assert found.shortfall > 0


@given(decoders(), st.integers(1, 100_000))
def test_blocks_round_up_by_less_than_one_block(arch: Architecture, tokens: int) -> None:
    full = replace(arch, attention=tuple(group for group in arch.attention if group.kind in ("full", "mla")))
    assume(full.attention)
    exact = tokens * kv_bytes_per_token(full)
    assert exact <= sequence_bytes(full, tokens) < exact + 16 * kv_bytes_per_token(full)
