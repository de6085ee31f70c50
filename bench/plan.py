"""One plan, the whole process: CPU and memory beside `python -c "import pydantic, yaml, click"`.

The bar is 2.8 × that start-up for the small plan, 3.3 × for the others, and 90 MiB each.
Run: python -m bench.plan
"""

import sys
from pathlib import Path

from bench.processes import interleaved

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 11
RATIO_BARS = {"chat-8b": 2.8, "recommendations": 3.3, "agents-gpt-oss": 3.3, "contract-rag": 3.3}
"""A small plan, a measured service, the widest search of the examples, and a refusal."""
MIB_BAR = 90.0


def main() -> None:
    """Print one line for each example."""
    main_of = "from plimsoll.cli.main import main; main()"
    commands = [[sys.executable, "-c", "import pydantic, yaml, click"]]
    commands += [
        [sys.executable, "-c", main_of, "plan", str(ROOT / "workloads" / f"{name}.yaml")]
        for name in RATIO_BARS
    ]
    yardstick, *plans = interleaved(commands, ROUNDS)
    sys.stdout.write(f"start-up of pydantic, yaml, click: {yardstick.cpu_s * 1000:.0f} ms of CPU\n")
    for name, usage in zip(RATIO_BARS, plans, strict=True):
        ratio = usage.cpu_s / yardstick.cpu_s
        sys.stdout.write(
            f"plimsoll plan {name:<16} {usage.cpu_s * 1000:4.0f} ms of CPU = {ratio:.2f} × "
            f"(bar {RATIO_BARS[name]:g}), peak {usage.peak_mib:.0f} MiB (bar {MIB_BAR:g})\n"
        )


if __name__ == "__main__":
    main()
