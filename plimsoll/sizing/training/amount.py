"""The amount of a training run: tokens that are trained, tokens that are computed, and optimizer steps.

Packed samples fill whole sequences; padded ones take the longest of their batch, which is time and no
training. Steps: unpacked ceil(samples ÷ batch) × epochs, packed ceil(an epoch's tokens ÷ (sequence × batch))
× epochs (INTERFACE).
"""

from math import ceil

from plimsoll.ground.start_up import record
from plimsoll.sizing.training.work import TrainingSamples, token_steps
from plimsoll.spec import defaults
from plimsoll.spec.runs.training import TrainingSpec


@record
class TrainingAmount:
    """Trained tokens, tokens computed with padding, steps, and the length of the sequences."""

    tokens: int
    computed: float
    steps: int
    sequence_tok: int


def amount_of(spec: TrainingSpec, context_tok: int) -> TrainingAmount:
    """Work out the amount of a spec; a sequence is no longer than the model's context (0: not known)."""
    load, batch = spec.load, spec.global_batch_used
    sequence = min(spec.sequence_used, context_tok) if context_tok else spec.sequence_used
    if load.tokens_b is not None:
        tokens = load.tokens_b * 1e9
        return TrainingAmount(round(tokens), tokens, token_steps(tokens, sequence, batch), sequence)
    mean, longest = _lengths(spec, sequence)
    epochs = load.epochs or defaults.EPOCHS
    work = TrainingSamples(load.samples or 0, epochs, mean, longest, packed=load.packed)
    steps = work.steps(sequence, batch)
    return TrainingAmount(
        round(work.tokens), work.tokens * work.padding, steps, sequence if load.packed else ceil(longest)
    )


def _lengths(spec: TrainingSpec, sequence: int) -> tuple[float, float]:
    """Mean and longest tokens of a sample; only samples that are not packed end with their sequence."""
    given = spec.load.sample_tokens
    mean = given.mean if given is not None else float(defaults.SAMPLE_TOKENS)
    longest = given.p95 if given is not None and given.p95 is not None else defaults.P95_RATIO * mean
    return (mean, longest) if spec.load.packed else (min(mean, sequence), min(longest, sequence))
