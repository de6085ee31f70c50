"""Checkpoints are the weights of a model as somebody published them in another precision than its own."""

from plimsoll.ground.start_up import record


@record
class Checkpoint:
    """A published checkpoint: `method` is how its own config says that the weights are stored.

    `stored_bytes` is the size of its files, None where nobody was read who says it; `gated` means that it is
    downloaded with a token alone.
    """

    model: str
    precision: str
    name: str
    method: str
    stored_bytes: int | None
    gated: bool
    source: str
    as_of: str


def checkpoint_of(row: list[str]) -> Checkpoint:
    """Read one row of `checkpoints.csv`."""
    model, precision, name, method, stored, gated, source, as_of = row
    return Checkpoint(
        model, precision, name, method, int(stored) if stored else None, gated == "yes", source, as_of
    )
