"""One plan, the whole process: CPU and memory beside `python -c "import pydantic, yaml, click"`.

The bar is 3 × that start-up and 90 MiB. Run: python -m bench.plan
"""

import sys
from pathlib import Path

from bench.processes import interleaved

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 11
SPECS = ("chat-8b", "recommendations", "agents-gpt-oss", "contract-rag")
"""A small plan, a measured service, the widest search of the examples, and a refusal."""
RATIO_BAR, MIB_BAR = 3.0, 90.0


def main() -> None:
    """Print one line for each example."""
    main_of = "from plimsoll.cli.main import main; main()"
    commands = [[sys.executable, "-c", "import pydantic, yaml, click"]]
    commands += [
        [sys.executable, "-c", main_of, "plan", str(ROOT / "workloads" / f"{name}.yaml")] for name in SPECS
    ]
    yardstick, *plans = interleaved(commands, ROUNDS)
    sys.stdout.write(f"start-up of pydantic, yaml, click: {yardstick.cpu_s * 1000:.0f} ms of CPU\n")
    for name, usage in zip(SPECS, plans, strict=True):
        ratio = usage.cpu_s / yardstick.cpu_s
        sys.stdout.write(
            f"plimsoll plan {name:<16} {usage.cpu_s * 1000:4.0f} ms of CPU = {ratio:.2f} × "
            f"(bar {RATIO_BAR:g}), peak {usage.peak_mib:.0f} MiB (bar {MIB_BAR:g})\n"
        )


if __name__ == "__main__":
    main()
