"""A checkpoint has a size, a time to write, a time in which it blocks, and an interval that pays.

Sizes: 14 bytes of every parameter under mixed AdamW (2 of weights, 12 of states), 16 of every trained
parameter of an adapter; sources in the reference of DeepSpeed and PEFT (HEAD 2026-08).
"""

from math import ceil, sqrt

from plimsoll.ground.start_up import record

GB = 1e9
TIB = 2**40
MB = 1e6
MINUTE_S = 60.0

HOST_COPY_BYTES_PER_S = 10e9
"""Accelerator to host memory, each over its own PCIe link: 10 of the 32 GB/s of PCIe 4 × 16, into memory
that is not pinned. Assumption."""


@record
class RunCheckpoint:
    """One checkpoint: bytes, seconds to write, seconds in which training waits, seconds between two.

    `room_gb` is what the file system holds, `made_h` the hours until it is there; None and 0 in a bucket.
    """

    size_bytes: float
    write_s: float
    blocking_s: float
    interval_s: float
    kept: int
    room_gb: float | None = None
    made_h: float = 0.0

    @property
    def kept_gb(self) -> float:
        """What all kept checkpoints take, GB."""
        return self.size_bytes * self.kept / GB

    @property
    def cycle_h(self) -> float:
        """Hours from one save to the next, the wait included."""
        return (self.interval_s + self.blocking_s) / 3600


def daly_s(blocking_s: float, between_failures_s: float) -> float:
    """Work out the interval that loses least (J. T. Daly, A higher order estimate of the optimum, 2006).

    `between_failures_s` is of the whole job. Young's first-order interval is its first factor.
    """
    half = blocking_s / (2 * between_failures_s)
    young = sqrt(2 * blocking_s * between_failures_s)
    return max(young * (1 + sqrt(half) / 3 + half / 9) - blocking_s, blocking_s)


def auto_interval_s(blocking_s: float, write_s: float, between_failures_s: float) -> float:
    """Round Daly's interval to a whole minute, never less than one, nor than a checkpoint takes to write."""
    best = max(round(daly_s(blocking_s, between_failures_s) / MINUTE_S) * MINUTE_S, MINUTE_S)
    return max(best, ceil(write_s / MINUTE_S) * MINUTE_S)


def s3_bytes_per_s(gb_per_s: float, nodes: int) -> float:
    """Add up what all nodes write at once: shards go their own ways."""
    return gb_per_s * GB * nodes


def fsx_bytes_per_s(size_gb: float, mb_per_s_per_tib: float) -> float:
    """Work out what a file system takes: throughput is sold by the provisioned TiB (FSx guide, 2026-11)."""
    return size_gb * GB / TIB * mb_per_s_per_tib * MB


def host_copy_s(size_bytes: float, accelerators: int) -> float:
    """Seconds until every accelerator has copied its shard into host memory."""
    return size_bytes / (HOST_COPY_BYTES_PER_S * max(accelerators, 1))
