"""After a run its nodes stay a little: until they count as empty, and until their last pod is gone."""

from math import ceil

IDLE_S = 120
"""Seconds that an empty node stays, so that a pod which starts again finds it. Our choice."""

SPOT_GRACE_S = 100
"""Seconds that a pod has to save when told to end: AWS warns of a spot node 120 s before (EC2 guide)."""

MARGIN_S = 30
"""Seconds beyond the write of a checkpoint that a pod on demand has. Our choice."""

LONGEST_GRACE_S = 3600
"""A save that takes longer than this is not waited for: the one before it counts."""


def grace_s(write_s: float | None, *, on_spot: bool) -> int:
    """Say how long pods have to save when they are told to end, seconds; `write_s` is of one checkpoint."""
    if on_spot or write_s is None:
        return SPOT_GRACE_S
    return min(max(SPOT_GRACE_S, ceil(write_s) + MARGIN_S), LONGEST_GRACE_S)


def after_s(write_s: float | None, *, on_spot: bool) -> int:
    """Say how long nodes stay after a run, seconds."""
    return IDLE_S + grace_s(write_s, on_spot=on_spot)
