"""The console blocks of the README and of `docs/`: read them, run them, and rewrite their transcripts.

A block behind a line `<!-- run -->` is run. A command line may end in `# exit N`. Output below the
commands is what the last command printed; `python -m tests.make.readme_console` rewrites it.
"""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.make.places import ROOT

DAY = "2026-11-28"
"""The day on which the pages' commands were run: a report judges by it, and proposes dates."""

README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))
_BLOCK = re.compile(r"(<!-- run -->\n)?```console\n(.*?)```", re.DOTALL)
_EXIT = re.compile(r"\s+# exit (\d+)$")


@dataclass(frozen=True)
class Block:
    """One console block: its commands with the exit code each should have, and the transcript below."""

    run: bool
    commands: tuple[tuple[str, int], ...]
    transcript: str
    start: int
    end: int


def blocks(text: str) -> list[Block]:
    """Every console block of a Markdown text."""
    found: list[Block] = []
    for match in _BLOCK.finditer(text):
        lines = match.group(2).splitlines()
        commands = [line[2:] for line in lines if line.startswith("$ ")]
        output = [line for line in lines if not line.startswith("$ ")]
        pairs = tuple((_EXIT.sub("", c), int(m.group(1)) if (m := _EXIT.search(c)) else 0) for c in commands)
        found.append(Block(bool(match.group(1)), pairs, "\n".join(output), match.start(2), match.end(2)))
    return found


BESIDE_SPECS = ("workloads", "examples")
"""The folders of the repository that commands write to: a lock stands beside its spec."""


def workplace(folder: Path) -> Path:
    """A folder that looks like the repository, where commands may write without touching it."""
    for entry in ROOT.iterdir():
        if entry.name in BESIDE_SPECS:
            shutil.copytree(entry, folder / entry.name)
        else:
            (folder / entry.name).symlink_to(entry)
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one command line (with an optional `> file`) with the project's own environment first on PATH."""
    path = f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "110", "PLIMSOLL_TODAY": DAY}
    for name in ("FORCE_COLOR", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"):  # `make test` may be what runs us
        environment.pop(name, None)
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip


def rewritten(text: str) -> str:
    """The text with the transcript of every run block as the commands print it now."""
    with tempfile.TemporaryDirectory() as name:
        folder = workplace(Path(name))
        parts: list[str] = []
        position = 0
        for block in blocks(text):
            parts.append(text[position : block.start])
            position = block.end
            if not block.run:
                parts.append(text[block.start : block.end])
                continue
            shown = text[block.start : block.end].splitlines()
            lines = [line for line in shown if line.startswith("$ ")]
            output = ""
            for command, _ in block.commands:
                output = run(command, folder).stdout
            parts.append("\n".join([*lines, *output.rstrip().splitlines()]) + "\n")
        parts.append(text[position:])
        return "".join(parts)


def program_of(command: str) -> str:
    """The program that a command line starts."""
    return shlex.split(command)[0]


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(rewritten(page.read_text(encoding="utf-8")), encoding="utf-8")
