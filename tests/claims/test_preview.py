"""`plimsoll preview` as a person uses it: answers on stdout, mistakes with file and line, whole files."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from plimsoll.cli.main import main
from plimsoll.plan.of_stack import plan_workloads
from tests.make.places import ROOT

SPEC = """\
model: meta-llama/Llama-3.1-8B-Instruct
load: {qps: 5, input_tokens: 1000, output_tokens: 200}
owner: {team: search, cost_center: "4711"}
"""
STACK = """\
config:
  region: us-east-1
  environment: dev
  cluster:
    name: demo
  workloads:
    - workloads/chat.yaml
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "stacks").mkdir()
    (tmp_path / "workloads").mkdir()
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    shutil.copy(ROOT / "stacks/__main__.py", tmp_path / "stacks")
    (tmp_path / "stacks/Pulumi.dev.yaml").write_text(
        STACK + "  tags: {team: platform, cost-center: '0000'}\n"
    )
    (tmp_path / "workloads/chat.yaml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(project, capsys):
    def call(*args: str):
        with pytest.raises(SystemExit) as ending:
            main(["preview", *args])
        said = capsys.readouterr()
        return ending.value.code, said.out, said.err

    return call


def test_the_tree_shows_prices_and_a_total(run):
    code, out, err = run()
    assert (code, err) == (0, "")
    assert "NodePool chat-base" in out
    total = next(line for line in out.splitlines() if line.startswith("Total:"))
    root = next(line for line in out.splitlines() if line.startswith("Stack plimsoll-dev"))
    assert total.split("ceiling ")[1].split()[0] == root.split()[-1]
    assert "Policies:" in out


def test_json_is_the_graph_with_prices_that_add_up(run):
    from decimal import Decimal

    code, out, _ = run("--format", "json")
    assert code == 0
    document = json.loads(out)
    assert document["schema"] == "plimsoll.dev/preview/v1"
    keys = {"urn", "type", "name", "parent", "provider", "inputs", "dependencies", "usd_per_month"}
    assert all(keys <= set(found) for found in document["resources"])
    sums = sum(Decimal(found["usd_per_month"]["ceiling"]) for found in document["resources"])
    assert sums == Decimal(document["usd_per_month"]["ceiling"])
    urns = {found["urn"] for found in document["resources"]}
    for found in document["resources"]:
        assert {found["parent"], *found["dependencies"]} - {None} <= urns


def test_the_same_stack_gives_the_same_bytes(run):
    assert run("--format", "json") == run("--format", "json")
    assert run("--format", "k8s") == run("--format", "k8s")


def test_a_preview_is_what_check_reads(run, project, capsys):
    _, out, _ = run("--format", "json")
    (project / "preview.json").write_text(out)
    with pytest.raises(SystemExit) as ending:
        main(["check", "preview.json", "--format", "json"])
    verdict = json.loads(capsys.readouterr().out)
    assert ending.value.code == 0
    assert verdict["usd_per_month"]["ceiling"] == json.loads(out)["usd_per_month"]["ceiling"]


def test_a_spec_can_be_previewed_without_editing_the_stack(run, project):
    (project / "other.yaml").write_text(SPEC + "region: eu-west-1\n")
    code, out, _ = run("--spec", "other.yaml")
    assert code == 0
    assert "in eu-west-1" in out
    assert "NodePool other-base" in out


def test_a_stack_is_previewed_as_if_its_specs_said_so(run, project):
    spec = project / "workloads/chat.yaml"
    _, there, _ = run(
        "--region", "eu-west-1", "--set", "load.qps=9", "--set", "owner.team='007'", "--format", "json"
    )
    assert spec.read_text() == SPEC
    spec.write_text(SPEC.replace("qps: 5", "qps: 9").replace("search", '"007"') + "region: eu-west-1\n")
    stack = project / "stacks/Pulumi.dev.yaml"
    stack.write_text(stack.read_text().replace("us-east-1", "eu-west-1"))
    _, said, _ = run("--format", "json")
    assert json.loads(there) == json.loads(said)


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (("--set", "load.qps=x"), '--set load.qps=x: load.qps: "x" is text, where a number belongs'),
        (("--region", "eu-west-9"), "--region: no region 'eu-west-9' in the catalogue"),
    ],
)
def test_what_a_preview_cannot_take_is_said_by_its_option(run, option, says):
    code, out, err = run(*option)
    assert (code, out) == (2, "")
    assert err.startswith(says)


@pytest.mark.parametrize(("usd", "code"), [("1000", 7), ("5000", 0)])
def test_the_stack_holds_its_own_budget(run, project, usd, code):
    with (project / "stacks/Pulumi.dev.yaml").open("a") as stack:
        stack.write(f'  budget: {{usdPerMonth: "{usd}"}}\n')
    ended, out, err = run()
    assert (ended, err) == (code, "")
    assert ("over the budget of $1,000.00" in out) == bool(code)
    ended, out, err = run("--format", "json")
    assert ended == code
    assert json.loads(out)["resources"]
    assert ("blocked by budget" in err) == bool(code)
    _, folder, _ = run("--format", "k8s", "--out", "manifests")
    assert folder == ""
    assert (project / "manifests").exists() != bool(code), "what is refused is not written"
    _, stream, _ = run("--format", "k8s")
    assert ("kind: Deployment" in stream) != bool(code), "nor can it be piped to kubectl"


def test_a_budget_without_anybody_to_tell_needs_no_aws_budget(run, project):
    with (project / "stacks/Pulumi.dev.yaml").open("a") as stack:
        stack.write('  budget: {usdPerMonth: "5000"}\n')
    assert "aws:budgets" not in run("--format", "json")[1]


def test_known_subnets_are_no_network_of_ours_and_cost_none(run, project):
    stack = project / "stacks/Pulumi.dev.yaml"
    whole = json.loads(run("--format", "json")[1])
    stack.write_text(
        stack.read_text().replace("name: demo", "name: demo\n    subnetIds: [subnet-0a, subnet-0b]")
    )
    code, out, err = run("--format", "json")
    assert (code, err) == (0, "")
    bare = json.loads(out)
    assert not any("natGateway" in found["type"] for found in bare["resources"])
    assert float(bare["usd_per_month"]["ceiling"]) < float(whole["usd_per_month"]["ceiling"])
    (cluster,) = [found for found in bare["resources"] if found["type"] == "plimsoll:index:Cluster"]
    children = [found for found in bare["resources"] if cluster["urn"] in (found["urn"], found["parent"])]
    shared = sum(float(found["usd_per_month"]["ceiling"]) for found in children)
    assert float(cluster["inputs"]["ceiling"]["usdPerMonth"]) == pytest.approx(shared)


def test_a_cluster_that_exists_costs_nothing_here(run, project):
    stack = project / "stacks/Pulumi.dev.yaml"
    theirs = (
        "name: demo",
        "create: false",
        "endpoint: https://x",
        "certificateAuthority: Zm9v",
        "nodeRole: n",
    )
    stack.write_text(stack.read_text().replace("name: demo", "\n    ".join(theirs)))
    code, out, _ = run("--format", "json")
    assert code == 0
    document = json.loads(out)
    assert not any(found["type"].startswith("aws:eks") for found in document["resources"])
    (plan,) = plan_workloads([project / "workloads/chat.yaml"], "us-east-1", None).values()
    assert document["usd_per_month"]["ceiling"] == plan.ceiling_usd("workload")


def test_manifests_are_one_file_per_object_and_replace_the_folder_whole(run, project):
    code, out, err = run("--format", "k8s", "--out", "manifests")
    assert (code, out) == (0, "")
    assert "Helm chart karpenter" in err
    index = yaml.safe_load((project / "manifests/kustomization.yaml").read_text())
    written = sorted(
        str(path.relative_to(project / "manifests"))
        for path in (project / "manifests").rglob("*.yaml")
        if path.name != "kustomization.yaml"
    )
    assert index["resources"] == written == sorted(written)
    for name in written:
        (document,) = yaml.safe_load_all((project / "manifests" / name).read_text())
        assert {"apiVersion", "kind", "metadata"} <= set(document)
    stale = project / "manifests/chat/configmap-stale.yaml"
    stale.write_text("{}")
    run("--format", "k8s", "--out", "manifests")
    assert not stale.exists()
    assert [path.name for path in project.iterdir() if path.name.startswith(".")] == []


def test_a_folder_of_somebody_else_is_left_alone(run, project):
    (project / "mine").mkdir()
    (project / "mine/notes.txt").write_text("keep")
    code, out, err = run("--format", "k8s", "--out", "mine")
    assert (code, out) == (2, "")
    assert "was not written by this command" in err
    assert (project / "mine/notes.txt").read_text() == "keep"


def test_secrets_are_in_no_output(run, project):
    stack = project / "stacks/Pulumi.dev.yaml"
    stack.write_text(stack.read_text() + "  huggingFaceToken: hf_plain_text\n")
    for form in ("tree", "json", "k8s"):
        code, out, err = run("--format", form, "--graph", "g.svg")
        assert code == 0
        assert "hf_plain" not in out + err + (project / "g.svg").read_text()
    assert "Secret chat-hugging-face: it holds a secret" in err
    assert "secretKeyRef" in out


def test_an_encrypted_value_needs_no_passphrase(run, project):
    stack = project / "stacks/Pulumi.dev.yaml"
    stack.write_text(stack.read_text() + "  huggingFaceToken:\n    secure: AAABBBCCC\n")
    code, out, _ = run("--format", "json")
    assert code == 0
    assert "AAABBBCCC" not in out
    assert '"[secret]"' in out


def test_the_picture_is_well_formed_and_names_what_is_built(run, project):
    from xml.etree import ElementTree

    code, _, err = run("--graph", "deep/picture.svg")
    assert code == 0
    assert "wrote deep/picture.svg" in err
    root = ElementTree.fromstring((project / "deep/picture.svg").read_text())
    texts = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert any("NodePool chat-base" in (text or "") for text in texts)
    assert (project / "deep/picture.svg").stat().st_mode & 0o777 == 0o644
    width, height = float(root.get("width")), float(root.get("height"))
    for element in root.iter():
        if element.tag.endswith("rect"):
            right = float(element.get("x", 0)) + float(element.get("width"))
            bottom = float(element.get("y", 0)) + float(element.get("height"))
            assert right <= width
            assert bottom <= height


MISTAKES = {
    "unknown key": (STACK + "  regoin: x\n", "stacks/Pulumi.dev.yaml:8:3: regoin: unknown key 'regoin'"),
    "nested key": (
        STACK.replace("name: demo", "nam: demo"),
        "stacks/Pulumi.dev.yaml:5:5: cluster.nam: unknown",
    ),
    "bad YAML": (STACK + "  tags: {a: [}\n", "stacks/Pulumi.dev.yaml:8:"),
    "wrong type": (STACK + "  tags: []\n", "stacks/Pulumi.dev.yaml:8:9: tags: '[]' is not a mapping"),
    "no workloads": ("config: {}\n", "stacks/Pulumi.dev.yaml:1:9: workloads: no workload is listed"),
    "missing spec": (STACK.replace("chat.yaml", "chta.yaml"), "chta.yaml"),
    "nobody pays": (
        STACK.replace("workloads/chat.yaml", "workloads/orphan.yaml"),
        "stacks/Pulumi.dev.yaml:2:3: tags.team: nobody says which team pays for what is shared",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_has_its_place_and_exit_code_2(run, project, mistake):
    text, says = MISTAKES[mistake]
    (project / "workloads/orphan.yaml").write_text("\n".join(SPEC.splitlines()[:2]))
    (project / "stacks/Pulumi.dev.yaml").write_text(text)
    code, out, err = run()
    assert says in err
    assert (code, out) == (2, "")
    assert "Traceback" not in err


def test_a_stack_that_is_not_there_is_answered_with_those_that_are(run):
    code, _, err = run("--stack", "dve")
    assert code == 2
    assert "did you mean 'dev'?" in err


def test_outside_a_project_it_says_so(run, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    code, _, err = run()
    assert code == 2
    assert "no Pulumi.yaml" in err


def test_a_plan_over_budget_is_not_built(run, project):
    (project / "workloads/chat.yaml").write_text(SPEC + "budget: {usd_per_month: 1}\n")
    code, out, err = run()
    assert (code, out) == (4, "")
    assert "over budget" in err


@pytest.mark.parametrize("name", ["kube-system", "shared", "a" * 58])
def test_a_name_that_cannot_be_a_namespace_of_its_own_is_refused(run, project, name):
    (project / "workloads/chat.yaml").write_text(f"name: {name}\n{SPEC}")
    code, _, err = run()
    assert code == 2
    assert "cannot be placed" in err


def test_a_bad_spec_is_told_with_its_own_line(run, project):
    (project / "workloads/chat.yaml").write_text(SPEC.replace("qps: 5", "qps: fast"))
    code, _, err = run()
    assert code == 2
    assert "workloads/chat.yaml:2:" in err


def test_out_without_manifests_is_a_usage_error(run):
    code, _, err = run("--out", "x")
    assert code == 2
    assert "--out needs --format k8s" in err


def test_nothing_is_asked_of_the_network(run, monkeypatch):
    import socket

    def refuse(*_):
        raise AssertionError("a preview opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    code, out, _ = run()
    assert code == 0
    assert Path("stacks").exists()
    assert out
