"""In the real engine a stack places runs: up twice changes nothing, and nothing stays."""

import pytest
import yaml

from tests.world.engine import example_stacks
from tests.world.engine.harness import Engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

RUNS = ("runs/clinical-8b", "runs/legal-70b", "runs/support-tone")


def test_runs_live_a_whole_life(engine: Engine) -> None:
    engine.copy_checkout()
    for name in RUNS:
        _with_image(engine, name)
    example_stacks.configure(engine, RUNS, region="us-east-1")
    engine.init("dev")
    digest = engine.run("preview", "--json").json
    registered = [step["urn"].rsplit("::", 2)[1:] for step in digest["steps"]]
    made = [token.rpartition(":")[2] for token, _ in registered]
    assert {"Job", "JobSet", "ClusterQueue", "CronJob", "BucketLifecycleConfiguration"} <= {*made}
    assert {"kueue", "jobset"} <= {name for token, name in registered if token.endswith(":Release")}

    engine.up()
    engine.preview("--expect-no-changes")
    engine.up()
    engine.refresh("--expect-no-changes")
    engine.destroy()
    assert engine.cloud.existing() == []


def _with_image(engine: Engine, name: str) -> None:
    path = engine.project / "workloads" / f"{name}.yaml"
    spec = yaml.safe_load(path.read_text())
    spec["engine"] = spec.get("engine", {}) | {"image": "registry.example/train:1"}
    path.write_text(yaml.safe_dump(spec))
