"""Predictions for whole-request work: encoders, images, and speech."""

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.benchmarked import engine_class
from plimsoll.models.architecture import Architecture
from plimsoll.speed.accuracy.points import Question, RowError
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.forward import TUNED_FLOATS, forward_model
from plimsoll.speed.speech import speech_model

TEXT_SERVED = "server_text_sm90"
"""The share of text from Hopper on; it rests on one source."""

OFFLINE_BATCH = {"encoder": 256.0, "vision": 256.0, "diffusion": 4.0, "speech": 16.0}
"""Batch of a throughput run that does not publish one: beyond it nothing changes. Assumption."""

WINDOW_TOK = 120.0
"""Tokens of 30 s of speech where a row does not publish them: 4 per second. Assumption."""

PATCHES = 197.0
"""Tokens of one image for an unknown vision model: ViT at 224 × 224 (16 × 16 patches and one class)."""

PADDED_TOK = 384
"""MLPerf's BERT pads questions to 384 tokens; engines without padding compute less than half of them."""


def predict_forward(question: Question, world: World) -> float:
    """Latency of a batch, or items per second of the whole system."""
    arch = world.architecture(question)
    if arch.speech is not None:
        return _predict_speech(question, world)
    engine = engine_class(question.engine, question.version)
    tokens = question.isl or PADDED_TOK
    if arch.generates and question.task == "vision":
        tokens = PATCHES
    unknown_batch = question.load is None
    if arch.task == "encoder" and unknown_batch and question.metric in ("req_s", "samples_s"):
        tokens *= world.facts.tasks["encoder_len"]
    model = forward_model(
        world.facts,
        arch,
        world.accelerator(question),
        question.weights,
        tokens,
        engine if engine in world.facts.engines else "tensorrt",
    )
    replicas = question.replicas
    batch = (
        OFFLINE_BATCH.get(arch.task, 64.0) if question.load is None else max(question.load / replicas, 1.0)
    )
    seconds = model.forward_s(batch)
    if question.metric in ("e2e_ms", "ttft_ms"):
        return seconds * 1e3
    rate = batch / seconds * replicas
    if unknown_batch and question.scenario == "server":
        rate *= world.facts.tasks[served(arch, world.accelerator(question))]
    if question.metric in ("req_s", "samples_s"):
        return rate
    if question.metric == "total_tok_s":
        return rate * tokens
    raise RowError(f"metric {question.metric[:40]!r} is not one of whole requests")


def served(arch: Architecture, accelerator: Accelerator) -> str:
    """Name the share of full load that a server carries within the limit of its suite.

    Text loses twice as much from Hopper on as before it (six parts, 8-bit integers and floats alike); images
    do not. Why is not known. No plan uses it: without it, the shares of those parts stood for it.
    """
    if arch.task == "diffusion":
        return "server_pictures"
    recent = (accelerator.compute_capability or 0.0) >= TUNED_FLOATS
    return TEXT_SERVED if arch.task == "encoder" and recent else "server_requests"


def _predict_speech(question: Question, world: World) -> float:
    """Time a batch of windows from audio to text, or count windows per second of the whole system."""
    arch, tokens = world.architecture(question), question.osl or WINDOW_TOK
    engine = engine_class(question.engine, question.version)
    model = speech_model(world.facts, arch, world.accelerator(question), question.weights, engine)
    replicas = question.replicas
    load = question.load
    batch = OFFLINE_BATCH["speech"] if load is None else max(load / replicas, 1.0)
    first = model.encode_s(batch) + model.decoder.prefill_s(float(model.prompt_tok), sequences=batch)
    seconds = first + max(tokens - 1, 0.0) * model.decoder.decode_s(batch, model.prompt_tok + tokens / 2)
    if question.metric == "e2e_ms":
        return seconds * 1e3
    if question.metric in ("req_s", "samples_s"):
        return batch / seconds * replicas
    if question.metric == "output_tok_s":
        return batch * tokens / seconds * replicas
    raise RowError(f"metric {question.metric[:40]!r} is not one of speech")
