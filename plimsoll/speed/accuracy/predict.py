"""One prediction for one question, whatever its task."""

from plimsoll.speed.accuracy.batch import predict_forward, predict_training
from plimsoll.speed.accuracy.errors import RowError
from plimsoll.speed.accuracy.llm import predict_llm
from plimsoll.speed.accuracy.points import Question
from plimsoll.speed.accuracy.world import World


def predict(question: Question, world: World) -> float:
    """The metric's value in its own unit, for the whole system.

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
    if task in ("train", "training", "finetune"):
        return predict_training(question, world)
    raise RowError(f"task {task[:40]!r} is none that is modelled")
