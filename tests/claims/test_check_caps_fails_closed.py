"""`plimsoll check --caps`: what the caps in each kind of input permit, and who says that it may be so."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from plimsoll.catalog.tables import load
from plimsoll.cli.main import _run
from plimsoll.gate.caps.bill import layers, permitted
from plimsoll.gate.caps.guards import guarded_namespaces, guards_of
from plimsoll.gate.caps.reading import caps_of, put
from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import SCALED_OBJECT, is_kind
from plimsoll.ground.canonical import canonical
from plimsoll.plan.write import written
from plimsoll.pricing import fill, price
from plimsoll.pricing.fill import dearest_fill
from plimsoll.show.preview.document import document as preview_of
from plimsoll.show.preview.document import writable
from tests.make.examples import example
from tests.make.places import EXAMPLES
from tests.make.plans import plan
from tests.make.program import graph_of
from tests.make.raised_caps import changed

US = "us-east-1"


@pytest.fixture(scope="module")
def stack() -> Graph:
    with pytest.MonkeyPatch.context() as patch:
        return graph_of(patch, plan())


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(text: str, *options: str) -> tuple[int, str, str]:
        path = tmp_path / ("input.json" if text.startswith("{") else "input.yaml")
        path.write_text(text)
        code = _run(["check", str(path), "--caps", *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def previewed(graph: Graph, shown: Graph | None = None) -> str:
    """The preview of a graph; its resources as `shown` has them."""
    priced = price(graph, load(), US)
    preview = canonical(preview_of(graph, priced))
    if shown is not None:
        preview["resources"] = canonical(preview_of(shown, priced, ""))["resources"]
    return json.dumps(preview)


def manifests(graph: Graph) -> str:
    kubernetes = [r for r in graph.resources if r.type.startswith("kubernetes:") and "kind" in r.inputs]
    return yaml.safe_dump_all([json.loads(json.dumps(writable(r.inputs))) for r in kubernetes])


def test_a_preview_permits_its_own_ceiling_and_lists_layers_and_caps(run: Any, stack: Graph) -> None:
    code, out, _ = run(previewed(stack), "--format", "json", "--region", US)
    found = json.loads(out)
    assert (code, found["schema"], found["verdict"]) == (0, "plimsoll.dev/caps/v1", "pass")
    (claim,) = found["claims"]
    assert claim == {"by": "preview", "usd_per_month": found["usd_per_month"]}
    assert {each["layer"]: each["usd_per_month"] for each in found["layers"]} == dict.fromkeys(
        ("limit nodes", "limit nvidia.com/gpu", "quota requests.nvidia.com/gpu", "replicas"),
        found["usd_per_month"],
    )
    assert len(found["caps"]) == len(caps_of(stack))
    assert found["unbounded"] == []


def test_caps_above_the_previews_ceiling_are_a_violation_and_by_how_much(run: Any, stack: Graph) -> None:
    disk = next(cap for cap in caps_of(stack) if cap.kind == "disk")
    code, out, _ = run(previewed(stack, changed(stack, disk, disk.value * 2)), "--region", US)
    assert code == 7
    assert out.startswith("VIOLATION  the caps permit $")
    assert "the preview says $" in out
    assert "exceeded by $" in out


def test_a_cap_that_others_hold_changes_nothing(run: Any, stack: Graph) -> None:
    scaler = next(cap for cap in caps_of(stack) if cap.urn.partition(SCALED_OBJECT)[1])
    code, out, _ = run(previewed(stack, changed(stack, scaler, scaler.value + 5)), "--region", US)
    assert code == 0, out
    assert "no bound" not in out


@pytest.mark.parametrize("spec", EXAMPLES[:4], ids=[spec.stem for spec in EXAMPLES[:4]])
def test_a_plan_alone_holds_pools_and_limits(run: Any, spec: Path) -> None:
    _, answer = example(spec)
    code, out, _ = run(json.dumps(written(answer)), "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert found["usd_per_month"] == answer.cost.usd_per_month.ceiling
    assert found["claims"] == [{"by": "plan", "usd_per_month": answer.cost.usd_per_month.ceiling}]
    assert "limit nodes" in {each["layer"] for each in found["layers"]}


def test_manifests_claim_nothing_and_are_held_against_a_budget(run: Any, stack: Graph) -> None:
    code, out, _ = run(manifests(stack), "--region", US)
    assert code == 0
    assert "nothing to hold it against" in out
    code, out, _ = run(manifests(stack), "--region", US, "--budget", "100")
    assert code == 7
    assert "the budget says $100.00: exceeded by $" in out


def test_what_nothing_bounds_is_a_violation(run: Any) -> None:
    pool = {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": "search"},
        "spec": {"template": {"spec": {"nodeClassRef": {}, "requirements": []}}},
    }
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "search", "namespace": "search"},
        "spec": {"hard": {"requests.nvidia.com/gpu": "4"}},
    }
    code, out, _ = run(yaml.safe_dump_all([pool, quota]), "--region", US)
    assert code == 7
    assert "the caps permit no bound on what may be spent" in out
    assert "not bounded: " in out


@pytest.mark.parametrize(
    "damage",
    [
        {"replicas": "many"},
        {"replicas": None, "template": []},
        {"template": {"spec": {"nodeSelector": {"a": {"b": 1}}, "containers": [None, {"resources": 3}]}}},
    ],
)
def test_damaged_objects_have_an_answer_too(run: Any, stack: Graph, damage: dict[str, Any]) -> None:
    documents = list(yaml.safe_load_all(manifests(stack)))
    for document in documents:
        if document["kind"] == "Deployment":
            document["spec"] |= damage
    code, out, _ = run(yaml.safe_dump_all(documents), "--region", US, "--format", "json")
    permitted = json.loads(out)["usd_per_month"]
    assert code == (7 if permitted is None else 0)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ((), "no caps to read in 1 resource"),
        (("--exemptions", "some.yaml"), "--caps takes no exemptions"),
    ],
)
def test_what_gives_no_answer_is_refused_with_what_to_give_instead(
    run: Any, options: tuple[str, ...], what: str
) -> None:
    settings = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}}
    code, out, err = run(yaml.safe_dump(settings), *options)
    assert (code, out) == (2, "")
    assert what in err
    assert "give" in err or "take" in err or "leave" in err


def test_a_search_that_is_cut_permits_no_less(stack: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pricing bounds a pool without counting its nodes, the caps may not take them for none."""
    quota = next(cap for cap in caps_of(stack) if cap.kind == "quota")
    short = changed(stack, quota, quota.value / 2)
    exact = permitted(short, load(), US).ceiling
    dearest_fill.cache_clear()
    monkeypatch.setattr(fill, "SEARCH_STEPS", 0)
    cut = permitted(short, load(), US).ceiling
    dearest_fill.cache_clear()
    assert exact is not None
    assert cut is not None
    assert cut >= exact


def edited(graph: Graph, kind: str, *path: Any, value: Any) -> Graph:
    """Put a value into every object of a kind."""
    return replace(
        graph,
        resources=tuple(
            replace(each, inputs=put(each.inputs, path, value)) if is_kind(each, kind) else each
            for each in graph.resources
        ),
    )


UNREADABLE_CAPS = [
    ("NodePool", ("spec", "limits"), "x"),
    ("NodePool", ("spec", "limits"), [1, 2]),
    ("NodePool", ("spec", "limits", "nodes"), "abc"),
    ("NodePool", ("spec", "limits", "nodes"), "-1"),
]


@pytest.mark.parametrize(("kind", "path", "value"), UNREADABLE_CAPS)
def test_a_cap_that_cannot_be_read_is_believed_by_nobody(
    run: Any, stack: Graph, kind: str, path: tuple[str, ...], value: Any
) -> None:
    code, out, _ = run(previewed(stack, edited(stack, kind, *path, value=value)), "--region", US)
    assert code == 7
    assert "no bound" in out


def unlimited(graph: Graph) -> Graph:
    """Leave the bound to the pods: the pools have no limits of their own."""
    return edited(graph, "NodePool", "spec", "limits", value=None)


def test_whole_policies_bound_pools_without_limits_and_are_named(run: Any, stack: Graph) -> None:
    code, out, _ = run(previewed(stack, unlimited(stack)), "--region", US)
    assert code == 0
    assert "taken at its word: what the expressions of plimsoll-support-chat" in out


POLICY, BINDING = "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"
HOLES = [
    (POLICY, ("spec", "failurePolicy"), "Ignore"),
    (POLICY, ("spec", "validations"), [{"expression": "true"}]),
    (POLICY, ("spec", "matchConditions"), [{"name": "never", "expression": "false"}]),
    (POLICY, ("spec", "matchConstraints", "resourceRules"), []),
    (POLICY, ("spec", "matchConstraints", "namespaceSelector"), {"matchLabels": {"a": "b"}}),
    (POLICY, ("spec", "matchConstraints", "objectSelector"), {"matchLabels": {"a": "b"}}),
    (BINDING, ("spec", "matchResources"), {"namespaceSelector": {"matchLabels": {"a": "b"}}}),
    (BINDING, ("spec", "validationActions"), ["Audit"]),
]


@pytest.mark.parametrize(("kind", "path", "value"), HOLES)
def test_a_policy_with_a_hole_bounds_no_pods(
    run: Any, stack: Graph, kind: str, path: tuple[str, ...], value: Any
) -> None:
    open_to_all = edited(unlimited(stack), kind, *path, value=value)
    code, out, _ = run(previewed(stack, open_to_all), "--region", US)
    assert code == 7
    assert "taken at its word" not in out


def test_without_the_policy_for_elsewhere_pods_bound_nothing(run: Any, stack: Graph) -> None:
    kept = [each for each in stack.resources if "elsewhere" not in str(each.inputs.get("metadata", ""))]
    code, _, _ = run(
        previewed(
            stack,
            replace(
                unlimited(stack),
                resources=tuple(
                    each for each in unlimited(stack).resources if each.urn in {one.urn for one in kept}
                ),
            ),
        ),
        "--region",
        US,
    )
    assert code == 7


def test_an_absurd_quota_and_one_of_some_pods_bound_nothing(run: Any, stack: Graph) -> None:
    bare = edited(unlimited(stack), "ScaledObject", "spec", "maxReplicaCount", value=None)
    for path, value in (
        (("spec", "hard", "requests.nvidia.com/gpu"), "1" + "0" * 30),
        (("spec", "scopes"), ["BestEffort"]),
        (("spec", "scopeSelector"), {"matchExpressions": []} | {"x": 1}),
    ):
        code, out, _ = run(
            previewed(stack, edited(bare, "ResourceQuota", *path, value=value)), "--region", US
        )
        assert code == 7, out


def test_a_negative_maximum_is_no_bound(run: Any, stack: Graph) -> None:
    bare = edited(unlimited(stack), "ResourceQuota", "spec", "hard", value={})
    code, _, _ = run(
        previewed(stack, edited(bare, "ScaledObject", "spec", "maxReplicaCount", value=-3)), "--region", US
    )
    assert code == 7


def test_caps_with_nothing_to_bound_say_what_to_give(run: Any, stack: Graph) -> None:
    quota = [each for each in stack.resources if is_kind(each, "ResourceQuota")]
    code, _, said = run(manifests(replace(stack, resources=tuple(quota))), "--region", US)
    assert code == 2
    assert "give the node pools" in said


def test_one_plan_given_twice_is_refused(run: Any, tmp_path: Path) -> None:
    _, answer = example(EXAMPLES[0])
    other = tmp_path / "again.json"
    other.write_text(json.dumps(written(answer)))
    code, _, said = run(json.dumps(written(answer)), str(other))
    assert code == 2
    assert "two plans of the workload" in said


def test_the_page_says_what_the_terminal_says(run: Any, stack: Graph) -> None:
    _, text, _ = run(previewed(stack), "--region", US)
    code, page, _ = run(previewed(stack), "--region", US, "--format", "md")
    assert code == 0
    assert text in page


def kept(graph: Graph, *kinds: str) -> list[dict[str, Any]]:
    """The manifests of a graph, as documents; only of some kinds, if any are named."""
    documents = [cast("dict[str, Any]", each) for each in yaml.safe_load_all(manifests(graph))]
    return [each for each in documents if not kinds or each["kind"] in kinds]


def bounds(run: Any, documents: list[dict[str, Any]]) -> dict[str, Any]:
    """What all caps and what each layer permits."""
    code, out, err = run(yaml.safe_dump_all(documents), "--region", US, "--format", "json")
    assert err == ""
    found = json.loads(out)
    assert (code == 7) == (found["usd_per_month"] is None)
    return {"all": found["usd_per_month"], **{n["layer"]: n["usd_per_month"] for n in found["layers"]}}


@pytest.mark.parametrize("most", ["lots", -3, 0, float("nan"), 2.5, None, True])
def test_a_maximum_that_cannot_be_read_is_no_layer(run: Any, stack: Graph, most: object) -> None:
    found = bounds(run, kept(edited(stack, "ScaledObject", "spec", "maxReplicaCount", value=most)))
    assert found["all"] is not None, "the limits hold without it"
    assert found.get("replicas") is None


def test_a_request_of_any_size_has_an_answer(run: Any, stack: Graph) -> None:
    documents = kept(edited(stack, "ResourceQuota", "spec", "hard", "requests.nvidia.com/gpu", value="1e18"))
    for document in documents:
        if document["kind"] == "Deployment":
            for container in document["spec"]["template"]["spec"]["containers"]:
                container["resources"]["requests"] = {"nvidia.com/gpu": "0." + "0" * 30 + "1"}
    assert bounds(run, documents)["all"] is None, "accelerators are whole: a share of one bounds nothing"
    for document in documents:
        if document["kind"] == "Deployment":
            for container in document["spec"]["template"]["spec"]["containers"]:
                container["resources"]["requests"] = {"nvidia.com/gpu": "1000000"}
    assert bounds(run, documents)["all"] is not None


@pytest.mark.parametrize("version", ["autoscaling/v1", "autoscaling/v2"])
@pytest.mark.parametrize("first", [True, False])
def test_of_two_scalers_the_larger_counts(run: Any, stack: Graph, version: str, first: bool) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "support-chat-burst"}
    second = {
        "apiVersion": version,
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "second", "namespace": "support-chat"},
        "spec": {"scaleTargetRef": target, "maxReplicas": 40},
    }
    documents = kept(stack)
    more = bounds(run, [second, *documents] if first else [*documents, second])["replicas"]
    assert float(more) > 2 * float(bounds(run, documents)["replicas"])


def test_a_scaler_of_another_kind_bounds_no_deployment(run: Any, stack: Graph) -> None:
    other = edited(stack, "ScaledObject", "spec", "scaleTargetRef", "kind", value="StatefulSet")
    assert bounds(run, kept(other))["replicas"] is None


@pytest.mark.parametrize("held", ["40", "many"])
def test_replicas_that_are_held_while_a_scaler_pauses_count(run: Any, stack: Graph, held: str) -> None:
    paused = {"autoscaling.keda.sh/paused-replicas": held}
    usd = bounds(run, kept(edited(stack, "ScaledObject", "metadata", "annotations", value=paused)))[
        "replicas"
    ]
    assert usd is None or float(usd) > 2 * float(bounds(run, kept(stack))["replicas"])


@pytest.mark.parametrize("kind", ["Job", "StatefulSet", "Deployment"])
def test_pods_that_no_plan_has_count_too(run: Any, stack: Graph, kind: str) -> None:
    (pod, *_) = [each["spec"]["template"] for each in kept(stack, "Deployment")]
    anywhere = {**pod, "spec": {**pod["spec"], "nodeSelector": {}}}
    other = {
        "apiVersion": "batch/v1" if kind == "Job" else "apps/v1",
        "kind": kind,
        "metadata": {"name": "training", "namespace": "support-chat"},
        "spec": {"replicas": 40, "parallelism": 100, "template": anywhere},
    }
    usd = bounds(run, [*kept(stack), other])["replicas"]
    assert usd is None or float(usd) > 2 * float(bounds(run, kept(stack))["replicas"])


def with_policy(graph: Graph, kind: str, name: str, edit: Any) -> Graph:
    """The graph with one admission policy or binding changed."""

    def one(resource: Resource) -> Resource:
        if not is_kind(resource, kind) or resource.inputs["metadata"]["name"] != name:
            return resource
        inputs = json.loads(json.dumps(writable(resource.inputs)))
        edit(inputs)
        return replace(resource, inputs=inputs)

    return replace(graph, resources=tuple(map(one, graph.resources)))


def open_rules(policy: dict[str, Any]) -> None:
    for rule in policy["spec"]["validations"]:
        rule["expression"] = "true || " + rule["expression"]


def only_mentions_pods(policy: dict[str, Any]) -> None:
    policy["spec"]["validations"] = [{"expression": "variables.pods.size() >= 0"}]


def no_pods(policy: dict[str, Any]) -> None:
    rules = policy["spec"]["matchConstraints"]["resourceRules"]
    rules[0]["resources"] = [name for name in rules[0]["resources"] if name != "pods"]


OWN, ELSEWHERE = "plimsoll-support-chat", "plimsoll-elsewhere.cluster"
POLICY_EDITS = [
    lambda policy: policy["spec"].update(failurePolicy="Ignore"),
    lambda policy: policy["spec"].update(matchConditions=[{"name": "no", "expression": "false"}]),
    lambda policy: policy["spec"].update(matchConditions="never"),
    lambda policy: policy["spec"].update(validations=[]),
    lambda policy: policy["spec"].update(variables=[{"name": "pods", "expression": "[]"}]),
    lambda policy: policy["spec"].update(paramKind={"apiVersion": "v1", "kind": "ConfigMap"}),
    lambda policy: policy["spec"]["matchConstraints"].update(objectSelector={"matchLabels": {"a": "b"}}),
    lambda policy: policy["spec"]["matchConstraints"].update(excludeResourceRules=[{"resources": ["pods"]}]),
    lambda policy: policy["spec"]["matchConstraints"].update(namespaceSelector={"matchLabels": {"a": "b"}}),
    lambda policy: policy["spec"]["matchConstraints"]["resourceRules"][0].update(scope="Cluster"),
    lambda policy: policy["metadata"].update(name="another"),
    lambda policy: policy.update(spec="x"),
    open_rules,
    only_mentions_pods,
    no_pods,
]
BINDING_EDITS = [
    lambda binding: binding["spec"].update(validationActions=["Audit"]),
    lambda binding: binding["spec"].update(policyName="another"),
    lambda binding: binding["spec"].update(matchResources={"namespaceSelector": {"matchLabels": {"a": "b"}}}),
    lambda binding: binding["spec"].update(paramRef={"name": "a"}),
]


def test_our_own_policies_are_whole(stack: Graph) -> None:
    assert guarded_namespaces(stack) == {"support-chat"}
    assert set(guards_of(stack)) == {OWN, ELSEWHERE}


@pytest.mark.parametrize("name", [OWN, ELSEWHERE])
@pytest.mark.parametrize(
    ("kind", "edit"),
    [(POLICY, edit) for edit in POLICY_EDITS] + [(BINDING, edit) for edit in BINDING_EDITS],
)
def test_pods_bound_nothing_where_a_policy_is_torn(stack: Graph, name: str, kind: str, edit: Any) -> None:
    torn = with_policy(stack, kind, name, edit)
    assert guards_of(torn) == ()
    assert layers(torn, load(), US)["replicas"] is None
    assert permitted(torn, load(), US).ceiling is not None, "limits hold alone"


def test_a_second_policy_of_the_same_name_leaves_both_unbelieved(stack: Graph) -> None:
    policy = next(each for each in stack.resources if is_kind(each, POLICY) and OWN in str(each.inputs))
    hollow = {**policy.inputs, "spec": {"validations": []}}
    assert guards_of(replace(stack, resources=(*stack.resources, replace(policy, inputs=hollow)))) == ()


def test_a_namespace_that_nothing_holds_may_not_be_left_out_of_the_policy_for_elsewhere(stack: Graph) -> None:
    def leave_out(policy: dict[str, Any]) -> None:
        selector = policy["spec"]["matchConstraints"]["namespaceSelector"]
        selector["matchExpressions"][0]["values"].append("somebody")

    assert guards_of(with_policy(stack, POLICY, ELSEWHERE, leave_out)) == ()


@pytest.mark.parametrize("claim", ["abc", -5, None, "NaN", [], "-5.00"])
def test_a_claim_that_cannot_be_read_is_a_problem(run: Any, stack: Graph, claim: object) -> None:
    preview = json.loads(previewed(stack))
    preview["usd_per_month"]["ceiling"] = claim
    code, out, err = run(json.dumps(preview), "--region", US)
    assert (code, out) == (2, "")
    assert "usd_per_month.ceiling" in err


def test_a_claim_of_any_amount_is_a_claim(run: Any, stack: Graph) -> None:
    preview = json.loads(previewed(stack))
    preview["usd_per_month"]["ceiling"] = "999999.00"
    code, out, _ = run(json.dumps(preview), "--region", US)
    assert code == 0
    assert "the preview says $999,999.00: holds" in out


@pytest.mark.parametrize("caps", [(), ("--caps",)])
@pytest.mark.parametrize("what", ["plan", "preview"])
def test_what_is_given_twice_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stack: Graph, caps: tuple[str, ...], what: str
) -> None:
    text = json.dumps(written(example(EXAMPLES[0])[1])) if what == "plan" else previewed(stack)
    one, copy = tmp_path / "one.json", tmp_path / "copy.json"
    one.write_text(text)
    copy.write_text(text)
    for twice in ((one, one), (one, copy), (tmp_path, one)):
        assert _run(["check", *map(str, twice), *caps]) == 2
        assert "it would count twice; give it once" in capsys.readouterr().err


def test_stale_prices_are_refused_as_every_check_does(run: Any, stack: Graph) -> None:
    code, out, _ = run(previewed(stack), "--region", US, "--on", "2030-01-01")
    assert code == 7
    assert out.startswith("VIOLATION")
    assert "stale_prices: the price of" in out


def test_the_region_that_prices_are_from_is_said(run: Any, stack: Graph) -> None:
    _, answer = example(EXAMPLES[0])
    region = answer.chosen.region
    other = next(name for name in load().regions if name != region)
    _, out, _ = run(json.dumps(written(answer)), "--region", other, "--format", "json")
    assert json.loads(out)["region"] == region
    _, out, _ = run(manifests(stack))
    assert "region" in out.partition("note: ")[2]
    _, out, _ = run(manifests(stack), "--format", "json")
    found = json.loads(out)
    assert found["region"] is None
    assert any("region" in note for note in found["notes"])


def test_a_disk_has_its_unit(run: Any, stack: Graph) -> None:
    _, out, _ = run(previewed(stack), "--region", US)
    assert all(line.endswith(" GiB") for line in out.splitlines() if "volumeSize" in line)
