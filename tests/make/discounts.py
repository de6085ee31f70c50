"""Discounts files are drawn at random, as an organisation could write them."""

import json
import random
from pathlib import Path
from typing import Any

FAMILIES = ("g5", "g6", "g6e", "g7e", "p4d", "p5", "m7i")
TYPES = ("g5.xlarge", "g6.xlarge", "g6e.xlarge", "g6e.12xlarge", "p4d.24xlarge", "p5.48xlarge", "m7i.large")


def drawn(rng: random.Random, region: str) -> dict[str, Any]:
    """Draw one file whose entries mostly concern what plans choose in the region."""
    names = rng.sample(TYPES, 3)
    commitments: list[dict[str, Any]] = []
    for _ in range(rng.choice([0, 1, 2])):
        until = rng.choice(["2024-01-31", "2030-12-31", "2031-06-30"])
        kind = rng.choice(["ec2_instance_sp", "compute_sp", "reserved"])
        if kind == "reserved":
            commitments.append(counted(rng, kind, region) | {"until": until})
            continue
        usd, rate = f"{rng.uniform(0.05, 30):.2f}", rng.choice([0.37, 0.58, 0.63, 0.66, 0.7])
        family = {"family": rng.choice(FAMILIES), "region": region} if kind == "ec2_instance_sp" else {}
        commitments.append(
            {"kind": kind, **family, "usd_per_hour": usd, "rate_of_on_demand": rate, "until": until}
        )
    return {
        "as_of": "2026-06-30",
        "private_pct": {
            "on_demand": rng.choice([0, 7, 12, 12.5]),
            "spot": rng.choice([0, 3]),
            "families": {rng.choice(FAMILIES): rng.choice([5, 20, 33.3])},
        },
        "rates": [
            {"instance_type": name, "region": region, "usd_per_hour": f"{rng.uniform(0.3, 4):.3f}"}
            for name in names[: rng.choice([0, 1, 2])]
        ],
        "commitments": commitments,
        "capacity": [
            counted(rng, rng.choice(["owned", "odcr", "capacity_block"]), region)
            for _ in range(rng.choice([0, 0, 1]))
        ],
    }


def counted(rng: random.Random, kind: str, region: str) -> dict[str, Any]:
    """Draw a commitment of a number of instances."""
    return {
        "kind": kind,
        "instance_type": rng.choice(TYPES),
        "region": region,
        "count": rng.choice([1, 2, 5]),
        "usd_per_hour": f"{rng.uniform(0, 3):.2f}",
    }


def written(data: dict[str, Any], path: Path) -> str:
    """Write a file and name it."""
    path.write_text(json.dumps(data, indent=1))
    return str(path)
