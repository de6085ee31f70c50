"""A thousand different workloads in one process: CPU each, growth, memory.

The bars: 30 ms of CPU each at the median, time for 1,000 ÷ time for 100 ≤ 11, peak 200 MiB.
Workloads differ in model, load, region, limits and capacity; about a fifth are refused and have their
ways out sized. The hundred are every tenth of the thousand, so that both hold the same mixture.
Run: python -m bench.workloads [COUNT]
"""

import random
import resource
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load
from plimsoll.plan.plan import Refusal
from plimsoll.plan.size import size
from plimsoll.plan.write import written
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed

COUNT = 1000
MS_BAR, GROWTH_BAR, MIB_BAR = 30.0, 11.0, 200.0


def workloads(catalog: Catalog, seed: int) -> Iterator[dict[str, Any]]:
    """Specs without end, no two alike; the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311
    models = sorted(name for name, model in catalog.models.items() if model.task in {"llm", "encoder"})
    while True:
        model = catalog.models[draw.choice(models)]
        spec: dict[str, Any] = {
            "model": model.name,
            "load": {
                "qps": round(draw.lognormvariate(1.0, 1.5) + 0.05, 3),
                "input_tokens": draw.randint(50, 3000),
            },
            "region": draw.choice(catalog.regions),
            "capacity": {"spot": draw.choice(["never", "allow", "prefer"])},
        }
        if model.task == "llm":
            spec["load"]["output_tokens"] = draw.randint(20, 800)
            spec["sla"] = {"tpot_p95_ms": draw.choice([20, 40, 80, 150])} if draw.random() < 0.6 else {}
        if draw.random() < 0.3:
            spec["budget"] = {"usd_per_month": draw.choice([2000, 8000, 40000])}
        yield spec


def run(catalog: Catalog, specs: Sequence[dict[str, Any]]) -> tuple[list[float], int]:
    """CPU seconds of each workload, read, sized and written; and how many were refused."""
    seconds: list[float] = []
    refused = 0
    for spec in specs:
        started = time.process_time()
        workload = Workload.model_validate(spec)
        answer = size(workload, catalog.model(spec["model"]), catalog, load_speed())
        written(answer)
        seconds.append(time.process_time() - started)
        refused += isinstance(answer, Refusal)
    return seconds, refused


def main() -> None:
    """Print the three numbers."""
    catalog = load()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    specs = list(islice(workloads(catalog, seed=1), count))
    run(catalog, list(islice(workloads(catalog, seed=0), 5)))
    hundred, _ = run(catalog, specs[::10])
    thousand, refused = run(catalog, specs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ordered = sorted(thousand)
    sys.stdout.write(
        f"{count} workloads ({refused} refused): median {statistics.median(ordered) * 1000:.1f} ms of CPU "
        f"(bar {MS_BAR:g}), 95th percentile {ordered[int(0.95 * count)] * 1000:.1f} ms\n"
        f"time for {count} ÷ time for {count // 10}: {sum(thousand) / sum(hundred):.2f} "
        f"(bar {GROWTH_BAR:g})\n"
        f"peak {peak:.0f} MiB (bar {MIB_BAR:g})\n"
    )


if __name__ == "__main__":
    main()
