"""Predictions for language models: latency, throughput under a load, and at maximum load."""

from plimsoll.accuracy.engines import engine_class
from plimsoll.accuracy.points import Question, RowError
from plimsoll.accuracy.world import World
from plimsoll.architecture import Architecture
from plimsoll.speed.load import Steady, steady
from plimsoll.speed.step import StepModel
from plimsoll.speed.work import work

UNKNOWN_PROMPT_TOK = 512
"""Prompt length where none is published; the row's interval is wide for it."""

UNKNOWN_OUTPUT_TOK = 256

MAX_BATCH = {"trtllm": 2048, "trtllm-static": 256, "vllm": 256, "vllm-early": 256, "sglang": 2048}
"""Sequences an engine runs at most by default. Source: engine defaults as of their releases."""

LARGE_DEVICE_BATCH = 1024
"""vLLM's default on parts of at least 70 GiB other than A100 (engine/arg_utils, since 0.8)."""


def predict_llm(question: Question, world: World) -> float:
    """The value of a row's metric, in the metric's own unit, for the whole system."""
    if question.task == "llm_prefill":
        return _prefill(question, world)
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
    replicas = question.replicas
    values = {
        "tpot_ms": state.tpot_s * 1e3,
        "ttft_ms": state.ttft_s * 1e3,
        "output_tok_s": state.qps * osl * replicas,
        "total_tok_s": state.qps * (isl + osl) * replicas,
        "req_s": state.qps * replicas,
        "samples_s": state.qps * replicas,
        "e2e_ms": (state.ttft_s + max(osl - 1, 0) * state.tpot_s) * 1e3,
    }
    if question.metric not in values:
        raise RowError(f"metric {question.metric[:40]!r} is not one of a language model's")
    return values[question.metric]


def _per_replica(question: Question) -> float:
    return max((question.load or 1.0) / question.replicas, 0.0)


def _state(question: Question, world: World, model: StepModel, isl: float, osl: float) -> Steady:
    slots = slots_of(question, world, isl, osl)
    wait = world.facts.tasks["wait_steps"]
    if question.load is None and question.scenario == "latency":
        return steady(model, isl, osl, 1.0, slots, wait)
    if question.load is None or (question.engine_static and question.scenario == "offline"):
        if question.load is not None:
            return _static(model, isl, osl, _per_replica(question))
        return steady(model, isl, osl, slots * 1.0, slots, wait)
    return steady(model, isl, osl, _per_replica(question), slots, wait)


def _static(model: StepModel, isl: float, osl: float, batch: float) -> Steady:
    total = static_batch_s(model, isl, osl, batch)
    first = model.prefill_s(isl, sequences=batch) if isl else 0.0
    return Steady(model.decode_s(batch, isl + osl / 2), first + model.request_s, batch / total, batch)


def slots_of(question: Question, world: World, isl: float, osl: float) -> float:
    """Sequences that fit at once: KV memory over what one sequence keeps on average, or the engine's limit."""
    arch = world.architecture(question)
    accelerator = world.accelerator(question)
    engine = engine_class(question.engine, question.version)
    limit = float(MAX_BATCH.get(engine, 256))
    if (
        engine == "vllm"
        and accelerator.memory_bytes >= 70 * 2**30
        and not accelerator.name.startswith("A100")
    ):
        limit = LARGE_DEVICE_BATCH
    return max(min(limit, kv_room(question, world, arch) / kv_need(question, arch, isl, osl)), 1.0)


def kv_need(question: Question, arch: Architecture, isl: float, osl: float) -> float:
    kv = question.kv or ("fp8" if question.weights in ("fp8", "fp4") else "bf16")
    return max(work(arch, question.weights, kv).kv_bytes_at(isl + osl), 1.0)


def kv_room(question: Question, world: World, arch: Architecture) -> float:
    accelerator = world.accelerator(question)
    parts = work(arch, question.weights, question.kv or "bf16")
    weights = parts.dense_bytes + parts.expert_bytes * parts.experts + arch.embedding_params * 2
    ranks = question.tp * question.pp
    memory = accelerator.memory_bytes * ranks
    reserve = 2.0 * 2**30 * ranks
    return max(0.9 * memory - weights * 1.02 - reserve, 0.02 * memory)


def _prefill(question: Question, world: World) -> float:
    model = world.step(question)
    isl = question.isl or UNKNOWN_PROMPT_TOK
    batch = max(question.load or 1.0, 1.0)
    seconds = model.request_s + isl * model.token_s + model.prefill_s(isl, sequences=batch)
    if question.metric in ("ttft_ms", "e2e_ms"):
        return seconds * 1e3
    if question.metric in ("total_tok_s", "output_tok_s"):
        return isl * batch / seconds * question.replicas
    raise RowError(f"metric {question.metric[:40]!r} is not one of a prefill")
