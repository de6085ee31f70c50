"""The caps in a real cluster: they take the plan's own objects, and refuse what would cost more.

Requests are made by users without the right to exempt, unless a case says otherwise.
"""

import copy
from collections import Counter
from typing import Any

import pytest

from plimsoll.gate.caps.reading import caps_of
from plimsoll.manifests.published import validate
from plimsoll.show.preview.document import writable
from tests.make.raised_caps import changed
from tests.world.cluster.guarded import FIRST, LIVE, THEN, Guarded, stack
from tests.world.cluster.requests import DEPLOYER

pytestmark = pytest.mark.cluster


def template_pods(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The pods that a controller would make of an object."""
    spec = manifest["spec"]
    group = spec.get("leaderWorkerTemplate", {})
    found = [spec.get("template"), group.get("leaderTemplate"), group.get("workerTemplate")]
    return [pod(manifest, template, index) for index, template in enumerate(found) if template]


def pod(owner: dict[str, Any], template: dict[str, Any], index: int = 0) -> dict[str, Any]:
    metadata = template["metadata"] | {
        "name": f"{owner['metadata']['name']}-{index}",
        "namespace": owner["metadata"]["namespace"],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def existing(guarded: Guarded, manifest: dict[str, Any]) -> bool:
    """Whether the fixture made the object for real, as the user without rights to exempt."""
    own = manifest["metadata"]["name"].startswith(("hand-made", "spanning"))
    return manifest["kind"] in (*FIRST, *THEN) or (manifest["kind"] in LIVE and own)


def test_the_policies_pass_our_own_checks(guarded: Guarded) -> None:
    policies = [manifest for manifest in guarded.objects if manifest["kind"] in FIRST]
    assert [str(problem) for problem in validate(policies)] == []
    kinds = Counter(manifest["kind"] for manifest in policies)
    workloads = sum(manifest["kind"] == "Namespace" for manifest in guarded.objects)
    assert workloads >= 15
    assert kinds == dict.fromkeys(FIRST, workloads + 1)


def test_nothing_of_any_example_is_refused(guarded: Guarded) -> None:
    deployer = guarded.as_user(DEPLOYER)
    refused = {
        f"{manifest['kind']} {manifest['metadata']['name']}": why
        for manifest in guarded.objects
        if not existing(guarded, manifest) and (why := deployer.refusal(manifest))
    }
    assert refused == {}
    assert len(guarded.objects) > 150


def test_no_pod_of_any_example_is_refused(guarded: Guarded) -> None:
    controller = guarded.as_user("replicaset")
    pods = [
        made
        for manifest in guarded.objects
        if manifest["kind"] in ("Deployment", "LeaderWorkerSet")
        for made in template_pods(manifest)
    ]
    assert len(pods) >= 20
    assert {made["metadata"]["name"]: why for made in pods if (why := controller.refusal(made))} == {}


def test_auto_mode_and_autoscalers_without_keda_are_taken_too(guarded: Guarded) -> None:
    """The policies in force are those of the Karpenter stack: names and numbers are the same."""
    deployer = guarded.as_user(DEPLOYER)
    any_budget = '["budget.usd_per_month=1000000"]'  # the fee of Auto Mode takes examples over theirs
    for config in ({"nodes": "auto-mode", "set": any_budget}, {"nodes": "managed"}):
        with pytest.MonkeyPatch.context() as monkeypatch:
            _, objects = stack(monkeypatch, **config)
        own = "demo-system"  # Auto Mode's own pool, which a Karpenter stack has not planned
        fresh = [
            found for found in objects if not existing(guarded, found) and found["metadata"]["name"] != own
        ]
        refused = {str(found["metadata"]): why for found in fresh if (why := deployer.refusal(found))}
        assert refused == {}


def test_one_more_of_any_cap_is_refused(guarded: Guarded) -> None:
    """Every number that the proof in `claims/test_caps_bound_the_bill.py` rests on, of every example."""
    deployer = guarded.as_user(DEPLOYER)
    taken, asked = [], Counter()
    for cap in caps_of(guarded.graph):
        raised = changed(guarded.graph, cap, cap.value + 1)
        found = next(resource for resource in raised.resources if resource.urn == cap.urn)
        if not found.type.startswith("kubernetes:"):
            continue
        manifest = copy.deepcopy(writable(found.inputs))
        asked[cap.kind] += 1
        why = (
            deployer.change(manifest, {"spec": manifest["spec"]})
            if existing(guarded, manifest)
            else deployer.refusal(manifest)
        )
        if "denied request" not in why:
            taken.append(f"{cap}: {why}")
    assert taken == []
    assert all(asked[kind] >= 15 for kind in ("limit", "quota", "replicas", "disk")), asked
