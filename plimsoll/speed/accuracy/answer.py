"""A point gets one answer: the prediction with its interval, or the reason there is none."""

import math
from dataclasses import dataclass

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.benchmarked import UNPACKING, engine_class, floods
from plimsoll.models.architecture import Architecture
from plimsoll.speed.accuracy.batch import TEXT_SERVED, predict_forward, served
from plimsoll.speed.accuracy.llm import predict_llm
from plimsoll.speed.accuracy.points import Point, Question, RowError
from plimsoll.speed.accuracy.training import predict_training, training_job
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.evidence import Sought, batches
from plimsoll.speed.facts import compute_dtype
from plimsoll.speed.forward import one_source
from plimsoll.speed.training.rate import training_interval

RATES = ("output_tok_s", "total_tok_s", "req_s", "samples_s", "mfu")
"""Metrics of which more is better."""

UNKNOWN_PROMPT = 2
"""Distances further away where no prompt length was published: it decides most of the answer. Assumption."""

DECODED = ("tpot_ms", "output_tok_s")
"""Metrics of generated tokens."""

TRAINING = ("train", "training", "finetune")


@dataclass(frozen=True, slots=True)
class Answer:
    """`low` and `high` are the 10th and 90th percentile expected of the measured value."""

    id: str
    answered: bool
    predicted: float | None
    low: float | None
    high: float | None
    reason: str | None


def answer(point: Point, world: World) -> Answer:
    """Predict one point; whatever stands in the way becomes its reason."""
    if point.question is None:
        return _refused(point, point.reason)
    try:
        value = predict(point.question, world)
        low, high = interval(point.question, world)
    except RowError as error:
        return _refused(point, str(error))
    if not math.isfinite(value) or value <= 0:
        return _refused(point, "the inputs are outside what the model can compute")
    return Answer(point.id, True, _figure(value), _figure(value * low), _figure(value * high), None)


def predict(question: Question, world: World) -> float:
    """Predict the metric's value in its own unit, for the whole system.

    Raises:
        RowError: Nothing in the model answers this; the message says why.
    """
    task = question.task
    if task in ("llm_generate", "llm_prefill"):
        if world.architecture(question).task in ("vision", "diffusion"):
            raise RowError(f"{question.model[:60]!r} is not a language model")
        return predict_llm(question, world)
    if task in ("embedding", "vision", "speech", "diffusion"):
        return predict_forward(question, world)
    if task in TRAINING:
        return predict_training(question, world)
    raise RowError(f"task {task[:40]!r} is none that is modelled")


def interval_kind(question: Question) -> str:
    """The class of residuals that a row's interval comes from."""
    if question.task == "llm_prefill":
        return "prefill"
    if question.task != "llm_generate":
        if question.metric not in RATES:
            return "forward"
        return "forward_server" if question.scenario == "server" else "forward_rate"
    alone = question.scenario == "latency"
    if question.metric == "tpot_ms":
        return "tpot"
    if question.metric == "ttft_ms":
        return "ttft" if alone else "ttft_load"
    if question.metric == "e2e_ms":
        return "e2e"
    return "throughput_max" if question.load is None else "throughput"


def interval(question: Question, world: World) -> tuple[float, float]:
    """Measured ÷ predicted at 10 and 90 %: the wider, the farther from what was measured."""
    if question.task in TRAINING:
        within = training_interval(world.training, training_job(question, world))
        return within.low, within.high
    return world.facts.evidence.interval(asked(question, world))


def asked(question: Question, world: World) -> Sought:
    """Say what evidence must speak of for a row; what was assumed beside takes it farther away.

    Kernels that unpack 4-bit weights on the fly are written for each generation: the reading of prompts,
    which they bound, is a step farther on a part where none were measured.
    """
    arch = world.architecture(question)
    part, engine = world.accelerator(question), measured_as(question)
    unknown_prompt = question.isl is None and question.task == "llm_generate"
    farther = world.estimated(question) + _one_source(question, arch, part) + UNKNOWN_PROMPT * unknown_prompt
    reads = question.task == "llm_prefill" and engine in UNPACKING
    unpacked = reads and engine not in world.facts.evidence.seen.get(part.name, {})
    return Sought(
        metric=interval_kind(question),
        model=arch.name,
        accelerator=part.name,
        engine=engine,
        mixture=arch.experts is not None,
        farther=farther + unpacked + world.facts.strange(part),
        alone=question.scenario == "latency"
        and question.task == "llm_generate"
        and question.metric in DECODED,
    )


def _one_source(question: Question, arch: Architecture, part: Accelerator) -> bool:
    """Say whether a constant of one source stands behind an answer."""
    if question.task.startswith("llm"):
        return question.load is None and floods(question.engine, question.version)
    served_alone = (
        question.load is None and question.scenario == "server" and served(arch, part) == TEXT_SERVED
    )
    return served_alone or one_source(arch, compute_dtype(question.weights, part))


def measured_as(question: Question) -> str:
    """The engine's class; of whole requests, apart where the time of a batch was measured."""
    engine = engine_class(question.engine, question.version)
    return batches(engine) if interval_kind(question) == "forward" else engine


def _refused(point: Point, reason: str) -> Answer:
    return Answer(point.id, False, None, None, None, reason)


def _figure(value: float) -> float:
    """Six significant digits: what is not noise."""
    return float(f"{value:.6g}")
