"""A CloudFormation stack is priced by the groups of its template, and refused for what else it creates."""

from typing import Any

import pytest

from plimsoll.graph.resource import Resource
from plimsoll.ground.markers import UNKNOWN
from tests.make.graphs import resource
from tests.make.prices import only_problem, priced

STACK = "aws:cloudformation/stack:Stack"
TEMPLATE = """
AWSTemplateFormatVersion: '2010-09-09'
Outputs:
  NodeGroup:
    Value: !Ref NodeGroup
Resources:
  NodeGroup:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      DesiredCapacity: 2
      LaunchConfigurationName: workers
      MinSize: 1
      MaxSize: {most}
      VPCZoneIdentifier: [subnet-1, subnet-2]
      Tags:
      - Key: Name
        Value: worker
        PropagateAtLaunch: 'true'
    UpdatePolicy:
      AutoScalingRollingUpdate:
        MinInstancesInService: '1'
"""


def launch() -> Resource:
    disk = {"volumeSize": 20, "volumeType": "gp3"}
    inputs: dict[str, Any] = {"name": "workers", "instanceType": "m7i.large", "rootBlockDevice": disk}
    return resource(
        "aws:ec2/launchConfiguration:LaunchConfiguration", "workers", **inputs, enableMonitoring=False
    )


def group() -> Resource:
    sizes = {"minSize": 1, "maxSize": 4, "desiredCapacity": 2}
    return resource("aws:autoscaling/group:Group", "group", launchConfiguration="workers", **sizes)


def stack(body: Any) -> Resource:
    return resource(STACK, "nodes", templateBody=body)


@pytest.mark.parametrize("most", ["4", "'4'"])
def test_a_group_in_a_template_costs_what_the_group_would(most: str) -> None:
    found = priced(launch(), stack(TEMPLATE.format(most=most)))
    alone = priced(launch(), group())
    assert found.cannot_price == ()
    assert (found.floor, found.ceiling) == (alone.floor, alone.ceiling)
    assert {line.urn for line in found.lines} == {stack("").urn}


def test_a_launch_template_and_overrides_are_read_as_a_group_reads_them() -> None:
    body = """{"Resources": {"G": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {
        "MinSize": "0", "MaxSize": "2", "MixedInstancesPolicy": {"LaunchTemplate": {
        "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1", "Version": "1"},
        "Overrides": [{"InstanceType": "m7i.xlarge"}]}}}}}}"""
    root = {"deviceName": "/dev/xvda", "ebs": {"volumeSize": 20, "volumeType": "gp3"}}
    template = resource("aws:ec2/launchTemplate:LaunchTemplate", "lt", name="lt", blockDeviceMappings=[root])
    found = priced(template, stack(body.replace('"LaunchTemplateId": "lt-1"', '"LaunchTemplateName": "lt"')))
    assert found.cannot_price == ()
    assert "m7i.xlarge" in {line.instance_type for line in found.lines}


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        (TEMPLATE.format(most="!Ref Most"), "unknown_value", "maxSize"),
        (TEMPLATE.format(most="many"), "invalid_value", "maxSize"),
        (UNKNOWN, "unknown_value", "templateBody"),
        ("Resources: [", "invalid_value", "not a template"),
        ("Transform: AWS::Serverless\nResources: {}", "unpriced", "macro"),
        ("Outputs: {}", "unpriced", "Resources"),
        ("Resources: {Box: {Type: AWS::EC2::Instance}}", "unpriced", "AWS::EC2::Instance"),
        ("Resources: {Box: {Type: Custom::Anything}}", "unpriced", "Custom::Anything"),
        ("Resources: {Logs: {Type: AWS::Logs::LogGroup}}", "unpriced", "AWS::Logs::LogGroup"),
        ("Resources: {Box: {Properties: {}}}", "invalid_value", "Type"),
        ("a: &a [1, 1]\nb: &b [*a, *a]\nResources: *c", "invalid_value", "not a template"),
    ],
)
def test_what_a_template_hides_is_refused(body: Any, code: str, word: str) -> None:
    found, message = only_problem(priced(launch(), stack(body)))
    assert found == code
    assert word in message


def test_a_template_that_unfolds_without_end_is_refused() -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    body = "\n".join(["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]", *levels, "Resources: {}"])
    _, message = only_problem(priced(stack(body)))
    assert "too many values" in message


def test_a_template_by_url_is_refused_and_one_of_roles_is_free() -> None:
    assert "templateUrl" in only_problem(priced(resource(STACK, templateUrl="https://example.org/t")))[1]
    assert priced(stack("Resources: {Role: {Type: 'AWS::IAM::Role'}}")).ceiling == 0
