"""Every type of the AWS provider is what the catalogue says, or what is known better: a list."""

from collections import Counter

import pytest

from plimsoll.catalog.resource_types import resource_types
from plimsoll.graph.resource import Resource
from plimsoll.pricing.aws.classified import KNOWN_BETTER, classic_name
from plimsoll.pricing.types import PRICED
from tests.make.graphs import resource
from tests.make.prices import only_problem, priced

WITH_CODE = {token for token in PRICED if token.startswith("aws:")}

PRICED_ALTHOUGH = {
    "free": {
        "aws:appautoscaling/target:Target",
        "aws:autoscaling/policy:Policy",
        "aws:autoscaling/schedule:Schedule",
        "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex",
        "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
        "aws:wafv2/webAclRule:WebAclRule",
        "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation",
    },
    "usage-billed": {
        "aws:acm/certificate:Certificate",
        "aws:cloudfront/distribution:Distribution",
        "aws:dynamodb/table:Table",
        "aws:dynamodb/tableReplica:TableReplica",
        "aws:ec2/vpc:Vpc",
        "aws:efs/fileSystem:FileSystem",
        "aws:eks/fargateProfile:FargateProfile",
        "aws:elasticache/serverlessCache:ServerlessCache",
        "aws:lambda/function:Function",
        "aws:mediaconvert/queue:Queue",
        "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
        "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace",
        "aws:ssm/parameter:Parameter",
    },
    "opaque": {"aws:cloudformation/stack:Stack", "aws:eks/addon:Addon"},
}
"""Types that code reads although the catalogue's class alone would let them through, or refuse them."""


def test_every_type_of_the_provider_is_answered_by_its_class() -> None:
    types = {token: known for token, known in resource_types().items() if token not in WITH_CODE}
    found = priced(*(resource(token) for token in types))
    answers = {each.type: "free" for each in found.free} | {
        each.type: "usage-billed" for each in found.by_use
    }
    for token, known in types.items():
        billing = KNOWN_BETTER.get(token, (known.billing, ""))[0]
        assert answers.get(token, "refused") == {"fixed-price": "refused", "opaque": "refused"}.get(
            billing, billing
        ), token
    assert len(found.cannot_price) == len(types) - len(answers)
    assert found.floor is None


def test_what_code_knows_better_disagrees_with_the_catalogue() -> None:
    same = [
        token for token, (billing, _) in KNOWN_BETTER.items() if resource_types()[token].billing == billing
    ]
    assert same == []
    assert not WITH_CODE & set(KNOWN_BETTER)


def test_code_reads_what_the_class_alone_would_not_show() -> None:
    others: dict[str, set[str]] = {}
    for token in WITH_CODE:
        if (billing := resource_types()[token].billing) != "fixed-price":
            others.setdefault(billing, set()).add(token)
    assert {key: sorted(tokens) for key, tokens in others.items()} == {
        key: sorted(tokens & WITH_CODE) for key, tokens in PRICED_ALTHOUGH.items()
    }


def test_the_catalogue_has_every_class() -> None:
    counts = Counter(known.billing for known in resource_types().values())
    assert counts == {"free": 1014, "usage-billed": 378, "fixed-price": 211, "opaque": 144}


@pytest.mark.parametrize(
    "token",
    [
        "aws:msk/serverlessCluster:ServerlessCluster",
        "aws:connect/phoneNumber:PhoneNumber",
        "aws:lambdamicrovms/microvm:Microvm",
        "aws:networkmonitor/probe:Probe",
    ],
)
def test_what_bills_from_the_day_it_exists_is_not_billed_by_use(token: str) -> None:
    assert only_problem(priced(resource(token)))[0] == "unpriced"


def test_reserved_slots_are_not_billed_by_use() -> None:
    token = "aws:mediaconvert/queue:Queue"
    assert priced(resource(token)).by_use[0].bills == "minutes that are converted"
    for inputs in ({"pricingPlan": "RESERVED"}, {"reservationPlanSettings": {"reservedSlots": 10}}):
        assert only_problem(priced(resource(token, **inputs)))[0] == "unpriced"


@pytest.mark.parametrize("custom", [True, False])
def test_an_aws_type_that_nobody_knows_is_refused(custom: bool) -> None:
    unknown = Resource("urn:x", "aws:newservice/thing:Thing", "x", {}, custom=custom)
    assert only_problem(priced(unknown))[0] == "unpriced"


def test_nothing_of_another_provider_bills_by_use() -> None:
    found = priced(*(resource(token) for token in ("gcp:storage/bucket:Bucket", "aws-native:s3:Bucket")))
    assert found.by_use == ()
    assert len(found.cannot_price) == 2


@pytest.mark.parametrize(
    ("native", "classic"),
    [
        ("ec2:Instance", "aws:ec2/instance:Instance"),
        ("eks:Nodegroup", "aws:eks/nodeGroup:NodeGroup"),
        ("rds:DbInstance", "aws:rds/instance:Instance"),
        ("logs:LogGroup", "aws:cloudwatch/logGroup:LogGroup"),
        ("elasticloadbalancingv2:LoadBalancer", "aws:lb/loadBalancer:LoadBalancer"),
        ("newservice:Thing", ""),
    ],
)
def test_a_type_of_the_native_provider_is_refused_with_its_classic_name(native: str, classic: str) -> None:
    token = f"aws-native:{native}"
    assert classic_name(token) == classic
    code, message = only_problem(priced(resource(token)))
    assert code == "unpriced"
    assert classic in message
    assert "aws provider" in message
