"""Run every bench of this folder, each in a process of its own: `python -m bench [NAME…]`."""

import ast
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def benches() -> list[str]:
    """The modules that have something to run, by name."""
    return [file.stem for file in sorted(FOLDER.glob("[a-z]*.py")) if _runs(file)]


def _runs(file: Path) -> bool:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)


def main() -> int:
    """Run the named benches, or all; the exit code is the worst of theirs."""
    worst = 0
    for name in sys.argv[1:] or benches():
        sys.stdout.write(f"== {name} ==\n")
        sys.stdout.flush()
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=FOLDER.parent, check=False)  # noqa: S603
        worst = max(worst, done.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
