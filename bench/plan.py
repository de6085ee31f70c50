"""One plan, the whole process: CPU and memory beside `python -c "import pydantic, yaml, click"`.

The bar of the bare plan (`--no-savings`) is 2.8 × that start-up for the small plan, 3.3 × for the others,
and 90 MiB each; work that ends has 1.3 × the small plan. Savings, and what a pin costs, add at most 1.5 × the
bare plan to it.
Run: python -m bench.plan
"""

import sys
from pathlib import Path

from bench.processes import interleaved

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 11
RATIO_BARS = {"chat-8b": 2.8, "recommendations": 3.3, "agents-gpt-oss": 3.3, "contract-rag": 3.3}
"""A small plan, a measured service, the widest search of the examples, and a refusal."""
OF_CHAT = 1.3
RUNS = ("support-tone", "clinical-8b", "legal-70b", "defect-images")
"""Examples of work that ends; the bar of each is this many times the small plan."""
MIB_BAR = 90.0
SAVINGS_BAR = 2.5
"""The whole plan ÷ the bare one."""
BARE = "--no-savings"


def main() -> None:
    """Print one line for each example."""
    main_of = "from plimsoll.cli.main import main; main()"
    commands = [[sys.executable, "-c", "import pydantic, yaml, click"]]
    names = [*RATIO_BARS, *(f"runs/{name}" for name in RUNS)]
    specs = [str(ROOT / "workloads" / f"{name}.yaml") for name in names]
    commands += [[sys.executable, "-c", main_of, "plan", BARE, spec] for spec in specs]
    commands += [[sys.executable, "-c", main_of, "plan", spec] for spec in specs]
    yardstick, *plans = interleaved(commands, ROUNDS)
    bare, whole = plans[: len(specs)], plans[len(specs) :]
    services, runs = bare[: len(RATIO_BARS)], bare[len(RATIO_BARS) :]
    sys.stdout.write(f"start-up of pydantic, yaml, click: {yardstick.cpu_s * 1000:.0f} ms of CPU\n")
    for name, usage in zip(RATIO_BARS, services, strict=True):
        ratio = usage.cpu_s / yardstick.cpu_s
        sys.stdout.write(
            f"plimsoll plan {name:<16} {usage.cpu_s * 1000:4.0f} ms of CPU = {ratio:.2f} × "
            f"(bar {RATIO_BARS[name]:g}), peak {usage.peak_mib:.0f} MiB (bar {MIB_BAR:g})\n"
        )
    for name, usage in zip(RUNS, runs, strict=True):
        sys.stdout.write(
            f"plimsoll plan {name:<16} {usage.cpu_s * 1000:4.0f} ms of CPU = "
            f"{usage.cpu_s / services[0].cpu_s:.2f} × the small plan (bar {OF_CHAT:g})\n"
        )
    for name, one, all_of_it in zip(names, bare, whole, strict=True):
        sys.stdout.write(
            f"with savings {name:<21} {all_of_it.cpu_s * 1000:4.0f} ms of CPU = "
            f"{all_of_it.cpu_s / one.cpu_s:.2f} × the bare plan (bar {SAVINGS_BAR:g})\n"
        )


if __name__ == "__main__":
    main()
