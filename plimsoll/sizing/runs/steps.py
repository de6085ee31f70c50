"""A run takes so many steps: whole batches of each epoch, the last one smaller."""

from math import ceil


def epoch_steps(samples: float, batch: int) -> int:
    """Steps of an epoch whose samples are not packed: 52,002 at 64 are 813."""
    return ceil(samples / batch)


def packed_steps(tokens: float, sequence_tok: int, batch: int) -> int:
    """Steps of an epoch whose tokens fill whole sequences."""
    return ceil(tokens / (sequence_tok * batch) - 1e-9)
