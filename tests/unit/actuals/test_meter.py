from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from plimsoll.actuals.charge import BillCharge
from plimsoll.actuals.meter import WHOLE, Meter, meter_of, type_in

PLAIN = BillCharge(
    date(2026, 10, 1), "usage", "", "", "", "", "", "", "", None, Decimal(1), Decimal(1), Decimal(1)
)


@pytest.mark.parametrize(
    ("said", "meter"),
    [
        ({}, Meter(WHOLE)),
        ({"unit": "Hrs", "usage": "USE1-BoxUsage:g7e.2xlarge"}, Meter("instance-hour", "g7e.2xlarge")),
        ({"unit": "Hours", "usage": "EUC1-SpotUsage:p5.48xlarge"}, Meter("instance-hour", "p5.48xlarge")),
        ({"unit": "Hours", "instance_type": "m7i.large"}, Meter("instance-hour", "m7i.large")),
        (
            {"unit": "Hrs", "usage": "$1.86 per On Demand Linux g6e.xlarge Instance Hour"},
            Meter("instance-hour", "g6e.xlarge"),
        ),
        ({"service": "Amazon Elastic Compute Cloud - Compute"}, Meter("instance-hour")),
        ({"service": "EC2 - Other"}, Meter("GB-month")),
        ({"unit": "GB-Mo", "usage": "EBS:VolumeUsage.gp3"}, Meter("GB-month")),
        ({"unit": "GB-Mo", "usage": "TimedStorage-ByteHrs"}, Meter("GB-month", "", "storage")),
        ({"unit": "GB-Mo", "usage": "EBS:SnapshotUsage"}, Meter("GB-month", "", "snapshots")),
        ({"unit": "Hrs", "usage": "USE1-NatGateway-Hours"}, Meter("hour")),
        ({"unit": "Hrs", "usage": "USE1-PublicIPv4:InUseAddress"}, Meter("address-hour")),
        ({"unit": "Hours", "usage": "USE1-AmazonEKS-Hours:perCluster"}, Meter("cluster-hour")),
        ({"service": "Amazon Elastic Kubernetes Service"}, Meter("cluster-hour")),
        ({"unit": "Hrs", "usage": "USE1-NodeUsage:cache.m7g.large"}, Meter("node-hour", "", "ElastiCache")),
        ({"unit": "Hours", "service": "Amazon ElastiCache"}, Meter("node-hour", "", "ElastiCache")),
        (
            {
                "unit": "Hrs",
                "service": "AmazonElastiCache",
                "usage": "NodeUsage:cache.t4g.micro",
                "instance_type": "cache.t4g.micro",
            },
            Meter("node-hour", "", "ElastiCache"),
        ),
        (
            {"unit": "ECPUs", "service": "AmazonElastiCache", "usage": "ServerlessECPUs"},
            Meter("ECPUs", "", "AmazonElastiCache ServerlessECPUs"),
        ),
        ({"unit": "Hrs", "service": "AmazonEKS", "usage": "USE1-AutoMode:g6e.xlarge"}, Meter("node-hour")),
    ],
)
def test_a_charge_counts_what_a_plan_counts(said: dict[str, str], meter: Meter) -> None:
    assert meter_of(replace(PLAIN, **said)) == meter  # type: ignore[arg-type]


def test_what_no_plan_counts_keeps_its_name() -> None:
    found = meter_of(replace(PLAIN, unit="GB", service="AmazonEC2", usage="NatGateway-Bytes"))
    assert str(found) == "AmazonEC2 NatGateway-Bytes GB"


@pytest.mark.parametrize("text", ["", "Requests", "per 1.5 GB", "v1.2 of it"])
def test_a_number_is_no_instance_type(text: str) -> None:
    assert type_in(text) == ""
