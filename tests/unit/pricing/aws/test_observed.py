"""A state's outputs add what the inputs of an instance do not say."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from plimsoll.graph.resource import Resource
from tests.make.graphs import resource
from tests.make.prices import only_problem, priced

HOURS = Decimal("734.38")
"""730 hours of g5.xlarge at 1.006."""
ADDRESS = Decimal("3.65")
ROOT = {"volumeSize": 100, "volumeType": "gp3"}


def instance(outputs: dict[str, Any], **inputs: Any) -> Resource:
    return replace(resource("aws:ec2/instance:Instance", instanceType="g5.xlarge", **inputs), outputs=outputs)


def test_an_address_that_stands_in_outputs_alone_is_counted() -> None:
    for outputs in ({"publicIp": "203.0.113.7"}, {"associatePublicIpAddress": True}):
        assert priced(instance(outputs, rootBlockDevice=ROOT)).ceiling == HOURS + 8 + ADDRESS
    assert priced(instance({"publicIp": ""}, rootBlockDevice=ROOT)).ceiling == HOURS + 8


def test_an_elastic_address_of_the_graph_is_counted_once() -> None:
    outputs = {"publicIp": "203.0.113.7", "associatePublicIpAddress": True}
    elastic = replace(resource("aws:ec2/eip:Eip", "ip"), outputs={"publicIp": "203.0.113.7"})
    assert priced(elastic, instance(outputs, rootBlockDevice=ROOT)).ceiling == HOURS + 8 + ADDRESS


def test_a_root_volume_that_its_image_sized_stands_in_the_outputs() -> None:
    assert (
        priced(instance({"rootBlockDevice": {"volumeSize": 200, "volumeType": "gp3"}})).ceiling == HOURS + 16
    )
    _, message = only_problem(priced(instance({"rootBlockDevice": {"volumeSize": "much"}})))
    assert "outputs.rootBlockDevice.volumeSize" in message


def test_outputs_never_take_from_what_the_inputs_ask_for() -> None:
    asked = instance(
        {"rootBlockDevice": {"volumeSize": 8}}, rootBlockDevice=ROOT, associatePublicIpAddress=True
    )
    assert priced(asked).ceiling == HOURS + 8 + ADDRESS
