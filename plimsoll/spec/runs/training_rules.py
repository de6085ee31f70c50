"""A training spec must agree with itself and with the facts: all that it contradicts is found at once."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.problems import Problem
from plimsoll.models.architecture import Architecture
from plimsoll.spec import defaults
from plimsoll.spec.draft import Draft
from plimsoll.spec.runs.kinds import RunRules
from plimsoll.spec.runs.names import run_fact_problems
from plimsoll.spec.runs.rules import SHARED
from plimsoll.spec.runs.starting_weights import quantised_start
from plimsoll.spec.runs.training import stack_beside

_OF_TOKENS = (("samples",), ("epochs",), ("sample_tokens",))
_OF_MODELS: tuple[tuple[str, ...], ...] = (
    ("method",),
    ("stack",),
    ("precision",),
    ("load", "tokens_b"),
    ("load", "sample_tokens"),
    ("load", "packed"),
    *(("training", key) for key in ("sequence_tokens", "optimizer", "recompute", "fused_loss", "lora")),
    *(
        ("pin", key)
        for key in ("tensor_parallel", "pipeline_parallel", "zero", "micro_batch_samples", "precision")
    ),
)
"""Keys that mean nothing beside a measurement."""

_TRAINABLE = ("llm", "encoder")
"""Tasks that formulas of transformers hold for."""


def training_contradictions(spec: Mapping[str, Any]) -> list[Problem]:
    """Find everything in which a training spec contradicts itself, in the order of the rules."""
    draft = Draft(spec)
    return [problem for rule in (*SHARED, *_RULES) for problem in rule(draft)]


def _one_amount(spec: Draft) -> Iterator[Problem]:
    if not isinstance(spec.get("load"), Mapping):
        return
    tokens, samples = spec.has("load", "tokens_b"), spec.has("load", "samples")
    if tokens:
        given = [path[0] for path in _OF_TOKENS if spec.has("load", path[0])]
        if given:
            what = f"both tokens_b and {' and '.join(given)} are given"
            why = "tokens_b counts every trained token, over all epochs"
            yield Problem(what, why, "keep tokens_b, or samples with epochs", ("load", given[0]))
        if spec.get("load", "packed") is False:
            why = "padding follows from the lengths of samples"
            fix = "write samples, epochs and sample_tokens in place of tokens_b, or remove packed"
            yield Problem("packed: false stands beside tokens_b", why, fix, ("load", "packed"))
    elif not samples and not spec.has("measured"):
        fix = "add tokens_b: NUMBER (10^9 tokens), or samples: NUMBER and epochs: NUMBER"
        yield Problem("neither tokens_b nor samples is given", "a run needs one of them", fix, ("load",))
    elif not samples:
        fix = "add samples: NUMBER and epochs: NUMBER"
        yield Problem("samples is missing", "a measured training counts samples", fix, ("load",))


def _lengths(spec: Draft) -> Iterator[Problem]:
    mean, p95 = spec.amount("load", "sample_tokens", key="mean"), spec.number("load", "sample_tokens", "p95")
    path = ("load", "sample_tokens", "p95")
    if mean is not None and p95 is not None and 0 < p95 < mean:
        yield Problem(f"p95 is {p95:g} tokens", f"the mean is {mean:g}", "raise it, or leave it out", path)
    usual = defaults.usual_sequence_tokens(spec.text("method"))
    sequence = spec.number("training", "sequence_tokens") or usual
    longest = p95 if p95 is not None else mean
    if longest is None or spec.get("load", "packed") is not False:
        return
    if longest > sequence > 0:
        why = f"sequences have {sequence:g}, and samples are not packed"
        fix = "raise training.sequence_tokens, or write packed: true"
        path = ("training", "sequence_tokens")
        yield Problem(f"samples have up to {longest:g} tokens", why, fix, path)


def _method(spec: Draft) -> Iterator[Problem]:
    method = spec.text("method")
    if spec.has("training", "lora") and method not in ("lora", "qlora"):
        why = f"the method is {method}" if method else "the method is full, its default"
        yield Problem("lora is given", why, "write method: lora, or remove it", ("training", "lora"))
    if spec.get("training", "lora", "targets") in ([], ()):
        path, fix = ("training", "lora", "targets"), "name at least one, or remove the key"
        yield Problem("targets is an empty list", "", fix, path)
    seen: set[str] = set()
    for path, item in spec.texts("training", "lora", "targets"):
        if item in seen:
            yield Problem(f"{item!r} is listed twice", "", "remove one", path)
        seen.add(item)


def _checkpoints(spec: Draft) -> Iterator[Problem]:
    to = spec.text("checkpoint", "to")
    if to == "none":
        for key in ("interval_s", "keep", "method", "write_gb_per_s", "delete_after_d"):
            if spec.has("checkpoint", key):
                what, why = f"{key} is given", "checkpoint.to is none: nothing is saved"
                yield Problem(what, why, "write to: s3, or remove it", ("checkpoint", key))
    if to == "fsx":
        for key, why in _OF_S3.items():
            if spec.has("checkpoint", key):
                fix = "write to: s3, or remove it"
                yield Problem(f"{key} is given beside to: fsx", why, fix, ("checkpoint", key))
    else:
        for key in ("fsx_gb", "fsx_mb_per_s_per_tib"):
            if spec.has("checkpoint", key):
                what, why = f"{key} is given", f"checkpoints go to {to or 's3'}"
                yield Problem(what, why, "write to: fsx, or remove it", ("checkpoint", key))


def _file_system(spec: Draft) -> Iterator[Problem]:
    """Refuse a size that is not sold, and a trainer that claims no file system."""
    if spec.text("checkpoint", "to") == "fsx" and spec.text("engine", "name") == "trainer":
        why = "a file system ends with its JobSet, and a TrainJob claims none"
        fix = "write to: s3, or name another engine"
        yield Problem("to is fsx beside engine.name: trainer", why, fix, ("checkpoint", "to"))
    size = spec.number("checkpoint", "fsx_gb")
    if size is not None and size != 1200 and size % 2400:
        why = "FSx for Lustre is sold as 1,200 GB or multiples of 2,400 GB"
        fix = f"write {-(-int(size) // 2400) * 2400}"
        yield Problem(f"fsx_gb is {size:g}", why, fix, ("checkpoint", "fsx_gb"))


_OF_S3 = {
    "write_gb_per_s": "a file system writes what fsx_gb and fsx_mb_per_s_per_tib provide",
    "delete_after_d": "a file system goes with its run, a day after",
}
"""Keys of checkpoints that only object storage has, and why a file system has not."""


def _measured(spec: Draft) -> Iterator[Problem]:
    if not spec.has("measured") or spec.has("model"):
        return
    for path in _OF_MODELS:
        if spec.get(*path) is not None:
            why = "a measured training is sized from its measurement"
            yield Problem(f"{path[-1]} has no meaning beside measured", why, "remove it", path)


def _splits(spec: Draft) -> Iterator[Problem]:
    for key in ("tensor_parallel", "pipeline_parallel"):
        value = spec.number("pin", key)
        if value is not None and value >= 1 and int(value) & (int(value) - 1):
            fix = f"write {1 << (int(value).bit_length() - 1)}"
            yield Problem(f"{key} is {value:g}", "a model splits by powers of two", fix, ("pin", key))


def _micro_batch(spec: Draft) -> Iterator[Problem]:
    """Refuse a pinned micro-batch that is larger than the batch of a step."""
    micro = spec.number("pin", "micro_batch_samples")
    batch = spec.number("training", "global_batch_samples")
    said = "" if batch is not None else ", its default"
    if batch is None:
        batch = _usual_batch(spec)
    if micro is not None and micro > batch > 0:
        why = f"training.global_batch_samples is {batch:g}{said}: a step has no more"
        path = ("pin", "micro_batch_samples")
        yield Problem(f"micro_batch_samples is {micro:g}", why, f"lower it to at most {batch:g}", path)


def _usual_batch(spec: Draft) -> float:
    method = spec.text("method")
    if method != "pretrain":
        return defaults.GLOBAL_BATCH_SAMPLES
    sequence = spec.number("training", "sequence_tokens") or defaults.usual_sequence_tokens(method)
    return max(defaults.PRETRAIN_BATCH_TOKENS // max(int(sequence), 1), 1)


_RULES: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    _one_amount,
    _lengths,
    _method,
    _checkpoints,
    _file_system,
    _measured,
    _splits,
    _micro_batch,
)


def _facts(
    spec: Mapping[str, Any], catalog: Catalog, model: Architecture | None, *, model_known: bool
) -> list[Problem]:
    draft = Draft(spec)
    found = [*run_fact_problems(draft, catalog, model, model_known=model_known), *_of_model(draft, model)]
    return [*found, *quantised_start(draft, catalog, model)]


def _of_model(spec: Draft, model: Architecture | None) -> Iterator[Problem]:
    """Refuse a model that no formula of transformers holds for, and sequences beyond its context."""
    if model is None:
        return
    if model.task not in _TRAINABLE:
        why = f"{model.name} is no transformer that trains on tokens: a formula of one would be far off"
        fix = "measure one epoch, and write measured: {accelerator: …, samples_per_s: …, …} in place of model"
        yield Problem("its training cannot be worked out", why, fix, ("model",))
        return
    sequence, most = spec.number("training", "sequence_tokens"), model.max_context_tok
    if sequence is not None and most and sequence > most:
        why, path = f"the context of {model.name} is {most:,}", ("training", "sequence_tokens")
        yield Problem(f"sequences have {sequence:,.0f} tokens", why, f"lower it to {most}", path)


def _notes(spec: Mapping[str, Any]) -> list[Problem]:
    """Note a stack that is not the engine's: the plan takes the speed of what is said."""
    draft = Draft(spec)
    engine, stack = draft.text("engine", "name"), draft.text("stack")
    beside = stack_beside(engine, stack) if stack is not None else ""
    if not beside:
        return []
    why = f"{beside}; the plan takes the speed of {_RUNS_ON[str(stack)]}"
    return [Problem(f"stack is {stack} beside the engine {engine}", why, "remove stack", ("stack",))]


_RUNS_ON = {
    "tuned": "NeMo or Megatron",
    "standard": "FSDP2 with compile and FlashAttention",
    "plain": "an untuned HF Trainer",
}
"""What the speed of a stack is taken of."""


TRAINING_RULES = RunRules(training_contradictions, _facts, _notes)
