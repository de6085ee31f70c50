"""What a spec says of checkpoints becomes the saves of one run: their size, their times, where they go."""

from plimsoll.ground.start_up import record
from plimsoll.sizing.limits import CHECKPOINT, Reason
from plimsoll.sizing.runs.checkpoint import (
    GB,
    RunCheckpoint,
    auto_interval_s,
    fsx_bytes_per_s,
    host_copy_s,
    s3_bytes_per_s,
)
from plimsoll.sizing.runs.failures import between_failures_h
from plimsoll.sizing.runs.pace import Pace, RunStorage
from plimsoll.spec.runs.training import Checkpointing

LONGEST_UNSAVED_H = 1.0
"""Hours that a run on spot may lose whole: a longer one needs checkpoints (INTERFACE)."""


FSX_AFTER_H = 24.0
"""Hours that a file system outlives its run: those after which the finished job is deleted."""

FSX_MADE_H = 10 / 60
"""Hours until a new file system can be mounted, once its first pod asks for it. Assumption."""

S3_MONTH_D = 30
"""Days of a month of storage."""


@record
class Saves:
    """Checkpoints as a spec asks for them, and how often the hardware under them fails."""

    asked: Checkpointing
    per_1000_node_days: float

    def checkpoint(self, pace: Pace, accelerators: int, stay_h: float | None) -> RunCheckpoint | None:
        """Work out the checkpoint of a pace; None where nothing is saved.

        `accelerators` are those of one node; `stay_h` is how long spot nodes stay, None on demand.
        """
        asked = self.asked
        if asked.to == "none":
            return None
        write_s = pace.checkpoint_bytes / self._bytes_per_s(pace.nodes)
        blocking_s = write_s
        if asked.method == "async":
            blocking_s = min(host_copy_s(pace.checkpoint_bytes, pace.accelerators), write_s)
        between_h = between_failures_h(pace.nodes, accelerators, self.per_1000_node_days)
        if stay_h is not None:
            between_h = 1 / (1 / between_h + 1 / stay_h)
        interval_s = asked.interval_s
        if interval_s == "auto":
            interval_s = auto_interval_s(blocking_s, write_s, between_h * 3600)
        room_gb, made_h = (float(asked.fsx_gb), FSX_MADE_H) if asked.to == "fsx" else (None, 0.0)
        size = pace.checkpoint_bytes
        return RunCheckpoint(size, write_s, blocking_s, float(interval_s), asked.keep, room_gb, made_h)

    def storage(self, checkpoint: RunCheckpoint, enforced_h: float) -> RunStorage | None:
        """Say what checkpoints take until a rule deletes them.

        S3 bills what is kept until the lifecycle rule ends it, 30 days a month; a file system is billed
        whole, from its creation until a day after the run, or for a month where a queue may hold the run.
        """
        asked = self.asked
        if asked.to == "none":
            return None
        if asked.to == "fsx":
            item, hours = f"fsx-lustre-persistent2-{asked.fsx_mb_per_s_per_tib}", enforced_h + FSX_AFTER_H
            what, size = f"FSx for Lustre, {asked.fsx_gb:,} GB", float(asked.fsx_gb)
            return RunStorage(item, what, size * min(hours / 730, 1.0), size)
        days = asked.delete_after_d
        what = f"checkpoints in S3, {asked.keep} kept for {days} day{'' if days == 1 else 's'}"
        return RunStorage("s3-standard", what, checkpoint.kept_gb * days / S3_MONTH_D)

    def _bytes_per_s(self, nodes: int) -> float:
        asked = self.asked
        if asked.to == "fsx":
            return fsx_bytes_per_s(asked.fsx_gb, asked.fsx_mb_per_s_per_tib)
        return s3_bytes_per_s(asked.write_gb_per_s, nodes)


def too_slow(checkpoint: RunCheckpoint | None) -> tuple[Reason, ...]:
    """Refuse saves that are due before the last one is written."""
    if checkpoint is None or checkpoint.write_s <= checkpoint.interval_s:
        return ()
    message = (
        f"a checkpoint of {checkpoint.size_bytes / 1e9:,.0f} GB takes {checkpoint.write_s:,.0f} s to write, "
        f"longer than the interval of {checkpoint.interval_s:,.0f} s"
    )
    return (CHECKPOINT.broken(message, checkpoint.interval_s, round(checkpoint.write_s, 1), "s"),)


def too_full(checkpoint: RunCheckpoint | None) -> tuple[Reason, ...]:
    """Refuse a file system that does not hold what is kept, and one more while it is written."""
    if checkpoint is None or checkpoint.room_gb is None:
        return ()
    storage_gb = checkpoint.room_gb
    held_gb = checkpoint.size_bytes * (checkpoint.kept + 1) / GB
    if held_gb <= storage_gb:
        return ()
    message = (
        f"{checkpoint.kept} checkpoints of {checkpoint.size_bytes / GB:,.0f} GB and one that is written take "
        f"{held_gb:,.0f} GB, the file system has {storage_gb:,.0f} (checkpoint.fsx_gb)"
    )
    return (CHECKPOINT.broken(message, storage_gb, round(held_gb, 1), "GB"),)


def unsaved(checkpoint: RunCheckpoint | None, run_h: float) -> tuple[Reason, ...]:
    """Refuse spot for a run of over an hour that saves nothing."""
    if checkpoint is not None or run_h <= LONGEST_UNSAVED_H:
        return ()
    message = f"spot takes back all {run_h:.1f} h of a run that saves nothing (checkpoint.to is none)"
    return (CHECKPOINT.broken(message, LONGEST_UNSAVED_H, round(run_h, 2), "h"),)
