"""The plan of every example; one that does not fit its own budget is planned without it."""

import json
import tempfile
from functools import cache
from pathlib import Path

import yaml

from plimsoll.catalog.tables import load
from plimsoll.plan.of_stack import NoPlanError, plan_workloads
from plimsoll.plan.plan import Plan
from plimsoll.spec.read import load_workload

QUERY = "sum(rate(arrivals{app='{workload}'}[1m]))"
"""Requests in flight where no pod can count them: what scaling to zero needs."""


@cache
def example(spec: Path) -> tuple[str, Plan]:
    """The region of an example's choice, and its plan there."""
    region = load_workload(spec, load()).workload.region_names[0]
    try:
        (document,) = plan_workloads([spec], region, None).values()
    except NoPlanError:
        with tempfile.TemporaryDirectory() as folder:
            data = yaml.safe_load(spec.read_text())
            del data["budget"]
            path = Path(folder) / spec.name
            path.write_text(json.dumps(data))
            (document,) = plan_workloads([path], region, None).values()
    return region, document
