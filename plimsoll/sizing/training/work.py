"""Work is what a training run has to do: tokens, and the optimizer steps that they make."""

from math import ceil

from plimsoll.ground.start_up import record


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
