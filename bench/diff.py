"""A diff of all example workloads, the whole process: its CPU beside that of planning them all.

The bars are 3 × where three of them changed, and 5 × where all did: prices too, since locks of an earlier day
stand beside the earlier specs. Run: python -m bench.diff
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.processes import interleaved

ROOT = Path(__file__).resolve().parent.parent
SPECS = sorted((ROOT / "workloads").glob("*.yaml"))
ROUNDS = 7
CHANGED = ("agents-gpt-oss", "chat-8b", "contract-rag")
"""The widest search of the examples, a small one, and one between."""
OLD_DAY = "2026-02-15"
BARS = {"three changed": 3.0, "all changed, and their prices": 5.0}
RUN = (sys.executable, "-c", "from plimsoll.cli.main import main; main()")


def main() -> None:
    """Print one line for each case."""
    os.environ["PLIMSOLL_TODAY"] = OLD_DAY  # no word of the age of prices
    with tempfile.TemporaryDirectory() as scratch:
        sides = _sides(Path(scratch))
        commands = [[*RUN, "plan", *map(str, SPECS)]]
        commands += [[*RUN, "diff", *map(str, pair), "--format", "json"] for pair in sides]
        plan, *diffs = interleaved(commands, ROUNDS)
    sys.stdout.write(f"plimsoll plan, {len(SPECS)} workloads: {plan.cpu_s * 1000:.0f} ms of CPU\n")
    for (name, bar), usage in zip(BARS.items(), diffs, strict=True):
        ratio = usage.cpu_s / plan.cpu_s
        sys.stdout.write(
            f"plimsoll diff, {name}: {usage.cpu_s * 1000:.0f} ms of CPU = {ratio:.2f} × (bar {bar:g})\n"
        )


def _sides(scratch: Path) -> list[tuple[Path, Path]]:
    """Write two pairs of folders: three specs changed; every spec changed, and locked on an earlier day."""
    few = _copy(scratch / "few", CHANGED)
    every = _copy(scratch / "every", [spec.stem for spec in SPECS])
    locked = _copy(scratch / "locked", ())
    for spec in sorted(locked.glob("*.yaml")):
        # What had no plan on that day is not locked, and stands there as its spec.
        command = [*RUN, "lock", str(spec), "--on", OLD_DAY]
        subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    return [(ROOT / "workloads", few), (locked, every)]


def _copy(folder: Path, changed: Sequence[str]) -> Path:
    """Copy the examples; the changed ones ask for another availability, which every kind of work has."""
    folder.mkdir()
    for spec in SPECS:
        text = spec.read_text(encoding="utf-8")
        (folder / spec.name).write_text(_changed(text) if spec.stem in changed else text, encoding="utf-8")
    return folder


def _changed(text: str) -> str:
    spec: dict[str, Any] = yaml.safe_load(text)
    sla = spec.setdefault("sla", {})
    sla["availability"] = 0.99 if sla.get("availability", 0) >= 0.999 else 0.999
    return yaml.safe_dump(spec)


if __name__ == "__main__":
    main()
