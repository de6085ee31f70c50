"""Where things stand: the repository, the cases that people read, the example workloads."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
EVERY_EXAMPLE = sorted((ROOT / "workloads").glob("*.yaml"))
RUNS = [path for path in EVERY_EXAMPLE if "\nkind: " in path.read_text(encoding="utf-8")]
"""Examples of work that ends; every other is a service."""
EXAMPLES = [path for path in EVERY_EXAMPLE if path not in RUNS]
