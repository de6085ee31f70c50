"""Fit how much of the model's rate offline runs reach; write plimsoll/catalog/data/speed/offline.json.

    python -m speed_fit.offline POINTS.csv...

Offline runs of one model and one shape of request are compared with what the model says of as many sequences
as the clients of those runs kept in flight. Same points, same file.
"""

import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load
from plimsoll.ground.problems import PlimsollError
from plimsoll.sizing.traffic import traffic_of
from plimsoll.sizing.work.base import Assignment
from plimsoll.sizing.work.registry import work_of
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed

TARGET = Path(__file__).parent.parent / "plimsoll" / "catalog" / "data" / "speed" / "offline.json"
IN_FLIGHT = 64
"""Sequences in flight: as many as the throughput runs of guidellm kept (47 to 75 with an 8B model)."""

ANCHOR = {"model": "Llama-3.1-8B", "isl": "256", "osl": "128"}
"""The model and the requests that were measured on most accelerators."""

FAMILY = "sparecores-vllm"
"""The family of sources whose offline runs say how much was in flight."""

Row = Mapping[str, str]


def main(arguments: Sequence[str]) -> None:
    """Compare and write."""
    rows = [row for path in arguments for row in _offline(Path(path))]
    catalog = load()
    anchors = [row for row in rows if all(row[key] == value for key, value in ANCHOR.items())]
    shares: dict[str, float] = {}
    for row in anchors:
        ratio = _ratio(row, catalog)
        if ratio is not None:
            name = row["gpu_catalog"]
            shares[name] = max(shares.get(name, 0.0), ratio)
    least = min(shares.values())
    left = sorted(
        ratio / shares.get(row["gpu_catalog"], least)
        for row in rows
        if (ratio := _ratio(row, catalog)) is not None
    )
    written = {
        "_comment": "Written by speed_fit/offline.py; see speed_fit/README.md. Do not edit by hand.",
        "in_flight": IN_FLIGHT,
        "shares": {name: float(f"{shares[name]:.4g}") for name in sorted(shares)},
        "otherwise": float(f"{least:.4g}"),
        "interval": [float(f"{left[int(len(left) * share)]:.3g}") for share in (0.1, 0.9)],
        "rows": len(left),
    }
    TARGET.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def _offline(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            wanted = (row["scenario"], row["metric"], row["engine"], row["tp"])
            if (
                wanted == ("offline", "output_tok_s", "vLLM", "1")
                and row["source_family"] == "sparecores-vllm"
            ):
                yield row


def _ratio(row: Row, catalog: Catalog) -> float | None:
    """Measured ÷ what the model says of as many sequences; None where it says nothing."""
    load_said = {"qps": 1, "input_tokens": float(row["isl"]), "output_tokens": float(row["osl"])}
    precision = row["weight_precision"].replace("fp16", "bf16")
    try:
        spec = from_data(
            {"name": "point", "model": row["model"], "load": load_said, "precision": precision},
            catalog,
            file="point",
        )
    except PlimsollError:
        return None
    traffic = traffic_of(spec.workload.load, spec.architecture)
    work = work_of(Assignment(spec.workload, spec.architecture, catalog, load_speed(), traffic))
    for name in catalog.planned:
        instance = catalog.instance_types[name]
        if instance.accelerator != row["gpu_catalog"] or instance.accelerator_fraction < 1:
            continue
        loaded = next((each.loaded for each in work.on(instance) if each.tensor_parallel == 1), None)
        if loaded is None:
            return None
        said = loaded.replica.qps_of(min(float(IN_FLIGHT), loaded.replica.full_batch)) * float(row["osl"])
        return float(row["value"]) / said
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
