"""Plans of runs, and their objects on a cluster that nobody describes."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from plimsoll.catalog.tables import load
from plimsoll.objects.cluster import FileSystemPlace
from plimsoll.objects.facts_file import UNSAID
from plimsoll.objects.runs.run import RunObjects, run_objects
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.plan.runs.size import size_run
from plimsoll.spec.runs.read import LoadedRun, load_any
from plimsoll.speed.read import load_speed
from plimsoll.text.documents import yaml_text

MEASURED = {
    "kind": "training",
    "measured": {
        "accelerator": "A10G",
        "samples_per_s": 900,
        "accelerator_memory_gib": 9,
        "cpu": 4,
        "memory_gib": 14,
        "params_b": 0.0256,
        "source": "one epoch, 2026-10-02",
    },
    "load": {"samples": 1281167, "epochs": 90},
    "engine": {"image": "registry.example/train:1"},
}
"""ResNet-50 on ImageNet by a measured speed: a run that fits one node or several."""

ON_SPOT = MEASURED | {
    "sla": {"run_p90_h": 24},
    "capacity": {"spot": "prefer", "allow": ["g5"]},
    "pin": {"nodes": 2},
    "runs_per_month": 2,
}
"""Two nodes on spot, with on-demand behind."""


def planned(folder: Path, spec: Mapping[str, Any], name: str = "run") -> RunPlan:
    """Plan a run; `folder` holds its spec."""
    path = folder / f"{name}.yaml"
    path.write_text(yaml_text(dict(spec)), encoding="utf-8")
    catalog = load()
    loaded = load_any(path, catalog)
    assert isinstance(loaded, LoadedRun)
    answer = size_run(loaded.spec, loaded.architecture, catalog, load_speed())
    assert isinstance(answer, RunPlan), answer
    return answer


def objects(plan: RunPlan) -> RunObjects:
    """Build the objects of a run."""
    facts = replace(UNSAID.of(plan.workload["name"], {}), file_systems=LUSTRE_PLACE)
    return run_objects(plan, facts)


BY_TRAINER = MEASURED | {"engine": {"name": "trainer", "image": "registry.example/train:1"}}
"""A run that Kubeflow's trainer makes the gang of."""

ON_LUSTRE = MEASURED | {"checkpoint": {"to": "fsx"}, "capacity": {"allow": ["g5"]}}
"""A run that saves to a file system of its own."""

LUSTRE_PLACE = FileSystemPlace("subnet-0123456789abcdef0", "sg-0123456789abcdef0")
"""Where its file system stands."""
