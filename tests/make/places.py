"""Where things stand: the repository, the cases that people read, the example workloads."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
EXAMPLES = sorted((ROOT / "workloads").glob("*.yaml"))
