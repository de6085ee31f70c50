"""Every type is priced, known to be free, or refused: one resource of each kind, and its price."""

from dataclasses import replace
from decimal import Decimal

import pytest

from plimsoll.ground.markers import UNKNOWN
from tests.make.graphs import resource
from tests.make.prices import only_problem, priced

SIX_ADDRESSES = 6 * Decimal("3.65")


@pytest.mark.parametrize(
    ("token", "inputs", "usd"),
    [
        ("aws:ec2/natGateway:NatGateway", {}, "32.85"),
        ("aws:ec2/eip:Eip", {"domain": "vpc"}, "3.65"),
        (
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            {"vpcEndpointType": "Interface", "subnetIds": [UNKNOWN] * 3},
            "21.90",
        ),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcEndpointType": "Interface"}, "7.30"),
        ("aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation", {}, "7.30"),
        ("aws:ec2transitgateway/vpcAttachment:VpcAttachment", {}, "36.50"),
        ("aws:lb/loadBalancer:LoadBalancer", {"internal": True}, "16.43"),
        (
            "aws:lb/loadBalancer:LoadBalancer",
            {"subnets": ["a", "b"]},
            str(Decimal("16.43") + 2 * Decimal("3.65")),
        ),
        ("aws:alb/loadBalancer:LoadBalancer", {"subnets": UNKNOWN}, str(Decimal("16.43") + SIX_ADDRESSES)),
        ("aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "network", "internal": True}, "16.43"),
        ("aws:ebs/volume:Volume", {"size": 100, "type": "gp3"}, "8.00"),
        ("aws:ebs/volume:Volume", {"size": 100}, "10.00"),
        ("aws:ebs/volume:Volume", {"size": 100, "type": "io2", "iops": 1000}, "77.50"),
        ("aws:kms/key:Key", {}, "1.00"),
        ("aws:kms/key:Key", {"enableKeyRotation": True}, "3.00"),
        ("aws:secretsmanager/secret:Secret", {"replicas": [{"region": "us-west-2"}]}, "0.80"),
        ("aws:route53/zone:Zone", {}, "0.50"),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", {"period": 300}, "0.10"),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", {"period": 10}, "0.30"),
        (
            "aws:fsx/lustreFileSystem:LustreFileSystem",
            {"storageCapacity": 1200, "deploymentType": "PERSISTENT_2", "perUnitStorageThroughput": 125},
            "174.00",
        ),
        ("aws:eks/cluster:Cluster", {"upgradePolicy": {"supportType": "STANDARD"}}, "73.00"),
        ("aws:eks/cluster:Cluster", {}, "438.00"),
    ],
)
def test_what_bills_for_existing_has_its_price(token: str, inputs: dict[str, object], usd: str) -> None:
    assert priced(resource(token, **inputs)).ceiling == Decimal(usd)


def test_a_cluster_not_held_to_standard_support_still_starts_there() -> None:
    assert priced(resource("aws:eks/cluster:Cluster")).floor == 73


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        ("aws:iam/role:Role", {}),
        ("aws:ec2/subnet:Subnet", {}),
        ("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}),
        ("aws:ec2/launchTemplate:LaunchTemplate", {"instanceType": "p5.48xlarge"}),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcEndpointType": "Gateway"}),
        ("aws:eks/accessEntry:AccessEntry", {}),
        ("aws:eks/addon:Addon", {"addonName": "vpc-cni"}),
        ("aws:acm/certificate:Certificate", {"domainName": "example.org"}),
        ("aws:ssm/parameter:Parameter", {"type": "String"}),
        ("pulumi:pulumi:Stack", {}),
        ("pulumi:providers:aws", {"region": "us-east-1"}),
        ("random:index/randomPassword:RandomPassword", {}),
        ("eks:index:VpcCni", {}),
        ("eks:index:RandomSuffix", {}),
        ("pulumi:pulumi:StackReference", {}),
        ("time:index/sleep:Sleep", {}),
        ("tls:index/privateKey:PrivateKey", {}),
        ("null:index/resource:Resource", {}),
        ("github:index/repository:Repository", {}),
        ("docker-build:index:Image", {}),
        ("aws:appautoscaling/policy:Policy", {}),
    ],
)
def test_what_is_known_to_be_free_is_listed_as_free(token: str, inputs: dict[str, object]) -> None:
    result = priced(resource(token, **inputs))
    assert result.ceiling == result.floor == 0
    assert [item.type for item in result.free] == [token]
    assert result.free[0].why


@pytest.mark.parametrize(
    ("token", "inputs", "usage"),
    [
        ("aws:s3/bucket:Bucket", {}, "GB-month"),
        ("aws:sqs/queue:Queue", {}, "requests"),
        ("aws:ebs/snapshot:Snapshot", {}, "GB-month"),
        ("aws:sfn/stateMachine:StateMachine", {}, "requests"),
        ("aws:lambda/function:Function", {}, "invocations"),
        ("aws:dynamodb/table:Table", {"billingMode": "PAY_PER_REQUEST"}, "requests"),
        ("aws:efs/fileSystem:FileSystem", {}, "stored bytes"),
    ],
)
def test_what_bills_by_use_alone_says_by_which(token: str, inputs: dict[str, object], usage: str) -> None:
    assert usage in priced(resource(token, **inputs)).by_use[0].bills


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        ("aws:rds/instance:Instance", {"instanceClass": "db.r6g.large"}),
        ("aws:sagemaker/endpoint:Endpoint", {}),
        ("aws:sagemaker/trainingJob:TrainingJob", {}),
        ("aws:cloudfront/anycastIpList:AnycastIpList", {}),
        ("aws:batch/computeEnvironment:ComputeEnvironment", {}),
        ("command:local:Command", {}),
        ("pulumi-nodejs:dynamic:Resource", {}),
        ("aws:eks/addon:Addon", {"addonName": "kubecost_kubecost"}),
        ("aws:eks/capability:Capability", {}),
        (
            "aws:eks/cluster:Cluster",
            {"upgradePolicy": {"supportType": "STANDARD"}, "controlPlaneScalingConfig": {"tier": "XL"}},
        ),
        ("aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "gateway"}),
        ("aws:ec2/capacityBlockReservation:CapacityBlockReservation", {}),
        ("aws:ec2/dedicatedHost:DedicatedHost", {}),
        ("aws:ec2/vpc:Vpc", {"instanceTenancy": "dedicated"}),
        ("aws:ec2/natGateway:NatGateway", {"availabilityMode": "regional"}),
        ("aws:ebs/volume:Volume", {"snapshotId": "snap-1"}),
        ("aws:ebs/volume:Volume", {"size": 10, "volumeInitializationRate": 300}),
        ("aws:dynamodb/table:Table", {"readCapacity": 1000}),
        ("aws:ssm/parameter:Parameter", {"tier": "Advanced"}),
        ("aws:acm/certificate:Certificate", {"certificateAuthorityArn": "arn"}),
        ("aws:cloudformation/stack:Stack", {"templateUrl": "https://example.org/t"}),
        ("aws-native:ec2:Instance", {}),
        ("pulumi-python:dynamic:Resource", {}),
        ("command:local:Command", {"create": "aws ec2 run-instances"}),
        ("gcp:compute/instance:Instance", {}),
        ("acme:index:Rocket", {}),
        ("aws:ec2/instance:instance", {}),
        ("", {}),
    ],
)
def test_what_is_neither_priced_nor_free_is_refused(token: str, inputs: dict[str, object]) -> None:
    result = priced(resource(token, **inputs))
    assert only_problem(result)[0] == "unpriced"
    assert result.ceiling is None
    assert result.floor is None


def test_a_component_is_free_and_its_children_are_priced() -> None:
    for token in ("acme:index:Platform", "awsx:ec2:Vpc", "eks:index:Cluster"):
        component = replace(resource(token, "platform"), custom=False)
        child = replace(resource("aws:ec2/eip:Eip"), parent=component.urn)
        assert priced(component, child).ceiling == Decimal("3.65")


def test_a_resource_that_is_only_read_is_listed_and_costs_nothing() -> None:
    read = replace(resource("aws:ec2/instance:Instance", instanceType="p5.48xlarge"), external=True)
    result = priced(read)
    assert result.external == (read.urn,)
    assert result.ceiling == 0


def test_auto_mode_with_its_built_in_pools_has_no_bound() -> None:
    cluster = resource(
        "aws:eks/cluster:Cluster",
        upgradePolicy={"supportType": "STANDARD"},
        computeConfig={"enabled": True, "nodePools": ["general-purpose"]},
    )
    assert {problem.code for problem in priced(cluster).cannot_price} == {"unlimited"}


def test_a_scaling_policy_that_may_raise_the_maximum_is_unlimited() -> None:
    predictive = {"maxCapacityBreachBehavior": "IncreaseMaxCapacity"}
    policy = resource("aws:autoscaling/policy:Policy", predictiveScalingConfiguration=predictive)
    assert only_problem(priced(policy))[0] == "unlimited"


def test_totals_are_the_sums_of_the_lines_and_split_by_resource() -> None:
    result = priced(
        resource("aws:ec2/eip:Eip", "a"), resource("aws:iam/role:Role"), resource("aws:kms/key:Key", "k")
    )
    by = result.by_resource()
    assert sum((cost.ceiling or 0) for cost in by.values()) == result.ceiling
    assert sorted(str(cost.ceiling) for cost in by.values()) == ["0", "1.00", "3.65"]
