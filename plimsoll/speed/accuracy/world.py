"""Predictions stand on a world: catalogue, constants, and step models built once per configuration."""

from dataclasses import dataclass, field

from plimsoll.catalog.facts import Accelerator, Catalog
from plimsoll.engines.benchmarked import engine_class, is_reference
from plimsoll.ground.problems import nearest
from plimsoll.models.architecture import Architecture, AttentionGroup, Experts
from plimsoll.speed.accuracy.layout import groups_of
from plimsoll.speed.accuracy.points import Question, RowError
from plimsoll.speed.facts import SpeedFacts
from plimsoll.speed.step import StepModel, spread_over, step_model
from plimsoll.speed.training.facts import TrainingFacts
from plimsoll.speed.training.read import load_training


@dataclass
class World:
    """The facts, and a memory of what was already built from them."""

    catalog: Catalog
    facts: SpeedFacts
    training: TrainingFacts = field(default_factory=load_training)
    _steps: dict[tuple[object, ...], StepModel] = field(default_factory=dict[tuple[object, ...], StepModel])
    _short: dict[str, str] = field(default_factory=dict[str, str])
    _models: dict[tuple[object, ...], Architecture] = field(
        default_factory=dict[tuple[object, ...], Architecture]
    )

    @property
    def fitted(self) -> int:
        """How many constants data set, of serving and of training."""
        return self.facts.fitted + self.training.fitted

    def accelerator(self, question: Question) -> Accelerator:
        """The accelerator of a question; unknown ones are a reason."""
        found = self.catalog.accelerator(question.gpu)
        if found is None:
            hint = nearest(question.gpu, sorted(self.catalog.accelerators))
            raise RowError(
                f"no data sheet for accelerator {question.gpu[:60]!r}" + (f"; {hint}" if hint else "")
            )
        if not found.flops or not found.bandwidth:
            raise RowError(f"the data sheet of {found.name} has no rates")
        return found

    def architecture(self, question: Question) -> Architecture:
        """The model of a question, from the catalogue or estimated from its size."""
        key = (question.model, question.params_b, question.active_params_b)
        found = self._models.get(key)
        if found is None:
            found = self._known(question.model) or estimated(question)
            self._models[key] = found
        return found

    def _known(self, name: str) -> Architecture | None:
        """A catalogue model by name, alias, or its name without the owner (`gemma-2-2b-it`)."""
        found = self.catalog.model(name)
        if found is not None or "/" in name:
            return found
        if not self._short:
            self._short |= {full.rpartition("/")[2].lower(): full for full in sorted(self.catalog.models)}
        full = self._short.get(name.lower())
        return self.catalog.models[full] if full is not None else None

    def estimated(self, question: Question) -> bool:
        """Say whether the model's shape was estimated from its size."""
        return self._known(question.model) is None

    def step(self, question: Question) -> StepModel:
        """The step model of one replica of a question."""
        q = question
        model = (q.model, q.params_b, q.active_params_b)
        groups = groups_of(q, self.architecture(q))
        key = (*model, q.gpu, q.tp, groups, q.weights, q.kv, q.engine, q.version)
        found = self._steps.get(key)
        if found is None:
            together = step_model(
                self.facts,
                self.architecture(question),
                self.accelerator(question),
                tp=question.tp,
                weights=question.weights,
                kv=cache_precision(question),
                engine=engine_class(question.engine, question.version),
            )
            found = self._steps[key] = spread_over(self.facts, together, groups)
        return found


def cache_precision(question: Question) -> str:
    """The KV cache's format where a row does not say: 8 bit beside 8- and 4-bit float weights.

    Published runs of such checkpoints quantise the cache too; vLLM does not unless told.
    """
    quantised = question.weights in ("fp8", "fp4") and not is_reference(question.engine)
    return question.kv or ("fp8" if quantised else "bf16")


def estimated(question: Question) -> Architecture:
    """A Llama-shaped model of the given size, for a name that the catalogue does not know.

    Depth and width follow the published ladder of dense models (1B: 16 × 2048, 8B: 32 × 4096,
    70B: 80 × 8192, 405B: 126 × 16384); mixtures are drawn with 128 experts, 8 active.
    """
    total = question.params_b
    if total is None:
        raise RowError(f"model {question.model[:60]!r} is not in the catalogue and params_b is empty")
    active = min(question.active_params_b or total, total)
    size = active if active < total else total
    hidden = max(round(4096 * (size / 8.0) ** 0.37 / 128) * 128, 256)
    layers = max(round(32 * (size / 8.0) ** 0.36), 4)
    heads = max(hidden // 128, 1)
    moe = (
        Experts(count=128, active=8, shared=0, ffn_dim=hidden // 2, layers=layers)
        if active < total * 0.9
        else None
    )
    vocab = 128_000 if size > 2 else 50_000
    table = min(vocab * hidden, int(size * 1e9 * 0.15))
    return Architecture(
        name=question.model,
        task="llm",
        params=int(total * 1e9),
        active_params=int(active * 1e9),
        layers=layers,
        hidden=hidden,
        heads=heads,
        ffn_dim=hidden * 7 // 2,
        vocab=vocab,
        embedding_params=table,
        head_params=table,
        attention=(AttentionGroup("full", layers, kv_heads=min(8, heads), head_dim=128),),
        experts=moe,
        assumed=("layers", "hidden", "heads", "kv_heads", "vocab"),
    )
