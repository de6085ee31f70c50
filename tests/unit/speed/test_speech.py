"""Speech: an encoder's pass over a window, a decoder's step for each token."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.catalog.tables import load
from plimsoll.speed.accuracy.answer import predict
from plimsoll.speed.accuracy.points import Question
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.read import load_speed
from plimsoll.speed.speech import decoder_of, encoder_of, speech_model

CATALOG = load()
FACTS = load_speed()
SPEECH = sorted(name for name, model in CATALOG.models.items() if model.task == "speech")
PARTS = sorted(name for name, part in CATALOG.accelerators.items() if part.flops and part.bandwidth)
LARGE = CATALOG.model("whisper-large-v3")


def test_whisper_large_reads_eight_tenths_of_a_billion_weights_in_a_step():
    """32 layers of self- and cross-attention (6 of 8 projections each step) and 8 h² of feed-forward."""
    hidden = 1280
    step = 32 * (4 * hidden**2 + 2 * hidden**2 + 8 * hidden**2) + 51866 * hidden
    work = speech_model(FACTS, LARGE, CATALOG.accelerators["H100-80GB"], "fp16").decoder.work
    assert work.dense_bytes == pytest.approx(2 * step, rel=0.01)
    assert work.dense_bytes == pytest.approx(1.6e9, rel=0.01)


def test_the_parts_add_up_to_the_whole():
    for name in SPEECH:
        arch = CATALOG.models[name]
        assert encoder_of(arch).params + decoder_of(arch).params == arch.params
        assert 0 < decoder_of(arch).layers < arch.layers


def test_a_step_reads_the_whole_other_side_and_its_own_past():
    work = speech_model(FACTS, LARGE, CATALOG.accelerators["H100-80GB"], "fp16").decoder.work
    row = 2 * 1280 * 2 * 32
    assert work.kv_bytes_at(0) == 1500 * row
    assert work.kv_bytes_at(100) == 1600 * row


def test_an_encoder_pass_is_its_matrices_its_convolutions_and_its_attention():
    frames, hidden = 1500, 1280
    layers = 32 * (12 * hidden**2) * 2 * frames
    attention = 32 * 4 * hidden * frames**2
    stem = 2 * frames * (2 * 3 * 128 * hidden + 3 * hidden**2)
    keys_and_values = 32 * 2 * hidden**2 * 2 * frames
    flops = layers + attention + stem + keys_and_values
    assert LARGE.forward_flops == pytest.approx(flops, rel=0.01)


@given(
    st.sampled_from(SPEECH),
    st.sampled_from(PARTS),
    st.sampled_from(["fp16", "bf16", "fp8", "int8", "int4"]),
    st.floats(1, 256),
    st.floats(1, 10),
)
def test_more_at_once_never_takes_less_time(name, part, precision, batch, factor):
    model = speech_model(FACTS, CATALOG.models[name], CATALOG.accelerators[part], precision)
    assert model.encode_s(batch * factor) >= model.encode_s(batch) * (1 - 1e-9)
    assert model.interleaved_s(model.decoder.behind(60), batch) >= model.encode_s(1)
    assert model.first_token_s() > model.encode_s(1)


def test_a_part_that_reads_faster_is_faster():
    part = CATALOG.accelerators["L4"]
    wide = replace(part, bandwidth=2 * part.bandwidth)
    slow, fast = (speech_model(FACTS, LARGE, each, "fp16").decoder.decode_s(1, 60) for each in (part, wide))
    assert fast < slow


def _question(metric: str, **changes: object) -> Question:
    values: dict[str, object] = {
        "task": "speech",
        "model": "openai/whisper-large-v3",
        "params_b": None,
        "active_params_b": None,
        "weights": "fp16",
        "kv": "fp16",
        "gpu": "H100-80GB",
        "gpus": 1,
        "tp": 1,
        "pp": 1,
        "isl": None,
        "osl": 120.0,
        "load": 1.0,
        "scenario": "latency",
        "metric": metric,
        "engine": "vllm",
        "version": "0.22",
    }
    return Question(**{**values, **changes})  # type: ignore[arg-type]


def test_a_measured_point_of_speech_is_asked_for_its_steps():
    world = World(CATALOG, FACTS)
    alone = predict(_question("e2e_ms"), world)
    assert alone > 120 * 1.6e9 / CATALOG.accelerators["H100-80GB"].bandwidth * 1e3
    assert predict(_question("e2e_ms", osl=240.0), world) > 1.5 * alone
    rate = predict(_question("req_s", load=16.0), world)
    assert predict(_question("output_tok_s", load=16.0), world) == pytest.approx(120 * rate)
