"""Node groups, Auto Scaling groups, fleets, instances: everything of EC2 that is not Karpenter's."""

from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.graph.resource import Resource
from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.units import to_cent
from tests.make.graphs import resource
from tests.make.prices import TYPES, only_problem, priced

FAMILY = ("g6.xlarge", "g6.12xlarge", "g5.xlarge", "p5.48xlarge", "m7i.large")
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
GROUP = "aws:autoscaling/group:Group"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE = "aws:ec2/instance:Instance"

ROOT = [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 50, "volumeType": "gp3"}}]


def month(usd_per_hour: str, nodes: int = 1) -> Decimal:
    return to_cent(Decimal(usd_per_hour) * 730 * nodes)


def node_group(least: Any = 1, most: Any = 4, **inputs: Any) -> Resource:
    scaling = {"minSize": least, "maxSize": most, "desiredSize": least}
    return resource(
        NODE_GROUP, "group", **({"scalingConfig": scaling, "instanceTypes": ["m7i.large"]} | inputs)
    )


def template(name: str = "template", /, **inputs: Any) -> Resource:
    return resource(TEMPLATE, name, **({"blockDeviceMappings": ROOT} | inputs))


def depending(resource_: Resource, *on: Resource) -> Resource:
    return replace(resource_, dependencies=tuple(target.urn for target in on))


def test_a_node_group_costs_its_maximum_and_at_least_its_minimum() -> None:
    result = priced(node_group(diskSize=100))
    assert result.ceiling == month("0.1008", 4) + 4 * 10
    assert result.floor == month("0.1008") + 10


def test_numbers_arrive_from_the_engine_as_floats() -> None:
    assert priced(node_group(1.0, 4.0)).ceiling == priced(node_group(1, 4)).ceiling


def test_the_dearest_of_several_types_counts() -> None:
    result = priced(node_group(instanceTypes=["m7i.large", "p5.48xlarge", "g6.xlarge"]))
    assert {line.item for line in result.lines if line.of == "ceiling"} >= {"nodes p5.48xlarge"}


def test_without_a_type_or_a_disk_eks_has_defaults() -> None:
    result = priced(node_group(instanceTypes=None))
    assert result.ceiling == month("0.0416", 4) + 4 * 2


def test_a_desired_size_above_the_maximum_counts() -> None:
    scaling = {"minSize": 1, "maxSize": 2, "desiredSize": 9}
    assert priced(node_group(scalingConfig=scaling)).lines[0].quantity == 9 * 730


@pytest.mark.parametrize(
    ("size", "code", "word"),
    [
        (UNKNOWN, "unknown_value", "not known"),
        (Secret(4), "unknown_value", "secret"),
        (None, "invalid_value", "absent"),
        ("4", "invalid_value", "text"),
        (True, "invalid_value", "true"),
        (float("nan"), "invalid_value", "nan"),
        (float("inf"), "invalid_value", "inf"),
        (-4, "invalid_value", "less than"),
        (2.5, "invalid_value", "whole"),
        (10**40, "invalid_value", "beyond"),
        (10**7, "invalid_value", "no real fleet"),
        ([4], "invalid_value", "list"),
    ],
)
def test_each_way_a_size_can_be_wrong_has_its_own_message(size: object, code: str, word: str) -> None:
    found, message = only_problem(priced(node_group(most=size)))
    assert (found, word in message) == (code, True), message
    assert "scalingConfig.maxSize" in message


def test_a_secret_never_reaches_the_report() -> None:
    result = priced(
        node_group(instanceTypes=Secret(["hunter2.large"])), node_group(diskSize=Secret("hunter2"))
    )
    assert "hunter2" not in repr(result)


@pytest.mark.parametrize(
    "name", ["p9.48xlarge", "M7I.large", " m7i.large", "m7i.large\u200b", "\uff4d7i.large"]
)
def test_a_look_alike_is_not_the_type(name: str) -> None:
    code, message = only_problem(priced(node_group(instanceTypes=[name])))
    assert code == "unpriced"
    assert message.isascii()


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"capacityType": "SPOTTY"}, "invalid_value"),
        ({"capacityType": "CAPACITY_BLOCK"}, "unpriced"),
        ({"amiType": "WINDOWS_CORE_2022_x86_64"}, "unpriced"),
        ({"instanceTypes": ["p5e.48xlarge"]}, "unpriced"),
        ({"own_region": "mars-north-1"}, "unpriced"),
        ({"own_region": UNKNOWN}, "unknown_value"),
    ],
)
def test_a_node_group_without_a_known_price_is_refused(inputs: dict[str, object], code: str) -> None:
    assert only_problem(priced(node_group(**inputs)))[0] == code


def test_a_launch_template_overrides_the_group() -> None:
    made = template(instanceType="p5.48xlarge", blockDeviceMappings=ROOT)
    group = depending(
        node_group(instanceTypes=None, launchTemplate={"id": UNKNOWN, "version": UNKNOWN}), made
    )
    result = priced(made, group)
    assert result.ceiling == month("55.04", 4) + 4 * 4


def test_a_template_that_does_not_size_the_root_leaves_eks_default_beside_its_disks() -> None:
    data = [{"deviceName": "/dev/sdf", "ebs": {"volumeSize": 1000, "volumeType": "gp3"}}]
    made = template(blockDeviceMappings=data)
    result = priced(made, depending(node_group(0, 1, launchTemplate={"id": UNKNOWN}), made))
    assert result.ceiling == month("0.1008") + 80 + 2


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ({"id": UNKNOWN}, "unknown_value"),
        ({"id": "lt-0abc"}, "unpriced"),
        ({"name": "elsewhere"}, "unpriced"),
        ({}, "invalid_value"),
    ],
)
def test_a_template_that_is_not_in_the_graph_is_refused(reference: object, code: str) -> None:
    decoy = template(instanceType="m7i.large", name="decoy")
    assert only_problem(priced(decoy, node_group(launchTemplate=reference)))[0] == code


def test_a_known_id_finds_its_template_and_no_decoy() -> None:
    right = replace(template("right", instanceType="p5.48xlarge"), id="lt-1")
    decoy = replace(template("decoy", instanceType="m7i.large"), id="lt-2")
    group = depending(node_group(instanceTypes=None, launchTemplate={"id": "lt-1"}), decoy)
    assert "nodes p5.48xlarge" in {line.item for line in priced(right, decoy, group).lines}


def test_dependencies_by_property_see_through_a_decoy_dependency() -> None:
    right, decoy = template("right", instanceType="p5.48xlarge"), template("decoy", instanceType="m7i.large")
    group = replace(
        depending(node_group(instanceTypes=None, launchTemplate={"id": UNKNOWN}), decoy, right),
        property_dependencies={"launchTemplate": (right.urn,)},
    )
    assert "nodes p5.48xlarge" in {line.item for line in priced(right, decoy, group).lines}


def asg(**inputs: Any) -> Resource:
    return resource(GROUP, "asg", **({"minSize": 0, "maxSize": 3, "launchTemplate": {"name": "lt"}} | inputs))


def test_an_auto_scaling_group_costs_its_maximum() -> None:
    result = priced(template(name="lt", instanceType="g6.xlarge"), asg())
    assert result.ceiling == month("0.8048", 3) + 3 * 4
    assert result.floor == 0


@pytest.mark.parametrize(
    ("inputs", "nodes"),
    [
        ({"desiredCapacity": 7}, 7),
        ({"warmPool": {"maxGroupPreparedCapacity": 10}}, 10),
        ({"instanceMaintenancePolicy": {"maxHealthyPercentage": 200, "minHealthyPercentage": 100}}, 6),
        ({"instanceRefresh": {"strategy": "Rolling", "preferences": {"maxHealthyPercentage": 134}}}, 5),
    ],
)
def test_what_lets_a_group_pass_its_maximum_counts(inputs: dict[str, object], nodes: int) -> None:
    result = priced(template(name="lt", instanceType="g6.xlarge"), asg(**inputs))
    assert next(line for line in result.lines if line.of == "ceiling").quantity == nodes * 730


def test_a_schedule_raises_its_group_and_is_refused_without_it() -> None:
    schedule = resource("aws:autoscaling/schedule:Schedule", "night", autoscalingGroupName="asg", maxSize=20)
    result = priced(template(name="lt", instanceType="g6.xlarge"), asg(name="asg"), schedule)
    assert result.lines[0].quantity == 20 * 730
    assert only_problem(priced(schedule))[0] == "unpriced"


def test_overrides_replace_the_template_and_weights_divide_the_size() -> None:
    def group(**override: object) -> Resource:
        policy = {
            "launchTemplate": {
                "launchTemplateSpecification": {"launchTemplateName": "lt"},
                "overrides": [{"instanceType": "g6.12xlarge"} | override],
            }
        }
        return asg(launchTemplate=None, maxSize=8, mixedInstancesPolicy=policy)

    lt = template(name="lt", instanceType="m7i.large")
    assert priced(lt, group()).lines[0].quantity == 8 * 730
    # 8 units in steps of 4, and one instance may start while 7 units stand.
    assert priced(lt, group(weightedCapacity="4")).lines[0].quantity == 2 * 730
    assert only_problem(priced(lt, group(weightedCapacity="0")))[0] == "invalid_value"


@pytest.mark.parametrize(
    ("wanted", "outcome"),
    [
        ({"allowedInstanceTypes": ["g6.xlarge", "m7i.large"]}, "nodes g6.xlarge"),
        ({"acceleratorCount": {"min": 1, "max": 1}}, "nodes g5.xlarge"),
        ({"acceleratorCount": {"min": 8}, "excludedInstanceTypes": ["p5e.48xlarge"]}, "nodes p5.48xlarge"),
        ({"acceleratorCount": {"min": 8}}, "unpriced"),
        ({"vcpuCount": {"min": 2}, "memoryMib": {"min": 1024}}, "unpriced"),
        ({"vcpuCount": {"min": 2, "max": 4}, "memoryMib": {"min": 1024}}, "nodes g5.xlarge"),
        ({"vcpuCount": {"min": 2, "max": 4}, "acceleratorCount": {"max": 0}}, "nodes m7i.xlarge"),
        ({"vcpuCount": {"min": 2}, "excludedInstanceTypes": ["p*"]}, "nodes g6.12xlarge"),
        ({"allowedInstanceTypes": ["m7i.*"]}, "nodes m7i.xlarge"),
        ({"burstablePerformance": "required", "vcpuCount": {"min": 2}}, "nodes t3.medium"),
        (
            {
                "burstablePerformance": "included",
                "vcpuCount": {"max": 2},
                "excludedInstanceTypes": ["g*", "m*"],
            },
            "nodes t3.medium",
        ),
        ({"vcpuCount": {"max": 2}, "excludedInstanceTypes": ["g*", "m*"]}, "invalid_value"),
        ({"vcpuCount": {"max": "four"}}, "invalid_value"),
        ({"allowedInstanceTypes": ["c*"]}, "invalid_value"),
        ({"acceleratorCount": {"min": 64}}, "invalid_value"),
    ],
)
def test_attribute_based_selection_admits_all_that_aws_could_choose(wanted: object, outcome: str) -> None:
    result = priced(template(name="lt", instanceRequirements=wanted), asg(maxSize=1))
    if outcome.startswith("nodes"):
        assert result.lines[0].item == outcome
    else:
        assert only_problem(result)[0] == outcome


def test_attributes_that_admit_a_type_without_a_price_are_told_what_leaves_it_out() -> None:
    """The way out is applied, and holds."""
    wanted: dict[str, object] = {"vcpuCount": {"min": 8}}
    code, message = only_problem(priced(template(name="lt", instanceRequirements=wanted), asg(maxSize=1)))
    assert (code, message.rpartition(": ")[2]) == ("unpriced", "[p5e.*]")
    wanted["excludedInstanceTypes"] = ["p5e.*"]
    result = priced(template(name="lt", instanceRequirements=wanted), asg(maxSize=1))
    assert result.lines[0].item == "nodes p5.48xlarge"


def test_a_launch_configuration_is_monitored_in_detail_unless_it_says_not() -> None:
    def config(**inputs: object) -> Resource:
        token = "aws:ec2/launchConfiguration:LaunchConfiguration"
        base: dict[str, object] = {
            "name": "lc",
            "instanceType": "m7i.large",
            "rootBlockDevice": {"volumeSize": 10, "volumeType": "gp3"},
        }
        return resource(token, "lc", **(base | inputs))

    group = asg(launchTemplate=None, launchConfiguration="lc", maxSize=1)
    loud, quiet = priced(config(), group), priced(config(enableMonitoring=False), group)
    assert loud.ceiling is not None
    assert quiet.ceiling is not None
    assert loud.ceiling - quiet.ceiling == Decimal("2.10")  # seven metrics at $0.30


def test_an_instance_bills_hours_disks_address_and_metrics() -> None:
    result = priced(
        resource(
            INSTANCE,
            instanceType="g6.xlarge",
            rootBlockDevice={"volumeSize": 100, "volumeType": "gp3", "iops": 4000, "throughput": 225},
            ebsBlockDevices=[{"deviceName": "/dev/sdf", "volumeSize": 10, "volumeType": "io2", "iops": 100}],
            associatePublicIpAddress=True,
            monitoring=True,
        )
    )
    disks = Decimal("8") + 5 + 4 + Decimal("1.25") + Decimal("6.50")
    assert result.ceiling == month("0.8048") + disks + Decimal("3.65") + Decimal("2.10")
    assert result.floor == result.ceiling


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"rootBlockDevice": None}, "unpriced"),
        ({"tenancy": "dedicated"}, "unpriced"),
        ({"instanceType": None}, "invalid_value"),
        ({"instanceType": 5}, "invalid_value"),
        ({"availabilityZone": "eu-west-1a"}, "invalid_value"),
        ({"availabilityZone": "us-west-2-lax-1a"}, "unpriced"),
        ({"instanceMarketOptions": {"marketType": "capacity-block"}}, "unpriced"),
        ({"rootBlockDevice": {"volumeSize": 0}}, "invalid_value"),
        ({"rootBlockDevice": {"volumeSize": 8, "volumeType": "gp4"}}, "invalid_value"),
        ({"rootBlockDevice": {"volumeSize": 8, "volumeType": "io2"}}, "invalid_value"),
        ({"rootBlockDevice": {"volumeSize": "8"}}, "invalid_value"),
    ],
)
def test_an_instance_that_cannot_be_priced_is_refused(inputs: dict[str, object], code: str) -> None:
    base: dict[str, object] = {"instanceType": "m7i.large", "rootBlockDevice": {"volumeSize": 8}}
    assert only_problem(priced(resource(INSTANCE, **(base | inputs))))[0] == code


def test_a_spot_request_is_priced_like_an_instance_whatever_it_bids() -> None:
    spec: dict[str, object] = {"instanceType": "p5.48xlarge", "rootBlockDevice": {"volumeSize": 8}}
    spot = resource("aws:ec2/spotInstanceRequest:SpotInstanceRequest", **spec, spotPrice="0.01")
    assert priced(spot).ceiling == priced(resource(INSTANCE, **spec)).ceiling


def test_a_subnet_that_gives_public_addresses_bills_them() -> None:
    subnet = resource("aws:ec2/subnet:Subnet", mapPublicIpOnLaunch=True)
    one = resource(
        INSTANCE, "one", instanceType="m7i.large", rootBlockDevice={"volumeSize": 8}, subnetId=UNKNOWN
    )
    plain, public = priced(subnet, one), priced(subnet, depending(one, subnet))
    assert plain.ceiling is not None
    assert public.ceiling == plain.ceiling + Decimal("3.65")


def test_a_reservation_bills_used_or_not() -> None:
    token = "aws:ec2/capacityReservation:CapacityReservation"
    inputs: dict[str, object] = {
        "instanceType": "p5.48xlarge",
        "instanceCount": 2,
        "instancePlatform": "Linux/UNIX",
    }
    result = priced(resource(token, **inputs))
    assert result.floor == result.ceiling == month("55.04", 2)
    assert (
        only_problem(priced(resource(token, **(inputs | {"instancePlatform": "Windows"}))))[0] == "unpriced"
    )


def test_spot_and_ec2_fleets_cost_their_target() -> None:
    spot_fleet = resource(
        "aws:ec2/spotFleetRequest:SpotFleetRequest",
        targetCapacity=3,
        launchSpecifications=[
            {"instanceType": "g6.xlarge", "rootBlockDevices": [{"volumeSize": 50, "volumeType": "gp3"}]},
            {"instanceType": "g5.xlarge", "rootBlockDevices": [{"volumeSize": 50, "volumeType": "gp3"}]},
        ],
    )
    assert priced(spot_fleet).ceiling == month("1.006", 3) + 3 * 4
    fleet = resource(
        "aws:ec2/fleet:Fleet",
        targetCapacitySpecification={"totalTargetCapacity": 2, "defaultTargetCapacityType": "spot"},
        launchTemplateConfigs=[
            {
                "launchTemplateSpecification": {"launchTemplateName": "lt"},
                "overrides": [{"instanceType": "p5.48xlarge"}],
            }
        ],
    )
    assert priced(template(name="lt"), fleet).ceiling == month("55.04", 2) + 2 * 4


def test_a_fleet_sized_in_vcpus_divides_by_them() -> None:
    policy = {
        "launchTemplate": {
            "launchTemplateSpecification": {"launchTemplateName": "lt"},
            "overrides": [{"instanceRequirements": {"allowedInstanceTypes": ["g6.12xlarge"]}}],
        }
    }
    group = asg(launchTemplate=None, maxSize=96, desiredCapacityType="vcpu", mixedInstancesPolicy=policy)
    # 96 vCPUs hold two of 48, and fewer than 48 above the size may be started.
    assert priced(template(name="lt"), group).lines[0].quantity == 2 * 730


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(FAMILY), st.integers(1, 5)), min_size=1, max_size=3), st.integers(0, 9)
)
def test_no_set_that_a_weighted_group_may_start_costs_more(pairs: list[tuple[str, int]], most: int) -> None:
    overrides = [{"instanceType": name, "weightedCapacity": str(weight)} for name, weight in pairs]
    policy = {
        "launchTemplate": {
            "launchTemplateSpecification": {"launchTemplateName": "lt"},
            "overrides": overrides,
        }
    }
    result = priced(template(name="lt"), asg(launchTemplate=None, maxSize=most, mixedInstancesPolicy=policy))
    assert result.ceiling is not None
    for counts in product(range(most + 1), repeat=len(pairs)):
        units = [count * weight for count, (_, weight) in zip(counts, pairs, strict=True)]
        # An instance starts only while the group is below its size, so the last one may pass it.
        heaviest = max((w for c, (_, w) in zip(counts, pairs, strict=True) if c), default=0)
        if sum(units) - heaviest >= most:
            continue
        usd = sum(
            (
                count * (Decimal(TYPES[name][5]) * 730 + 4)
                for count, (name, _) in zip(counts, pairs, strict=True)
            ),
            Decimal(0),
        )
        assert usd <= result.ceiling + Decimal("0.05")
