"""`plimsoll manifests` writes what `plimsoll preview --format k8s` writes, to the byte, without Pulumi."""

from pathlib import Path

import pytest
import yaml

from plimsoll.objects.deployable import deployable
from plimsoll.objects.facts_file import read_stack_facts
from plimsoll.objects.manifest import stream
from plimsoll.plan.of_stack import PlanTerms
from plimsoll.preview.program import run_program
from plimsoll.show.preview.manifests import manifests
from plimsoll.spec.overrides import read_overrides
from tests.make.command import plimsoll
from tests.make.places import ROOT
from tests.make.program import program
from tests.world.engine.example_stacks import by_region

CLUSTER = {
    "create": False,
    "name": "demo",
    "endpoint": "https://example",
    "certificateAuthority": "QQ==",
    "nodeRole": "demo-nodes",
    "nodeRoleArn": "arn:aws:iam::123456789012:role/demo-nodes",
    "subnetIds": ["subnet-1", "subnet-2"],
}
TAGS = {"team": "platform", "cost-center": "0000", "owner-mail": "ml@example.com"}
WITHOUT_IMAGE = (
    "name: fraud\nmeasured: {accelerator: none, qps_per_replica: 9, cpu: 2, memory_gib: 4, source: x}\n"
)
ANY_BUDGET = "budget.usd_per_month=1000000"
SPEC = "model: Qwen/Qwen3-8B\nload: {qps: 1}\n"


def examples(region: str) -> list[Path]:
    return [ROOT / "workloads" / f"{name}.yaml" for name in by_region()[region]]


@pytest.mark.parametrize("nodes", ["karpenter", "auto-mode"])
@pytest.mark.parametrize("region", by_region())
def test_every_example_is_written_as_the_preview_writes_it(region: str, nodes: str) -> None:
    images = {path.stem: "registry.example/own:1" for path in examples(region)}
    config = {
        "region": region,
        "environment": "prod",
        "nodes": nodes,
        "cluster": CLUSTER,
        "tags": TAGS,
        "images": images,
        "workloads": [str(path) for path in examples(region)],
        "gatewayQuery": 'sum(requests{service="{workload}"})',
        "set": [ANY_BUDGET],
    }
    previewed = manifests(run_program(program(config))).files
    stack = yaml.safe_dump({"config": config}).encode()
    said = read_overrides([ANY_BUDGET], ())
    written = deployable(examples(region), read_stack_facts(stack, "stack"), PlanTerms(None, said=said)).files
    assert list(written) == list(previewed)
    assert written == previewed
    assert stream(written) == stream(previewed)


def test_the_mapping_alone_places_a_workload_that_says_who_pays(tmp_path: Path) -> None:
    (tmp_path / "cluster.yaml").write_text(yaml.safe_dump(CLUSTER))
    spec = str(ROOT / "workloads" / "chat-8b.yaml")
    done = plimsoll("manifests", spec, "--cluster", str(tmp_path / "cluster.yaml"), cwd=tmp_path)
    owner = yaml.safe_load(Path(spec).read_text())["owner"]
    config = {
        "region": "us-east-1",
        "environment": owner.get("environment", "dev"),
        "cluster": CLUSTER,
        "tags": {"team": "platform", "cost-center": "0000"},
        "workloads": [spec],
    }
    assert done.returncode == 0, done.stderr
    assert done.stdout == stream(manifests(run_program(program(config))).files)


def test_a_folder_holds_the_same_and_is_written_again(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SPEC)
    (tmp_path / "b.yaml").write_text(SPEC)
    for _ in range(2):
        done = plimsoll("manifests", "a.yaml", "b.yaml", "--out", "out", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    stdout = plimsoll("manifests", "a.yaml", "b.yaml", cwd=tmp_path).stdout
    names = yaml.safe_load((tmp_path / "out" / "kustomization.yaml").read_text())["resources"]
    written = [yaml.safe_load((tmp_path / "out" / name).read_text()) for name in names]
    key = lambda each: (each["kind"], each["metadata"]["name"])  # noqa: E731
    assert sorted(map(key, written)) == sorted(map(key, yaml.safe_load_all(stdout)))
    assert {each["metadata"]["labels"]["plimsoll.dev/workload"] for each in written} == {"a", "b"}


def test_nothing_is_written_without_an_image(tmp_path: Path) -> None:
    (tmp_path / "fraud.yaml").write_text(WITHOUT_IMAGE + "load: {qps: 9}\n")
    (tmp_path / "chat.yaml").write_text(SPEC)
    done = plimsoll("manifests", "chat.yaml", "fraud.yaml", "--out", "out", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (7, "")
    assert "measured.image" in done.stderr
    assert not (tmp_path / "out").exists()
    (tmp_path / "stack.yaml").write_text("cluster: {name: x}\nimages: {fraud: 'registry.example/f:1'}\n")
    done = plimsoll("manifests", "chat.yaml", "fraud.yaml", "--cluster", "stack.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("spec", "code", "said"),
    [
        ("model: {params_b: 13}\nload: {qps: 1}\n", 7, "give weights"),
        (SPEC + "budget: {usd_per_month: 1}\n", 4, "has no plan"),
        (SPEC + "precision: int8\n", 3, "has no plan"),
        ("name: keda\n" + SPEC, 2, "cannot be placed"),
        ("model: Qwen/Qwen3-9B\nload: {qps: 1}\n", 2, "did you mean"),
    ],
)
def test_what_cannot_be_deployed_is_not_written(tmp_path: Path, spec: str, code: int, said: str) -> None:
    (tmp_path / "spec.yaml").write_text(spec)
    done = plimsoll("manifests", "spec.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


def test_what_a_reader_should_know_is_on_stderr(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("model: Llama-3.1-8B\nload: {qps: 1}\n")
    done = plimsoll("manifests", "spec.yaml", cwd=tmp_path)
    assert "gated_model" in done.stderr
    assert "nobody says who pays" in done.stderr
    (deployment,) = [each for each in yaml.safe_load_all(done.stdout) if each["kind"] == "Deployment"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    token = next(each for each in container["env"] if each["name"] == "HF_TOKEN")
    assert token["valueFrom"]["secretKeyRef"]["optional"] is True
