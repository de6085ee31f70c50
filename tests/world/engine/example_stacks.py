"""The example workloads, grouped into stacks by a region that all of a stack can have."""

from pathlib import Path
from typing import Any

import yaml

from plimsoll.plan.of_stack import plan_workloads
from tests.make.places import EXAMPLES
from tests.world.engine.harness import Engine

STACK = Path("stacks") / "Pulumi.dev.yaml"


DEFAULT_REGION = "us-east-1"


def by_region() -> dict[str, tuple[str, ...]]:
    """Every example under the first region it allows."""
    groups: dict[str, list[str]] = {}
    for path in EXAMPLES:
        spec = yaml.safe_load(path.read_text())
        region = (spec.get("regions") or [spec.get("region", DEFAULT_REGION)])[0]
        groups.setdefault(region, []).append(path.stem)
    return {region: tuple(names) for region, names in sorted(groups.items())}


def configure(engine: Engine, workloads: tuple[str, ...], **config: Any) -> None:
    """Rewrite the configuration of the stack `dev`: these workloads, this configuration."""
    path = engine.project / STACK
    found = yaml.safe_load(path.read_text())
    values = found["config"]
    title = next(key for key in values if key.endswith("workloads")).removesuffix("workloads")
    listed = {"workloads": [f"workloads/{name}.yaml" for name in workloads]}
    found["config"] = values | {f"{title}{key}": value for key, value in (listed | config).items()}
    path.write_text(yaml.safe_dump(found))


def change_spec(engine: Engine, name: str, **change: Any) -> None:
    """Put values into a workload's spec; a None takes a key away."""
    path = engine.project / "workloads" / f"{name}.yaml"
    spec = yaml.safe_load(path.read_text()) | change
    path.write_text(yaml.safe_dump({key: value for key, value in spec.items() if value is not None}))


def chosen_type(engine: Engine, name: str, nodes: str) -> str:
    """The instance type that the example's plan takes now, where this node maker makes the nodes."""
    spec = engine.project / "workloads" / f"{name}.yaml"
    (plan,) = plan_workloads([spec], None, None, nodes=nodes).values()
    return plan.chosen.instance_type


def double_the_traffic(engine: Engine, name: str, pin: dict[str, str] | None = None) -> None:
    """Twice the requests; what would forbid growing (budget, bounds, another pin) is lifted."""
    path = engine.project / "workloads" / f"{name}.yaml"
    load_ = yaml.safe_load(path.read_text())["load"]
    for key in ("qps", "concurrency"):
        value = load_.get(key)
        if isinstance(value, dict):
            load_[key] = {part: 2 * amount for part, amount in value.items()}
        elif value is not None:
            load_[key] = 2 * value
    change_spec(engine, name, load=load_, budget=None, pin=pin, scale=None)
