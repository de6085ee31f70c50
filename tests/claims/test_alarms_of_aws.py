"""AWS's own alarms stand behind the gate: budgets by tag, and anomalies of each workload's tag."""

import json

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from tests.make.plans import ALONE, plan
from tests.make.program import graph_of
from tests.world.engine.stand_in.aws_calls import CALLS, Inputs

EMAILS = {"budget": {"usdPerMonth": "60000", "emails": ["finops@example.com", "ml@example.com"]}}
MONITOR = "aws:costexplorer/anomalyMonitor:AnomalyMonitor"
SUBSCRIPTION = "aws:costexplorer/anomalySubscription:AnomalySubscription"

ARN = "arn:aws:ce::123456789012:anomalymonitor/anomalies-chat"


def found(monkeypatch, kind, **config):
    graph = graph_of(monkeypatch, {"chat": plan(name="chat"), "rank": plan(ALONE, name="rank")}, **config)
    return [each for each in graph.resources if each.type == kind]


def test_each_workload_has_a_monitor_of_its_cost_tag(monkeypatch):
    monitors = found(monkeypatch, MONITOR, **EMAILS, activateCostTags="true")
    said = [json.loads(each.inputs["monitorSpecification"])["Tags"] for each in monitors]
    assert sorted((each["Key"], *each["Values"]) for each in said) == [
        ("plimsoll.dev/workload", "chat"),
        ("plimsoll.dev/workload", "rank"),
    ]
    assert {each.inputs["monitorType"] for each in monitors} == {"CUSTOM"}


def test_who_is_told_of_budgets_is_told_of_anomalies(monkeypatch):
    (one,) = found(monkeypatch, SUBSCRIPTION, **EMAILS, activateCostTags="true")
    assert [each["address"] for each in one.inputs["subscribers"]] == EMAILS["budget"]["emails"]
    assert len(one.inputs["monitorArnLists"]) == 2


@pytest.mark.parametrize("config", [EMAILS, {"activateCostTags": "true"}, {}])
def test_without_activated_tags_or_somebody_to_tell_there_is_none(monkeypatch, config):
    """A monitor of a tag that is not activated sees nothing, and only the payer account may have one."""
    assert found(monkeypatch, MONITOR, **config) == found(monkeypatch, SUBSCRIPTION, **config) == []


@pytest.mark.parametrize("kind", [MONITOR, SUBSCRIPTION])
def test_aws_takes_what_it_is_asked(monkeypatch, kind):
    """The calls that creating them becomes are those of botocore's models."""
    for each in found(monkeypatch, kind, **EMAILS, activateCostTags="true"):
        known = {"monitorArnLists": [ARN]} if kind == SUBSCRIPTION else {}
        inputs = Inputs({**each.inputs, **known})
        ((service, operation, asked),) = CALLS[kind.removeprefix("aws:")](inputs)
        assert inputs.left_over() == []
        shape = get_session().get_service_model(service).operation_model(operation).input_shape
        report = ParamValidator().validate(asked, shape)
        assert not report.has_errors(), report.generate_report()
