"""The stack's configuration: every mistake at once, each with its key and a way out."""

import json

import pytest

from components.stack.settings import KEYS, read_settings
from plimsoll.ground.problems import SpecError
from tests.make.places import ROOT

GOOD = {"workloads": '["a.yaml"]'}


def problems(**config):
    raw = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    with pytest.raises(SpecError) as caught:
        read_settings(GOOD | raw)
    return {problem.path: str(problem) for problem in caught.value.problems}


def test_defaults_are_those_that_the_project_file_declares():
    import yaml

    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    assert sorted(declared) == list(KEYS)
    assert all(entry["description"] and "type" in entry for entry in declared.values())
    text = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, entry in declared.items()
        if (value := entry["default"]) is not None
    }
    assert read_settings({**text, **GOOD}) == read_settings(GOOD)


@pytest.mark.parametrize(
    ("config", "path", "says"),
    [
        ({"regoin": "x"}, "regoin", "did you mean 'region'?"),
        ({"nodes": "karpentr"}, "nodes", "did you mean 'karpenter'?"),
        ({"keda": "yes"}, "keda", "write true or false"),
        ({"workloads": []}, "workloads", "nothing to size"),
        ({"workloads": "a.yaml"}, "workloads", "is not a list"),
        ({"workloads": [1]}, "workloads", "not the path"),
        ({"tags": {"team": 3}}, "tags.team", "quote it"),
        ({"tags": []}, "tags", "is not a mapping"),
        ({"cluster": {"nam": "x"}}, "cluster.nam", "did you mean 'name'?"),
        ({"cluster": {"zones": "a"}}, "cluster.zones", "is not a list"),
        ({"cluster": {"create": "no"}}, "cluster.create", "is not true or false"),
        ({"cluster": {"create": False, "name": "x"}}, "cluster.endpoint", "needs no credentials"),
        ({"cluster": {"name": "x" * 41}}, "cluster.name", "at most 40"),
        ({"cluster": {"zones": ["us-east-1a"]}}, "cluster.zones", "two or three"),
        ({"cluster": {"subnetIds": ["subnet-1"]}}, "cluster.subnetIds", "one zone"),
        ({"tags": {"team": "a b"}}, "tags.team", "no label value"),
        ({"tags": {"k" * 129: "v"}}, "tags." + "k" * 129, "128 and 256"),
        ({"tags": {"aws:owner": "x"}}, "tags.aws:owner", "not yours to set"),
        ({"tags": {"karpenter.sh/nodepool": "x"}}, "tags.karpenter.sh/nodepool", "not yours to set"),
        ({"tags": {f"k{index}": "v" for index in range(41)}}, "tags", "AWS allows 50"),
        ({"monitorLabels": {"release": "a b"}}, "monitorLabels.release", "no label value"),
        ({"monitorLabels": {"a b": "c"}}, "monitorLabels.a b", "no label key"),
        ({"monitorLabels": {"team": "x"}}, "monitorLabels.team", "is a cost tag"),
        ({"observability": "yes"}, "observability", "write true or false"),
        ({"environment": "pro duction"}, "environment", "no label value"),
        ({"budget": {"usdPerMonth": "5."}}, "budget.usdPerMonth", "not an amount"),
        ({"budget": {"usdPerMonth": "a lot", "emails": ["a@b"]}}, "budget.usdPerMonth", "not an amount"),
    ],
)
def test_a_mistake_is_named(config, path, says):
    assert says in problems(**config)[path]


def test_all_mistakes_are_told_at_once():
    found = problems(nodes="x", keda="y", tags=[], regoin="z")
    assert {"nodes", "keda", "tags", "regoin"} <= set(found)


def test_who_pays_is_the_spec_then_the_stack_then_a_refusal():
    settings = read_settings(GOOD | {"tags": '{"team": "platform", "cost-center": "0"}'})
    assert settings.cost_tags("chat", {"team": "search"}).labels() == {
        "cost-center": "0",
        "environment": "dev",
        "plimsoll.dev/workload": "chat",
        "service": "chat",
        "team": "search",
    }
    with pytest.raises(SpecError, match="cost-center pays"):
        read_settings(GOOD).cost_tags("chat", {"team": "search"})


def test_tags_of_the_stack_never_replace_the_taxonomy():
    settings = read_settings(
        GOOD | {"tags": '{"team": "p", "cost-center": "0", "service": "evil", "color": "red"}'}
    )
    tags = settings.cost_tags("chat", {}).aws("x")
    assert tags["service"] == "chat"
    assert tags["color"] == "red"
    assert list(tags) == sorted(tags)
