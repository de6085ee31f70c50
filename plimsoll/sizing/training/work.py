"""Work is what a training run has to do: tokens, steps, hours, and accelerators that are billed."""

from math import ceil, inf

from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.speed.training.flops import training_flops_per_token

SECONDS = 3600


@record
class TrainingSamples:
    """A data set is so many samples of so many tokens on average, read so many times.

    `p95_tok` is the length that unpacked batches are padded to; `packed` joins samples to full sequences.
    """

    samples: int
    epochs: int = 1
    mean_tok: float = 0.0
    p95_tok: float = 0.0
    packed: bool = True

    @property
    def tokens(self) -> float:
        """Tokens that are trained; padding is none."""
        return self.samples * self.mean_tok * self.epochs

    @property
    def padding(self) -> float:
        """How many tokens pass through the model for one that is trained: p95 ÷ mean where not packed."""
        if self.packed or not self.mean_tok or not self.p95_tok:
            return 1.0
        return max(self.p95_tok / self.mean_tok, 1.0)

    def steps(self, sequence_tok: int, batch_samples: int) -> int:
        """Count optimizer steps: of whole epochs, each with a last batch that may be short."""
        if self.packed:
            each = ceil(self.samples * self.mean_tok / (sequence_tok * batch_samples))
        else:
            each = ceil(self.samples / batch_samples)
        return each * self.epochs


def token_steps(tokens: float, sequence_tok: int, batch_samples: int) -> int:
    """Count optimizer steps of a run that is told in tokens."""
    return ceil(tokens / (sequence_tok * batch_samples))


def compute_h(tokens: float, tokens_per_s: float, padding: float = 1.0) -> float:
    """Hours that so many trained tokens take at a rate, padding included; infinite at no rate."""
    return tokens * padding / tokens_per_s / SECONDS if tokens_per_s > 0 else inf


def accelerator_hours_at(
    arch: Architecture, tokens: float, sequence_tok: int, mfu: float, peak: float
) -> float:
    """Hours of one accelerator that tokens take at a model FLOPs utilisation of a peak rate, FLOP/s.

    With `sequence_tok` 0 parameters alone are counted, without attention.
    """
    return tokens * training_flops_per_token(arch, sequence_tok) / (mfu * peak) / SECONDS


def whole_instances(accelerators: int, per_instance: int) -> int:
    """Count the instances that so many accelerators take: they are rented whole."""
    return ceil(accelerators / max(per_instance, 1))


def billed_accelerators(accelerators: int, per_instance: int) -> int:
    """Count the accelerators that are paid for, idle ones among them."""
    return whole_instances(accelerators, per_instance) * max(per_instance, 1)
