"""Predictions of training runs: a points file tells less of a run than a spec, the rest is assumed here."""

from collections.abc import Mapping

from plimsoll.catalog.facts import Accelerator
from plimsoll.speed.accuracy.points import Question, RowError
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.training.job import TrainingJob
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.network import NVL72_PER_NODE, Network
from plimsoll.speed.training.rate import TrainingSpeed, training_speed
from plimsoll.speed.training.recipe import METHODS, STACKS, TrainingRecipe

ENGINES = (("megatron", "tuned"), ("nemo", "tuned"), ("hf ", "plain"), ("transformers", "plain"))
"""What the beginning of an engine's name says of the stack where the row does not."""

PACKED_TOK = 16384
"""Tokens of a micro-batch at least, where a stack packs and a row does not say. Assumption."""

UNKNOWN_STEPS = 64
"""Micro-batches of a step where a row does not say its batch: what comes once a step is small then."""

ADAPTER_BYTES_PER_S = ((9.0, 50e9), (8.0, 25e9), (0.0, 12.5e9))
"""Network of one accelerator between nodes, by compute capability: clusters of the H100's and later
generations have 400 Gb/s each, of the A100's 200, older ones 100 (DGX reference architectures).
Assumption."""


def predict_training(question: Question, world: World) -> float:
    """Trained tokens or samples per second of the whole system, or model FLOPs utilisation.

    Raises:
        RowError: The row says too little, or it is a network that no formula covers.
    """
    speed = speed_of(question, world)
    if question.metric == "mfu":
        flops = world.accelerator(question).flops
        return speed.mfu * _peak(flops, "bf16") / _peak(flops, question.weights)
    if question.metric == "total_tok_s":
        return speed.tokens_per_s
    if question.metric == "samples_s" and question.isl:
        return speed.tokens_per_s / question.isl
    raise RowError(f"metric {question.metric[:40]!r} is not one of training")


def speed_of(question: Question, world: World) -> TrainingSpeed:
    """The speed of a row's run, with its interval."""
    return training_speed(world.training, training_job(question, world))


def training_job(question: Question, world: World) -> TrainingJob:
    """Complete a row to a run.

    Raises:
        RowError: Nothing computes images and sound from a shape, and nothing a language model without the
            length of its samples; or the method or stack is none that is modelled.
    """
    arch, accelerator = world.architecture(question), world.accelerator(question)
    if arch.task not in ("llm", "encoder"):
        raise RowError(f"{question.model[:60]!r} is no language model: give measured samples per second")
    if not question.isl:
        raise RowError("isl is empty: without the tokens of a sample no training speed follows")
    recipe = _recipe(question)
    layout = _layout(question, recipe)
    network = _network(accelerator)
    return TrainingJob(arch, accelerator, recipe, layout, network, "offload" in question.engine.lower())


def _recipe(question: Question) -> TrainingRecipe:
    method, stack = question.method or "pretrain", question.stack or _stack(question.engine)
    for name, value, known in (("method", method, METHODS), ("stack", stack, STACKS)):
        if value not in known:
            raise RowError(f"{name} {value[:40]!r} is none of {', '.join(known)}")
    narrow = question.weights if method not in ("qlora",) else "bf16"
    return TrainingRecipe(
        method=method, stack=stack, precision=narrow, sequence_tok=max(int(question.isl or 1), 1)
    )


def _stack(engine: str) -> str:
    lowered = engine.lower()
    return next((stack for begins, stack in ENGINES if lowered.startswith(begins)), "standard")


def _layout(question: Question, recipe: TrainingRecipe) -> TrainingLayout:
    """Lay out a run: a batch of fewer sequences than ranks splits sequences; runs of several ranks shard."""
    ranks = max(question.gpus // (question.tp * question.pp), 1)
    batch = max(int(question.load), 1) if question.load else ranks * UNKNOWN_STEPS
    data = min(ranks, batch)
    fill = 1 if recipe.stack == "plain" else -(-PACKED_TOK // recipe.sequence_tok)
    micro = min(fill, max(batch // data, 1))
    return TrainingLayout(
        data_parallel=data,
        tensor_parallel=question.tp,
        pipeline_parallel=question.pp,
        zero=1 if recipe.stack == "tuned" else 3,
        micro_batch_samples=micro,
        accumulation=max(round(batch / (data * micro)), 1),
        context_parallel=ranks / data,
    )


def _network(accelerator: Accelerator) -> Network:
    """The network of published clusters; what a data sheet's link says goes before."""
    capability = accelerator.compute_capability or 0.0
    each = next(rate for lowest, rate in ADAPTER_BYTES_PER_S if capability >= lowest)
    if "nvl72" in accelerator.link:
        return Network(NVL72_PER_NODE, NVL72_PER_NODE * each, efa=True)
    return Network(8, 8 * each, efa=True)


def _peak(flops: Mapping[str, float], dtype: str) -> float:
    return flops.get(dtype) or flops.get("bf16") or flops.get("fp16") or flops["fp32"]
