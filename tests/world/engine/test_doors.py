"""The other doors into this project: `pulumi new` from a checkout, and its components from a YAML program."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from tests.make.places import ROOT
from tests.world.engine import graph_forms
from tests.world.engine.harness import CARRIED, Engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

YAML_PROGRAM = """\
name: other-language
runtime: yaml
config:
  pulumi:disable-default-providers: [aws, kubernetes]
resources:
  gpus:
    type: plimsoll:index:GpuCluster
    properties:
      clusterName: other
      region: us-east-1
      owner: {team: search, costCenter: "4711", environment: prod}
  chat:
    type: plimsoll:index:GpuWorkload
    properties:
      spec:
        name: chat
        model: meta-llama/Llama-3.1-8B-Instruct
        load: {qps: 2, input_tokens: 1000, output_tokens: 200}
      region: us-east-1
      clusterName: other
      endpoint: ${gpus.endpoint}
      certificateAuthority: ${gpus.certificateAuthority}
      nodeRole: ${gpus.nodeRole}
      owner: {team: search, costCenter: "4711", environment: prod}
outputs:
  url: ${chat.url}
"""


def _checkout(folder: Path) -> Path:
    """What a clone of the repository holds, as far as a new project is made of it."""
    for name in (*CARRIED, "README.md"):
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return folder


def _environment(package: Path) -> None:
    """An environment in which everything is installed, to the eyes of a pip without an index.

    The engine makes one for a package and updates pip, setuptools and wheel in it; that would go online.
    """
    subprocess.run([sys.executable, "-m", "venv", package / ".venv"], check=True)
    site = next((package / ".venv").glob("lib/python*/site-packages"))
    (site / "installed.pth").write_text(f"{sysconfig.get_path('purelib')}\n{package}\n")
    wheel = site / "wheel-99.dist-info"
    wheel.mkdir()
    (wheel / "METADATA").write_text("Metadata-Version: 2.1\nName: wheel\nVersion: 99\n")
    (package / "components" / "requirements.txt").unlink(missing_ok=True)


def test_a_new_project_from_the_checkout_previews_at_once(engine: Engine, tmp_path: Path) -> None:
    template = _checkout(tmp_path / "checkout")
    engine.run("new", str(template), "--yes", "--name", "demo", "--generate-only")
    project = yaml.safe_load((engine.project / "Pulumi.yaml").read_text())
    assert project["name"] == "demo"
    assert "template" not in project

    (engine.project / ".venv").symlink_to(Path(sys.prefix))
    engine.init("dev")
    types = {node["type"] for node in graph_forms.of_engine(engine.run("preview", "--json").json).values()}
    assert {"aws:eks/cluster:Cluster", "kubernetes:karpenter.sh/v1:NodePool"} <= types


def test_the_components_serve_a_yaml_program(engine: Engine, tmp_path: Path) -> None:
    package = _checkout(tmp_path / "checkout")
    _environment(package)
    engine.write({"Pulumi.yaml": YAML_PROGRAM})
    engine.run("package", "add", str(package / "components"), PIP_NO_INDEX="1")
    engine.run("stack", "init", "dev")

    engine.up()
    created = set(engine.created())
    assert {"aws:eks/cluster:Cluster", "kubernetes:karpenter.sh/v1:NodePool"} <= created
    assert engine.run("stack", "output", "url").out.strip() == "http://chat.chat.svc"
    engine.preview("--expect-no-changes")
    engine.destroy()
    assert engine.cloud.existing() == []
