"""CPU time and peak memory of whole processes, as the kernel counts them for a finished child."""

import os
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

KIB = 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds (user and system) and peak resident memory in MiB of one process."""

    cpu_s: float
    peak_mib: float


def usage_of(command: Sequence[str]) -> Usage:
    """Run a command with its output thrown away; its own usage, not that of its neighbours."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return Usage(used.ru_utime + used.ru_stime, used.ru_maxrss / KIB)


def interleaved(commands: Sequence[Sequence[str]], rounds: int) -> list[Usage]:
    """The median usage of each command, run in turns so that a busy moment hits them all alike."""
    found: list[list[Usage]] = [[] for _ in commands]
    for _ in range(rounds):
        for runs, command in zip(found, commands, strict=True):
            runs.append(usage_of(command))
    return [
        Usage(statistics.median(run.cpu_s for run in runs), max(run.peak_mib for run in runs))
        for runs in found
    ]
