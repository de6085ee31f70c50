"""Mistakes between objects, CEL as the API server reads it, and what is left unjudged."""

from copy import deepcopy
from typing import Any

import pytest

from plimsoll.manifests.cel import CelError, evaluate
from plimsoll.manifests.grammar import is_cron, quantity
from plimsoll.manifests.published import validate
from tests.make.mistakes import good

OBJECTS = dict(good())


def _set() -> dict[str, dict[str, Any]]:
    """Objects that belong together: one Deployment, its autoscaler, Service, pool and node class."""
    found = {name: deepcopy(OBJECTS[name]) for name in ("autoscaler", "deployment", "node_pool", "service")}
    found["node_class"] = deepcopy(OBJECTS["node_class"])
    found["node_class"]["metadata"]["name"] = "chat-burst"
    found["deployment"]["metadata"]["name"] = "chat-burst"
    return found


def _said(objects: dict[str, dict[str, Any]]) -> str:
    return "\n".join(str(problem) for problem in validate(list(objects.values())))


def test_objects_that_belong_together_are_not_refused() -> None:
    assert _said(_set()) == ""


def _second_scaler(objects: dict[str, Any]) -> None:
    objects["second"] = deepcopy(OBJECTS["scaled_object"])


def _replicas(objects: dict[str, Any]) -> None:
    objects["deployment"]["spec"]["replicas"] = 2


def _other_target(objects: dict[str, Any]) -> None:
    objects["autoscaler"]["spec"]["scaleTargetRef"]["name"] = "chat-brust"


def _other_class(objects: dict[str, Any]) -> None:
    objects["node_pool"]["spec"]["template"]["spec"]["nodeClassRef"]["name"] = "chat"


def _other_pods(objects: dict[str, Any]) -> None:
    objects["service"]["spec"]["selector"] = {"app.kubernetes.io/name": "chta"}


def _other_port(objects: dict[str, Any]) -> None:
    objects["service"]["spec"]["ports"][0]["targetPort"] = "web"


def _same_name(objects: dict[str, Any]) -> None:
    objects["again"] = deepcopy(objects["service"])


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (_second_scaler, "already has another autoscaler"),
        (_replicas, "the autoscaler owns it"),
        (_other_target, "did you mean 'chat-burst'"),
        (_other_class, "there is no EC2NodeClass chat here"),
        (_other_pods, "selects none of the pods"),
        (_other_port, "no selected pod has a port 'web'"),
        (_same_name, "two objects of one kind have this name"),
    ],
)
def test_mistakes_between_objects_are_refused(break_it: Any, says: str) -> None:
    objects = _set()
    break_it(objects)
    assert says in _said(objects)


def test_what_is_known_only_later_is_left_unjudged() -> None:
    objects = _set()
    objects["node_class"]["spec"]["role"] = object()
    assert _said(objects) == ""


@pytest.mark.parametrize(
    ("rule", "value", "holds"),
    [
        ("self.all(x, x > 1)", [2, 3], True),
        ("self.exists(x, x.a == 1)", [{}, {"a": 1}], True),  # one decisive element settles it
        ("has(self.a) && self.a > 1", {}, False),
        ("self.a > 1 || self.b", {"b": True}, True),
        ("!has(self.a) || self.a != 1", {"a": True}, True),  # true is not one
        ("self == 'a' ? false : true", "b", True),
        ("self.split('@')[0] in ['al2', 'al2023']", "al2023@v1", True),
        ("self.find('^([^/]+)').endsWith('karpenter.sh')", "x.karpenter.sh/y", True),
        ("size(self) == 1 && 'nodes' in self", {"nodes": "1"}, True),
        ("self.filter(x, x.n == 1).size() <= 1", [{"n": 1}, {"n": 2}], True),
        ("-7 / 2 == -3 && -(3) < 0", None, True),
        ("self.matches(r'^\\d+$')", "12a", False),
    ],
)
def test_rules_are_read_as_the_server_reads_them(rule: str, value: Any, holds: bool) -> None:
    assert evaluate(rule, value) is holds


@pytest.mark.parametrize("rule", ["self.a == 1", "self +", "nosuch(self)", "self && true", "1 < 'a'"])
def test_a_rule_without_a_value_says_so(rule: str) -> None:
    with pytest.raises(CelError):
        evaluate(rule, {})


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12Gi", 12 * 2**30),
        ("500m", 0.5),
        ("1e3", 1000),
        ("0.5", 0.5),
        ("12GB", None),
        ("", None),
        (True, None),
    ],
)
def test_quantities(text: Any, amount: float | None) -> None:
    found = quantity(text)
    assert found == amount if amount is None else float(found or 0) == amount


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("0 8 * * mon-fri", True),
        ("*/15 * * * *", True),
        ("@daily", True),
        ("0 25 * * *", False),
        ("0 8 * *", False),
        ("0 8-6 * * *", False),
        ("*/0 * * * *", False),
    ],
)
def test_cron(text: str, right: bool) -> None:
    assert is_cron(text) is right
