"""Properties of step times that hold for every model, accelerator, split, precision and engine."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.catalog.tables import load
from plimsoll.speed import StepModel, step_model
from plimsoll.speed.evidence import Sought
from plimsoll.speed.facts import compute_dtype
from plimsoll.speed.read import load_speed

CATALOG = load()
FACTS = load_speed()
MODELS = sorted(name for name, model in CATALOG.models.items() if model.task == "llm")
PARTS = sorted(name for name, part in CATALOG.accelerators.items() if part.flops and part.bandwidth)
ENGINES = sorted(FACTS.engines)

tokens = st.floats(1, 1e6)
batches = st.floats(1, 4096)
more = st.floats(1, 50)


@st.composite
def ways(draw):
    return {
        "arch": CATALOG.models[draw(st.sampled_from(MODELS))],
        "accelerator": CATALOG.accelerators[draw(st.sampled_from(PARTS))],
        "tp": draw(st.sampled_from([1, 2, 4, 8])),
        "weights": draw(st.sampled_from(["bf16", "fp16", "fp8", "int8", "int4", "fp4", "mxfp4", "bnb4"])),
        "kv": draw(st.sampled_from(["bf16", "fp8"])),
        "engine": draw(st.sampled_from(ENGINES)),
    }


def model(way, **changed) -> StepModel:
    way = {**way, **changed}
    return step_model(FACTS, way.pop("arch"), way.pop("accelerator"), **way)


def no_faster(slower: float, faster: float) -> bool:
    return slower >= faster * (1 - 1e-9)


@given(ways(), batches, tokens, more)
def test_decode_never_gets_faster_with_more_sequences_or_context(way, batch, context, factor):
    step = model(way)
    base = step.decode_s(batch, context)
    assert base > 0
    assert no_faster(step.decode_s(batch * factor, context), base)
    assert no_faster(step.decode_s(batch, context * factor), base)


@given(ways(), tokens, tokens, st.floats(1, 64), more)
def test_prefill_never_gets_faster_with_more_tokens_context_or_prompts(way, prompt, cached, prompts, factor):
    step = model(way)
    base = step.prefill_s(prompt, cached, prompts)
    assert no_faster(step.prefill_s(prompt * factor, cached, prompts), base)
    assert no_faster(step.prefill_s(prompt, cached * factor, prompts), base)
    assert no_faster(step.prefill_s(prompt, cached, prompts * factor), base)
    assert step.first_token_s(prompt, cached) >= step.prefill_s(prompt, cached)


@given(ways(), tokens, batches, tokens, more)
def test_a_longer_prompt_never_costs_less_between_decodes(way, prompt, batch, context, factor):
    step = model(way)
    steps = step.behind(context)
    assert no_faster(steps.interleaved_s(prompt * factor, batch), steps.interleaved_s(prompt, batch))
    assert no_faster(step.mixed_prefill_s(prompt * factor), step.mixed_prefill_s(prompt))


@given(ways(), batches, tokens, more)
def test_more_parameters_are_never_faster(way, batch, context, factor):
    arch = way["arch"]
    extra = int(arch.params * (factor - 1))
    larger = replace(arch, params=arch.params + extra, active_params=arch.active_params + extra)
    assert no_faster(model(way, arch=larger).decode_s(batch, context), model(way).decode_s(batch, context))
    assert no_faster(model(way, arch=larger).prefill_s(context), model(way).prefill_s(context))


@given(ways(), batches, tokens, more)
def test_more_bandwidth_compute_or_link_is_never_slower(way, batch, context, factor):
    part = way["accelerator"]
    base = model(way)
    for better in (
        replace(part, bandwidth=part.bandwidth * factor),
        replace(part, flops={dtype: rate * factor for dtype, rate in part.flops.items()}),
        replace(part, link_bytes_per_s=part.link_bytes_per_s * factor),
    ):
        improved = model(way, accelerator=better)
        assert no_faster(base.decode_s(batch, context), improved.decode_s(batch, context))
        assert no_faster(base.prefill_s(context), improved.prefill_s(context))


@given(ways(), batches, tokens)
def test_no_step_beats_the_roofline_of_the_data_sheet(way, batch, context):
    step, part = model(way), way["accelerator"]
    read_s_byte = 1 / (part.bandwidth * step.tp)
    peak = part.flops.get(compute_dtype(way["weights"], part)) or part.flops["fp32"]
    flop_s = 1 / (peak * step.tp)
    moved = step.work.dense_bytes + step.work.expert_bytes_at(batch)
    moved += batch * step.work.kv_bytes_at(context)
    flops = step.work.flops_tok + step.work.expert_flops_tok
    bound = max(moved * read_s_byte, batch * flops * flop_s)
    assert no_faster(step.decode_s(batch, context), bound)
    assert no_faster(step.prefill_s(context), context * flops * flop_s)


@given(ways(), tokens)
def test_a_window_bounds_what_decoding_reads(way, context):
    step = model(way)
    work = step.work
    ceiling = (
        work.state_bytes + work.kv_bytes_tok * context + sum(rate * window for rate, window in work.windows)
    )
    assert work.kv_bytes_at(context) <= ceiling * (1 + 1e-12)


@given(ways(), batches)
def test_a_batch_wakes_between_the_active_and_all_experts(way, batch):
    work = model(way).work
    if not work.experts:
        assert work.expert_bytes_at(batch) == 0
        return
    woken = work.expert_bytes_at(batch) / work.expert_bytes
    assert work.active_experts * (1 - 1e-9) <= woken <= work.experts * (1 + 1e-9)


def test_more_accelerators_can_be_slower_where_links_are_slow():
    """No property: splitting a small model over PCIe costs more in all-reduce than it saves."""
    way = {"arch": CATALOG.model("Qwen2.5-0.5B"), "accelerator": CATALOG.accelerators["L4"]}
    assert model(way, tp=4).first_token_s(4096) > model(way, tp=1).first_token_s(4096)


@pytest.mark.parametrize("name", ["A10G", "L4", "A100-40GB"])
def test_parts_others_leave_out_answer_from_their_own_measurements(name):
    step = step_model(FACTS, CATALOG.model("Llama-3.1-8B"), CATALOG.accelerators[name], weights="fp16")
    assert step.basis == "measured"


def test_a_part_measured_with_other_software_only_says_so():
    way = {
        "arch": CATALOG.model("Llama-3.1-8B"),
        "accelerator": CATALOG.accelerators["T4"],
        "weights": "fp16",
    }
    assert model(way, engine="llamacpp").basis == "measured"
    assert model(way, engine="vllm").basis == "extrapolated"


def test_an_accelerator_without_measurements_takes_its_class_and_a_wider_interval():
    known = CATALOG.accelerators["H100-80GB"]
    stranger = replace(known, name="H100-elsewhere")
    arch = CATALOG.model("Llama-3.1-8B")
    assert step_model(FACTS, arch, stranger).basis == "extrapolated"
    near = step_model(FACTS, arch, stranger).decode_s(8, 1000) / step_model(FACTS, arch, known).decode_s(
        8, 1000
    )
    assert 0.7 < near < 1.4
    known_part, unknown = (
        FACTS.evidence.interval(Sought("tpot", arch.name, part.name, "vllm")) for part in (known, stranger)
    )
    assert unknown[0] < known_part[0] < 1 < known_part[1] < unknown[1]


@settings(max_examples=50)
@given(ways())
def test_the_cache_is_not_split_over_more_ranks_than_it_has_heads(way):
    """With more ranks than K/V heads the extra ranks hold copies: reading is no faster."""
    step, wider = model(way, tp=8), model(way, tp=4)
    if step.work.kv_shards <= 4:
        assert step.kv_s_byte == pytest.approx(wider.kv_s_byte)
