"""The pack behind the engine's protocol, without the engine: in process, and as the process it is."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from plimsoll.catalog.tables import load
from plimsoll.gate.rules import RULES
from plimsoll.ground.markers import UNKNOWN, Secret
from policies import wire
from policies.pack import Pack
from policies.run import Run
from tests.make.graphs import NODE_CLASS, NODE_POOL, default_class, pool
from tests.make.places import ROOT

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
DAY = "2026-08-10"


@pytest.fixture
def pack() -> Pack:
    made = Pack()
    made.run = Run(load(), (), DAY)
    return made


def configure(pack: Any, **config: dict[str, Any]) -> None:
    """Configure as the engine does: every policy with its level."""
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    for rule in pack.GetAnalyzerInfo(empty_pb2.Empty(), *_context(pack)).policies:
        values = dict(config.get(rule.name.replace("-", "_"), {}))
        level = values.pop("level", rule.enforcementLevel)
        request.policyConfig[rule.name].enforcementLevel = level
        request.policyConfig[rule.name].properties.update(values)
    pack.Configure(request, *_context(pack))


def _context(pack: Any) -> tuple[None, ...]:
    return (None,) if isinstance(pack, Pack) else ()


def request(token: str, name: str, inputs: Any, parent: str = "", provider: str = "aws") -> Any:
    struct = struct_pb2.Struct()
    struct.update(inputs)
    message = analyzer_pb2.AnalyzeRequest(
        type=token, name=name, urn=f"urn:pulumi:dev::program::{token}::{name}", properties=struct
    )
    message.options.parent = parent
    if provider:
        message.provider.type = f"pulumi:providers:{provider}"
        message.provider.properties.update({"region": "us-east-1"})
    return message


def pool_request(name: str, nodes: Any = "4", **fields: Any) -> Any:
    return request(NODE_POOL, name, pool(name, nodes).inputs, **fields)


def said(response: Any) -> list[tuple[str, str]]:
    return [
        (d.policyName, d.message.partition(":")[0])
        for d in response.diagnostics
        if d.enforcementLevel == analyzer_pb2.MANDATORY
    ]


def analyze(pack: Pack, *requests: Any) -> list[list[tuple[str, str]]]:
    return [said(pack.Analyze(message, None)) for message in requests]


def test_the_very_resource_that_crosses_the_line_is_refused(pack: Pack) -> None:
    configure(pack, budget={"usdPerMonth": 6000})
    disk = request(NODE_CLASS, "default", default_class().inputs)
    found = analyze(pack, disk, pool_request("a"), pool_request("b"), pool_request("c"))
    assert found == [[], [], [("budget", "over_budget")], []] or found[3] == [("budget", "over_budget")]
    assert [] in found[:2]


def test_what_costs_nothing_is_let_through_after_the_line_is_crossed(pack: Pack) -> None:
    configure(pack, budget={"usdPerMonth": 10})
    free = request("kubernetes:core/v1:ConfigMap", "c", {"metadata": {"name": "c"}})
    disk = request(NODE_CLASS, "default", default_class().inputs)
    assert analyze(pack, disk, pool_request("a"), free)[1:] == [[("budget", "over_budget")], []]


def test_a_components_ceiling_is_judged_before_its_first_child(pack: Pack) -> None:
    configure(pack, budget={"usdPerMonth": 500})
    ceiling = {"ceiling": {"usdPerMonth": "500.01"}}
    chat = request("plimsoll:index:Workload", "chat", ceiling, provider="")
    assert analyze(pack, chat) == [[("budget", "over_budget")]]


def test_children_within_their_components_claim_add_nothing(pack: Pack) -> None:
    configure(pack, budget={"usdPerMonth": 3000})
    claim = {"ceiling": {"usdPerMonth": "3000.00"}}
    chat = request("plimsoll:index:Workload", "chat", claim, provider="")
    disk = request(NODE_CLASS, "default", default_class().inputs)
    assert analyze(pack, chat, disk, pool_request("a", parent=chat.urn)) == [[], [], []]


@pytest.mark.parametrize(
    ("nodes", "code"),
    [
        (UNKNOWN_TEXT, "unknown_value"),
        ({SIGNATURE: SECRET, "value": "2"}, "unknown_value"),
        (float("nan"), "invalid_value"),
        (float("inf"), "invalid_value"),
        (-1, "invalid_value"),
        ("2 nodes", "invalid_value"),
    ],
)
def test_what_cannot_be_read_is_mandatory_with_its_own_code(pack: Pack, nodes: Any, code: str) -> None:
    configure(pack, budget={"usdPerMonth": 10**6})
    disk = request(NODE_CLASS, "default", default_class().inputs)
    assert ("unpriced-cost", code) in analyze(pack, disk, pool_request("a", nodes))[1]


def test_outputs_that_are_lost_do_not_matter_in_the_stack_pass(pack: Pack) -> None:
    configure(pack, budget={"usdPerMonth": 10})
    inputs = pool_request("a")
    analyze(pack, request(NODE_CLASS, "default", default_class().inputs), inputs)
    stack = analyzer_pb2.AnalyzeStackRequest()
    stack.resources.add(type=NODE_POOL, urn=inputs.urn, name="a")
    assert said(pack.AnalyzeStack(stack, None)) == [("budget", "over_budget")]


def test_a_resource_that_was_only_read_costs_nothing(pack: Pack) -> None:
    configure(pack, budget={"usdPerMonth": 10})
    stack = analyzer_pb2.AnalyzeStackRequest()
    token = "aws:ec2/instance:Instance"
    resource = stack.resources.add(type=token, urn=f"urn:pulumi:dev::program::{token}::theirs", name="theirs")
    resource.properties.update({"instanceType": "p5.48xlarge"})
    assert said(pack.AnalyzeStack(stack, None)) == []


def test_a_lowered_level_is_said_in_every_run(pack: Pack) -> None:
    configure(pack, budget={"usdPerMonth": 10, "level": analyzer_pb2.ADVISORY})
    assert analyze(pack, request(NODE_CLASS, "default", default_class().inputs), pool_request("a")) == [
        [],
        [],
    ]
    response = pack.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), None)
    assert any("lowered from mandatory to advisory" in d.message for d in response.diagnostics)


def test_a_disabled_budget_is_said_too(pack: Pack) -> None:
    configure(pack, budget={"usdPerMonth": 10, "level": analyzer_pb2.DISABLED})
    response = pack.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), None)
    assert any("lowered from mandatory to disabled" in d.message for d in response.diagnostics)


def test_a_configuration_that_cannot_be_read_blocks(pack: Pack) -> None:
    configure(pack, budget={"usdPerMonht": 10})
    found = analyze(pack, request("kubernetes:core/v1:ConfigMap", "c", {"metadata": {"name": "c"}}))
    assert found == [[("budget", "invalid_value")]]


def test_the_region_of_an_explicit_provider_decides_the_price(pack: Pack) -> None:
    configure(pack, budget={"usdPerMonth": 600})
    inputs = {"instanceType": "g6.xlarge", "rootBlockDevice": {"volumeSize": 20, "volumeType": "gp3"}}
    here = request("aws:ec2/instance:Instance", "here", inputs)
    there = request("aws:ec2/instance:Instance", "there", inputs)
    there.provider.properties["region"] = "ap-northeast-1"
    assert analyze(pack, here) == [[]]
    configure(pack, budget={"usdPerMonth": 600})
    assert analyze(pack, there) == [[("budget", "over_budget")]]


@pytest.mark.parametrize(("name", "start"), [("story.md", "#### ⚓ Plimsoll"), ("story.json", "{")])
def test_the_full_story_is_written_where_it_is_wanted(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, start: str
) -> None:
    monkeypatch.setenv("PLIMSOLL_REPORT", str(tmp_path / name))
    configure(pack, budget={"usdPerMonth": 10})
    analyze(pack, request(NODE_CLASS, "default", default_class().inputs), pool_request("a"))
    pack.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), None)
    assert (tmp_path / name).read_text().startswith(start)


def test_a_report_that_cannot_be_written_is_said_and_opens_nothing(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLIMSOLL_REPORT", str(tmp_path))
    configure(pack, budget={"usdPerMonth": 10})
    analyze(pack, request(NODE_CLASS, "default", default_class().inputs), pool_request("a"))
    response = pack.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), None)
    assert ("budget", "over_budget") in said(response)
    assert any("could not be written" in d.message for d in response.diagnostics)


def test_a_bug_in_the_pack_blocks(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Any) -> Any:
        raise TypeError("oops")

    monkeypatch.setattr(pack.run, "register", broken)
    assert [code for _, code in analyze(pack, pool_request("a"))[0]] == ["crashed"]


def test_remediation_writes_configured_tags_and_nothing_else(pack: Pack) -> None:
    values = {"tags": ["team"], "values": {"team": "search"}, "level": analyzer_pb2.REMEDIATE}
    configure(pack, required_tags=values)
    secret = {SIGNATURE: SECRET, "value": "x"}
    instance = request("aws:ec2/instance:Instance", "box", {"instanceType": "g6.xlarge", "userData": secret})
    [remediation] = pack.Remediate(instance, None).remediations
    assert remediation.properties["tags"]["team"] == "search"
    assert remediation.properties["userData"] == instance.properties["userData"]
    assert list(pack.Remediate(request("aws:iam/role:Role", "r", {}), None).remediations) == []


def test_remediation_does_not_overwrite_an_owner(pack: Pack) -> None:
    values = {"tags": ["team"], "values": {"team": "search"}, "level": analyzer_pb2.REMEDIATE}
    configure(pack, required_tags=values)
    instance = request("aws:ec2/instance:Instance", "box", {"tags": {"team": "ads"}})
    assert list(pack.Remediate(instance, None).remediations) == []


def test_values_are_read_from_the_message_as_what_they_are() -> None:
    struct = struct_pb2.Struct()
    struct.update(
        {
            "unknown": UNKNOWN_TEXT,
            "secret": {SIGNATURE: SECRET, "value": [UNKNOWN_TEXT]},
            "output": {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": 3, "secret": True},
            "empty-output": {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"},
            "reference": {SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn:x"},
            "__defaults": [],
        }
    )
    assert wire.properties(struct) == {
        "unknown": UNKNOWN,
        "secret": Secret([UNKNOWN]),
        "output": Secret(3.0),
        "empty-output": UNKNOWN,
        "reference": "urn:x",
    }


@pytest.fixture
def process() -> Iterator[Any]:
    """The pack as the engine starts it."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(ROOT / "policies")]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT / "policies")
    assert started.stdout
    port = int(started.stdout.readline())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield analyzer_pb2_grpc.AnalyzerStub(channel)
    started.terminate()
    started.wait(10)
    started.stdout.close()


def test_the_process_judges_like_the_library(process: Any) -> None:
    info = process.GetAnalyzerInfo(empty_pb2.Empty())
    assert [policy.name for policy in info.policies] == [rule.name for rule in RULES]
    budget = info.policies[0]
    assert budget.enforcementLevel == analyzer_pb2.MANDATORY
    assert budget.configSchema.properties["usdPerMonth"]["type"] == "number"
    configure(process, budget={"usdPerMonth": 10})
    process.Analyze(request(NODE_CLASS, "default", default_class().inputs))
    assert said(process.Analyze(pool_request("a"))) == [("budget", "over_budget")]
