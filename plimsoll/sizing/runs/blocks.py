"""A Capacity Block is bought by whole days, ahead and whole: it ends before its last day does.

Blocks last 1 to 14 days, then 21, 28, … up to 182. EC2 starts to end instances 30 minutes before the block
does, and Karpenter drains 10 minutes before that (EC2 user guide, Capacity Blocks; Karpenter 1.14, 2026-08).
"""

HOURS_PER_DAY = 24
UNUSABLE_H = 40 / 60
MOST_DAYS = 182
DAILY, WEEKLY = 14, 7
MOST_INSTANCES = 64
"""Instances of one block."""


def usable_h(days: int) -> float:
    """Hours of a block in which a run can compute: 23 h 20 min of one day."""
    return days * HOURS_PER_DAY - UNUSABLE_H


def days_for(run_h: float) -> int | None:
    """Find the shortest block that holds so many hours; None where none is that long."""
    lengths = (*range(1, DAILY + 1), *range(DAILY + WEEKLY, MOST_DAYS + 1, WEEKLY))
    return next((days for days in lengths if usable_h(days) >= run_h - 1e-9), None)
