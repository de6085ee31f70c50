"""Predictions for language models: latency, throughput under a load, and at maximum load."""

from dataclasses import replace

from plimsoll.engines.benchmarked import engine_class, floods, is_reference, most_sequences
from plimsoll.models.architecture import Architecture
from plimsoll.speed.accuracy.layout import groups_of, laid_out
from plimsoll.speed.accuracy.points import Question, RowError
from plimsoll.speed.accuracy.world import World, cache_precision
from plimsoll.speed.load import Demand, Steady, steady
from plimsoll.speed.step import StepModel
from plimsoll.speed.step_work import step_work

UNKNOWN_PROMPT_TOK = 512
"""Prompt length where none is published; the row's interval is wide for it."""

UNKNOWN_OUTPUT_TOK = 256

ENGINE_SHARE = 0.9
"""Device memory an engine takes (vLLM's default until 0.22; TensorRT-LLM takes it of what is free)."""

LOADED = 1.02
"""Loaded weights over the count of parameters (KAITO estimator: about 1.02)."""

RESERVE_BYTES = 2 * 2**30
"""Activations, CUDA graphs and communication buffers of one rank (KAITO: 2.3 GiB; measured 0.9 to 5)."""

LEAST_SHARE = 0.02
"""A row that was measured did run: whatever the estimate says, some cache was left."""


def predict_llm(question: Question, world: World) -> float:
    """The value of a row's metric, in the metric's own unit, for the whole system."""
    if question.task == "llm_prefill":
        return _prefill(question, world)
    question = laid_out(question, world.architecture(question))
    model = world.step(question)
    isl = UNKNOWN_PROMPT_TOK if question.isl is None else question.isl
    osl = UNKNOWN_OUTPUT_TOK if question.osl is None else question.osl
    if question.metric == "e2e_ms" and question.scenario != "online-slo":
        return static_batch_s(model, isl, osl, _per_replica(question)) * 1e3
    state = _state(question, world, model, isl, osl)
    return _metric(question, state, isl, osl)


def static_batch_s(model: StepModel, isl: float, osl: float, batch: float) -> float:
    """Wall time of a static batch: one prefill of all prompts, then `osl` steps."""
    first = model.prefill_s(isl, sequences=batch) if isl else 0.0
    steps = max(osl - (1 if isl else 0), 0)
    return model.request_s + first + steps * model.decode_s(batch, isl + osl / 2)


def _metric(question: Question, state: Steady, isl: float, osl: float) -> float:
    streams = question.streams
    values = {
        "tpot_ms": state.tpot_s * 1e3,
        "ttft_ms": state.ttft_s * 1e3,
        "output_tok_s": state.qps * osl * streams,
        "total_tok_s": state.qps * (isl + osl) * streams,
        "req_s": state.qps * streams,
        "samples_s": state.qps * streams,
        "e2e_ms": (state.ttft_s + max(osl - 1, 0) * state.tpot_s) * 1e3,
    }
    if question.metric not in values:
        raise RowError(f"metric {question.metric[:40]!r} is not one of a language model's")
    return values[question.metric]


def _per_replica(question: Question) -> float:
    return max((question.load or 1.0) / question.streams, 0.0)


def _state(question: Question, world: World, model: StepModel, isl: float, osl: float) -> Steady:
    slots = slots_of(question, world, isl, osl)
    wait = world.facts.tasks["wait_steps"]
    if question.load is None and question.scenario == "latency":
        return steady(model, Demand(isl, osl, 1.0, slots), wait)
    if question.load is None or (question.engine_static and question.scenario == "offline"):
        if question.load is not None:
            return _static(model, isl, osl, _per_replica(question))
        full = steady(
            model, Demand(isl, osl, slots, slots, flooded=floods(question.engine, question.version)), wait
        )
        share = world.facts.tasks["server"] if question.scenario in ("server", "online-slo") else 1.0
        return replace(full, qps=full.qps * share)
    return steady(model, Demand(isl, osl, _per_replica(question), slots, _closed(question)), wait)


def _closed(question: Question) -> bool:
    """Say whether the load is a closed-loop setting: a whole number of clients, as a mean rarely is."""
    return (
        question.scenario == "online-slo"
        and question.load is not None
        and question.load == int(question.load)
    )


def _static(model: StepModel, isl: float, osl: float, batch: float) -> Steady:
    total = static_batch_s(model, isl, osl, batch)
    first = model.prefill_s(isl, sequences=batch) if isl else 0.0
    return Steady(model.decode_s(batch, isl + osl / 2), first + model.request_s, batch / total, batch)


def slots_of(question: Question, world: World, isl: float, osl: float) -> float:
    """Sequences of one stream that fit at once: KV memory over what one keeps, or the engine's limit."""
    accelerator = world.accelerator(question)
    engine = engine_class(question.engine, question.version)
    limit = most_sequences(engine, accelerator)
    arch = world.architecture(question)
    fits = kv_room(question, world, arch) / kv_need(question, arch, isl, osl) / question.pp
    return max(min(limit, fits), 1.0)


def kv_need(question: Question, arch: Architecture, isl: float, osl: float) -> float:
    """Cache bytes of one sequence at its full length, over all ranks."""
    parts = step_work(arch, question.weights, cache_precision(question))
    copies = max(question.tp / parts.kv_shards, 1.0) if is_reference(question.engine) else 1.0
    return max(parts.kv_bytes_at(isl + osl) * copies, 1.0)


def kv_room(question: Question, world: World, arch: Architecture) -> float:
    """Bytes left for the cache on all ranks, after weights and what the engine keeps for itself."""
    accelerator = world.accelerator(question)
    ranks = question.tp * question.pp
    memory = accelerator.memory_bytes * ranks
    left = ENGINE_SHARE * memory - weights_bytes(question, arch) * LOADED - RESERVE_BYTES * ranks
    return max(left, LEAST_SHARE * memory)


def weights_bytes(question: Question, arch: Architecture) -> float:
    """Bytes of weights on the ranks of one group: all but experts, and its share of them."""
    parts = step_work(arch, question.weights, cache_precision(question))
    experts = parts.expert_bytes * parts.experts / groups_of(question, arch)
    return parts.dense_bytes + experts + arch.embedding_params * 2


def _prefill(question: Question, world: World) -> float:
    model = world.step(question)
    isl = question.isl or UNKNOWN_PROMPT_TOK
    batch = max(question.load or 1.0, 1.0)
    seconds = model.request_s + isl * model.token_s + model.prefill_s(isl, sequences=batch)
    if question.metric in ("ttft_ms", "e2e_ms"):
        return seconds * 1e3
    if question.metric in ("total_tok_s", "output_tok_s"):
        return isl * batch / seconds * question.streams
    raise RowError(f"metric {question.metric[:40]!r} is not one of a prefill")
