"""Speech is sized by windows of audio and tokens of text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.catalog.tables import load
from plimsoll.ground.units import GIB
from plimsoll.sizing.traffic import Z, traffic_of
from plimsoll.sizing.work.audio import Audio, SpeechReplica, audio_of
from plimsoll.sizing.work.base import Assignment
from plimsoll.sizing.work.speech import Speech, work
from plimsoll.spec.load import Load
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed

CATALOG = load()
MODEL = "openai/whisper-large-v3"
PADDED_TOK = 1504
"""1,500 positions in blocks of 16."""


def speech(load: dict[str, Any], model: str = MODEL, **keys: Any) -> Speech:
    workload = Workload.model_validate({"model": model, "load": {"qps": 1, **load}, **keys})
    traffic = traffic_of(workload.load)
    return work(Assignment(workload, CATALOG.model(model), CATALOG, load_speed(), traffic))


def replica(load: dict[str, Any], instance: str = "p5.4xlarge") -> SpeechReplica:
    (setup,) = speech(load).on(CATALOG.instance_types[instance])
    assert setup.loaded is not None
    assert isinstance(setup.loaded.replica, SpeechReplica)
    return setup.loaded.replica


def audio(**keys: Any) -> Audio:
    return audio_of(Load.model_validate({"qps": 1, **keys}), 30.0)


def alone_s(load: dict[str, Any], instance: str = "p5.4xlarge") -> float:
    return replica(load, instance).latencies_s(0.0, ["latency_p95"])[0]


def test_tokens_and_windows_follow_the_audio():
    assert (audio().tokens.mean, audio().windows) == (120, 1)
    assert (audio(audio_s=30).windows, audio(audio_s=31).windows, audio(audio_s=1).windows) == (1, 2, 1)
    assert audio(audio_s=600).tokens.mean == 2400
    long = audio(audio_s={"mean": 60, "p95": 180})
    assert long.tokens_at(Z["p95"]) == pytest.approx(720)
    assert long.windows_at(Z["p95"]) == 6
    assert audio(audio_s=60, output_tokens={"mean": 50, "p95": 70}).tokens_at(Z["p95"]) == pytest.approx(70)


@given(st.floats(1, 7200), st.floats(1, 3.8))
def test_a_request_has_as_many_windows_as_its_audio_begins(mean, ratio):
    windows = audio(audio_s={"mean": mean, "p95": mean * ratio}).windows
    assert max(mean / 30, 1) * (1 - 0.01) <= windows <= mean / 30 + 1 + 1e-6


def test_no_request_beats_its_steps():
    """Each of 120 steps reads 1.6 GB on a part of 3,350 GB/s; two minutes are four times as many."""
    floor = 120 * 1.6e9 / 3.35e12
    assert floor < alone_s({}) < 20 * floor
    assert alone_s({"audio_s": 120}) > 3.9 * alone_s({})
    assert alone_s({"output_tokens": 240}) > 1.5 * alone_s({})


def test_silence_costs_an_encoder_pass_and_a_step_all_the_same():
    quiet = alone_s({"output_tokens": 1})
    assert quiet > replica({}).window.first_token_s(1500.0)
    assert alone_s({"audio_s": 300, "output_tokens": 10}) > 9 * quiet


def test_a_longer_tail_of_audio_lengthens_the_tail_of_latency_and_takes_capacity():
    same, tail = replica({"audio_s": 60}), replica({"audio_s": {"mean": 60, "p95": 180}})
    assert tail.latencies_s(4.0, ["latency_p95"])[0] > 2 * same.latencies_s(4.0, ["latency_p95"])[0]
    assert tail.qps_of(8.0) < same.qps_of(8.0)


def test_latency_grows_with_the_percentile_and_the_batch():
    found = replica({"audio_s": {"mean": 60, "p95": 120}})
    keys = [f"latency_{name}" for name in ("p50", "p90", "p95", "p99")]
    for batch in (0.0, 4.0, 40.0):
        rising = found.latencies_s(batch, keys)
        assert rising == sorted(rising)
    assert found.latencies_s(40.0, keys) > found.latencies_s(4.0, keys)


def test_littles_law_holds():
    found = replica({"audio_s": 90})
    assert found.in_flight(8.0) == pytest.approx(found.qps_of(8.0) * found.mean_s(8.0))


def test_both_caches_are_in_memory():
    """Self-attention keeps 2 · 1280 · 2 bytes a token and layer, cross-attention those of 1,500 positions."""
    (setup,) = speech({}).on(CATALOG.instance_types["g6.xlarge"])
    row = 32 * 2 * 1280 * 2
    assert setup.kv_bytes_per_token == row
    assert setup.memory is not None
    assert setup.settings is not None
    assert setup.memory.weights == pytest.approx(1_543_490_560 * 2 / GIB, rel=0.005)
    window = row * (PADDED_TOK + 128)
    most = (setup.memory.kv_cache or 0) * GIB // window
    assert setup.settings.max_num_seqs == min(most, 256)
    assert setup.settings.max_model_len_tok == 448


def test_the_engine_is_told_what_was_sized():
    kind, instance = speech({}), CATALOG.instance_types["g4dn.xlarge"]
    (setup,) = kind.on(instance)
    spec = kind.container(setup, instance)
    assert (spec.engine, spec.version, spec.model) == ("vllm", "0.22", MODEL)
    assert {"--max-model-len=448", "--dtype=float16", f"--model={MODEL}"} <= set(spec.args)


def test_what_it_says_of_speed_is_one_number_three_ways():
    kind, instance = speech({"audio_s": 60}), CATALOG.instance_types["g6.xlarge"]
    (setup,) = kind.on(instance)
    peak = kind.at_peak(setup, 2, 2)
    said = kind.speech(setup, peak)
    assert said is not None
    assert said.tokens_per_audio_s == 4
    assert said.audio_s_per_s == pytest.approx(0.5 * 60)
    in_flight = replica({"audio_s": 60}, "g6.xlarge").in_flight(peak.batch)
    assert said.real_time_factor * said.audio_s_per_s == pytest.approx(in_flight, rel=0.01)


def test_a_part_that_is_too_small_is_refused_for_its_memory():
    (setup,) = speech({}, precision=["fp16"]).on(CATALOG.instance_types["g6f.large"])
    assert "memory" in {reason.code for reason in setup.reasons}
    assert setup.loaded is None
