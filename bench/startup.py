"""CPU time of the program process, beside the same resources registered by hand in a plain program.

By hand means with the typed SDK classes, as a person writes it; `bare` is the least that can be done:
the same registrations as tokens and dictionaries, with nothing read, sized or checked.

Run: python bench/startup.py [workloads…]
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
SPEC = ROOT / "workloads/chat-8b.yaml"

CONFIG = {
    "region": "us-east-1",
    "cluster": {"name": "bench"},
    "tags": {"team": "platform", "cost-center": "0000"},
    "gatewayQuery": "sum(requests_in_flight)",
}


def run_ours(specs: list[str]) -> None:
    """The real program on these specs."""
    from plimsoll.preview.program import Program, run_program

    values = {**CONFIG, "workloads": specs}
    text = {f"plimsoll:{k}": v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}
    run_program(Program(ROOT, ROOT / "stacks/__main__.py", "plimsoll", "bench", text))


def run_file(path: str) -> None:
    """A plain program under the same recording monitor."""
    from plimsoll.preview.program import Program, run_program

    run_program(Program(ROOT, Path(path), "plimsoll", "bench", {}))


def dump(specs: list[str], folder: Path) -> None:
    """Write the plain programs that register what the real one registers."""
    from bench.by_hand import bare_program, typed_program
    from plimsoll.preview.program import Program, run_program

    values = {**CONFIG, "workloads": specs}
    text = {f"plimsoll:{k}": v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}
    graph = run_program(Program(ROOT, ROOT / "stacks/__main__.py", "plimsoll", "bench", text))
    (folder / "typed.py").write_text(typed_program(graph))
    (folder / "bare.py").write_text(bare_program(graph))


def measure(*arguments: str) -> tuple[float, float]:
    """Median CPU seconds and the greatest peak, in MiB, of fresh processes."""
    seconds: list[float] = []
    peak = 0.0
    for _ in range(ROUNDS):
        started = subprocess.Popen([sys.executable, __file__, *arguments], cwd=ROOT)  # noqa: S603
        _, status, used = os.wait4(started.pid, 0)
        if status:
            raise SystemExit(f"{arguments[0]} failed")
        seconds.append(used.ru_utime + used.ru_stime)
        peak = max(peak, used.ru_maxrss / 1024)
    return statistics.median(seconds), peak


def copies(count: int, folder: Path) -> list[str]:
    """`count` specs that differ in name and load."""
    paths: list[str] = []
    for index in range(count):
        path = folder / f"chat-{index}.yaml"
        text = SPEC.read_text().replace("name: chat-8b", f"name: chat-{index}")
        path.write_text(text)
        paths.append(str(path))
    return paths


def say(line: str) -> None:
    """Print one line of the table at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = copies(1, folder)
        measure("dump", name, *one)
        rows = {
            "ours, 1 workload": measure("ours", *one),
            "by hand, typed SDK": measure("file", str(folder / "typed.py")),
            "bare registrations": measure("file", str(folder / "bare.py")),
        }
        base = rows["ours, 1 workload"][0]
        for label, (seconds, mib) in rows.items():
            say(f"{label:<22}{seconds:>8.2f} s CPU{mib:>8.0f} MiB peak")
        say(f"ours / typed by hand  {base / rows['by hand, typed SDK'][0]:>8.2f}   (bar: 1.30)")
        say(f"ours / bare           {base / rows['bare registrations'][0]:>8.2f}")
        ten, hundred = (measure("ours", *copies(n, folder)) for n in (10, 100))
        slope = (ten[0] - base) / 9
        linear = base + slope * 99
        say(f"10 workloads          {ten[0]:>8.2f} s CPU{ten[1]:>8.0f} MiB")
        say(f"100 workloads         {hundred[0]:>8.2f} s CPU{hundred[1]:>8.0f} MiB")
        say(f"100 / linear          {hundred[0] / linear:>8.2f}   (bar: 1.20)")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    match sys.argv[1:]:
        case ["ours", *specs]:
            run_ours(specs)
        case ["file", path]:
            run_file(path)
        case ["dump", folder, *specs]:
            dump(specs, Path(folder))
        case _:
            main()
