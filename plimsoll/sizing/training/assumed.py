"""Assumptions of a training run: what its spec leaves out, and where its speed is from."""

from collections.abc import Iterator

from plimsoll.ground.assumption import Assumption
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.runs.pace import Pace, RunWay
from plimsoll.sizing.training.amount import TrainingAmount
from plimsoll.spec import defaults
from plimsoll.spec.runs.starting_weights import dequantised
from plimsoll.spec.runs.training import TrainingSpec, stack_beside

DEFAULT = "default of the spec"


def training_assumptions(
    spec: TrainingSpec, amount: TrainingAmount, way: RunWay | None, pace: Pace | None
) -> Iterator[Assumption]:
    """Tell every number that nobody supplied."""
    yield from _method(spec, way)
    yield from _load(spec)
    yield from _step(spec, amount)
    if pace is not None and way is not None:
        low, high = pace.compute_h / pace.low_h, pace.compute_h / pace.high_h
        text = f"× {high:.2f} to {low:.2f}"
        yield Assumption("speed, measured ÷ predicted", text, "in 80 %", "runs that the model was fitted on")


def starting_assumptions(spec: TrainingSpec, arch: Architecture) -> Iterator[Assumption]:
    """Tell that weights which nobody published in 16 bit are brought there before they are trained."""
    stored = dequantised(arch)
    if stored and spec.method != "pretrain":
        source = f"they are published in {stored} alone, and are dequantised before training"
        then = "16 bit, then NF4" if spec.method == "qlora" else "16 bit"
        yield Assumption("starting weights", then, None, source)


def _method(spec: TrainingSpec, way: RunWay | None) -> Iterator[Assumption]:
    if spec.method is None:
        yield Assumption("method", defaults.METHOD, None, f"{DEFAULT}: all parameters")
    if spec.stack is not None and stack_beside(spec.engine.name, spec.stack):
        source = f"the spec's own, where {stack_beside(spec.engine.name, spec.stack)}"
        yield Assumption("stack", spec.stack, None, source)
    if spec.stack is None:
        engine: str | None = spec.engine.name
        implied = spec.stack_used != defaults.STACK
        source = (
            f"implied by the engine {engine}" if implied else f"{DEFAULT}: FSDP2, compile, FlashAttention"
        )
        yield Assumption("stack", spec.stack_used, None, source)
    if spec.precision is None:
        used = way.precision if way is not None else "bf16"
        yield Assumption("precision", used, None, f"{DEFAULT}: bf16, fp16 where a part has no bf16")


def _load(spec: TrainingSpec) -> Iterator[Assumption]:
    load = spec.load
    if load.samples is None:
        return
    if load.epochs is None:
        yield Assumption("load.epochs", defaults.EPOCHS, "epochs", DEFAULT)
    if load.sample_tokens is None:
        yield Assumption("load.sample_tokens.mean", defaults.SAMPLE_TOKENS, "tokens", DEFAULT)
    if not load.packed and (load.sample_tokens is None or load.sample_tokens.p95 is None):
        mean = load.sample_tokens.mean if load.sample_tokens is not None else defaults.SAMPLE_TOKENS
        why = f"{DEFAULT}: {defaults.P95_RATIO} × mean"
        yield Assumption("load.sample_tokens.p95", defaults.P95_RATIO * mean, "tokens", why)
    if "packed" not in load.model_fields_set:
        yield Assumption("load.packed", value=True, unit=None, source=DEFAULT)


def _step(spec: TrainingSpec, amount: TrainingAmount) -> Iterator[Assumption]:
    keys = spec.training
    given = keys.model_fields_set
    if keys.sequence_tokens is None:
        yield Assumption("training.sequence_tokens", amount.sequence_tok, "tokens", DEFAULT)
    if keys.global_batch_samples is None:
        yield Assumption("training.global_batch_samples", spec.global_batch_used, "sequences", DEFAULT)
    if "optimizer" not in given:
        why = f"{DEFAULT}: mixed precision, 32-bit master copy and moments"
        yield Assumption("training.optimizer", keys.optimizer, None, why)
    if "recompute" not in given:
        yield Assumption("training.recompute", keys.recompute, None, f"{DEFAULT}: none if it fits, else full")
    if "fused_loss" not in given:
        yield Assumption("training.fused_loss", value=True, unit=None, source=DEFAULT)
    if spec.method in ("lora", "qlora") and "lora" not in given:
        value = f"rank {defaults.LORA_RANK}, {defaults.LORA_TARGETS}"
        yield Assumption("training.lora", value, None, DEFAULT)
