"""Answers of AWS services, shaped by the models of botocore: a misspelt key, asked or answered, fails.

Every call goes through a real client with botocore's Stubber in place of the network. One of the calls can go
wrong, in each of the ways in which calls do.
"""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal

from tests.make.programs import need_module

boto3: Any = need_module("boto3")
from botocore.exceptions import ReadTimeoutError  # noqa: E402 - behind the line that skips
from botocore.stub import Stubber  # noqa: E402

NOW = datetime(2026, 11, 28, tzinfo=UTC)
REGION = "eu-west-1"

Fault = Literal["throttle", "denied", "timeout", "malformed", "empty", "repeated"]
FAULTS: tuple[Fault, ...] = ("throttle", "denied", "timeout", "malformed", "empty", "repeated")
CODES = {
    "throttle": "ThrottlingException",
    "denied": "AccessDenied",
    "timeout": "ReadTimeoutError",
    "empty": "EmptyPage",
    "repeated": "RepeatedToken",
}

Pages = Mapping[tuple[str, str], Sequence[dict[str, Any]]]
"""The pages of each operation of a service, in order."""

LISTS = {
    "describe_instance_types": "InstanceTypes",
    "describe_instance_type_offerings": "InstanceTypeOfferings",
    "get_products": "PriceList",
    "describe_spot_price_history": "SpotPriceHistory",
    "describe_savings_plans_offering_rates": "searchResults",
    "list_service_quotas": "Quotas",
}


@cache
def real_client(service: str, region: str) -> Any:
    """A client with credentials that open nothing."""
    return boto3.client(
        service, region_name=region, aws_access_key_id="testing", aws_secret_access_key="testing"
    )


@dataclass
class StubbedAccount:
    """An account answers with these pages; call number `at`, from 1, meets the fault."""

    pages: Pages
    fault: Fault | None = None
    at: int = 0
    calls: list[str] = field(default_factory=list)
    """Operation and region of every call that was made."""

    def client(self, service: str, region: str) -> "StubbedClient":
        return StubbedClient(self, service, region)

    def answer(self, service: str, operation: str, region: str, asked: dict[str, Any]) -> Any:
        self.calls.append(f"{operation} {region}")
        done = self.calls.count(f"{operation} {region}") - 1
        page = deepcopy(self.pages[service, operation][min(done, len(self.pages[service, operation]) - 1)])
        faulty = self.at and len(self.calls) >= self.at and self.calls[self.at - 1] == f"{operation} {region}"
        with Stubber(real_client(service, region)) as stub:
            if faulty and self.fault == "throttle":
                stub.add_client_error(operation, "ThrottlingException", "Rate exceeded", 400)
            elif faulty and self.fault == "denied":
                stub.add_client_error(operation, "AccessDenied", "not authorized to perform this", 403)
            elif faulty and self.fault == "timeout":
                raise ReadTimeoutError(endpoint_url="https://aws.example")
            else:
                stub.add_response(operation, spoilt(page, operation, self.fault) if faulty else page)
            return getattr(real_client(service, region), operation)(**asked)


@dataclass
class StubbedClient:
    """A client of a stubbed account."""

    account: StubbedAccount
    service: str
    region: str

    def __getattr__(self, operation: str) -> Any:
        return lambda **asked: self.account.answer(self.service, operation, self.region, asked)


def spoilt(page: dict[str, Any], operation: str, fault: Fault | None) -> dict[str, Any]:
    """A page as it arrives where something went wrong without an error."""
    key = LISTS[operation]
    if fault == "empty":
        return page | {key: []}
    if fault == "repeated":
        return page | {"nextToken" if key == "searchResults" else "NextToken": "again"}
    item = page[key][0]
    match operation:
        case "get_products":
            page[key][0] = item.replace('"USD": "', '"USD": "NaN')
        case "describe_spot_price_history":
            item["SpotPrice"] = "NaN"
        case "describe_savings_plans_offering_rates":
            item["rate"] = "-0.5"
        case "describe_instance_types":
            del item["VCpuInfo"]
        case "describe_instance_type_offerings":
            del item["Location"]
        case _:
            del item["Value"]
    return page


def product(instance_type: str, usd: str, region: str = REGION, **other: str) -> str:
    """One item of the price list, as the service writes it: a document in a string."""
    attributes = {
        "instanceType": instance_type, "regionCode": region, "operatingSystem": "Linux", "tenancy": "Shared",
        "preInstalledSw": "NA", "capacitystatus": "Used", "marketoption": "OnDemand",
        "licenseModel": "No License required",
    }  # fmt: skip
    sku = other.get("sku", f"SKU{instance_type}")
    dimension = {"unit": other.get("unit", "Hrs"), "pricePerUnit": {other.get("currency", "USD"): usd}}
    offer = {"priceDimensions": {f"{sku}.1.1": dimension}, "sku": sku, "termAttributes": {}}
    document = {
        "product": {"productFamily": "Compute Instance", "attributes": attributes, "sku": sku},
        "serviceCode": "AmazonEC2",
        "terms": {"OnDemand": {f"{sku}.1": offer}},
    }
    return json.dumps(document)


def spot_row(instance_type: str, zone: str, usd: str, hours_ago: float = 200) -> dict[str, Any]:
    return {
        "InstanceType": instance_type,
        "AvailabilityZone": f"{REGION}{zone}",
        "AvailabilityZoneId": f"euw1-az{'abc'.index(zone) + 1}",
        "ProductDescription": "Linux/UNIX",
        "SpotPrice": usd,
        "Timestamp": NOW - timedelta(hours=hours_ago),
    }


def rate(instance_type: str, usd: str, plan: str = "Compute", region: str = REGION) -> dict[str, Any]:
    return {
        "savingsPlanOffering": {
            "offeringId": "0b1d5f5e-1111-4222-8333-444455556666",
            "paymentOption": "No Upfront",
            "planType": plan,
            "durationSeconds": 31536000,
            "currency": "USD",
        },
        "rate": usd,
        "unit": "Hrs",
        "productType": "EC2",
        "serviceCode": "AmazonEC2",
        "usageType": f"EU-BoxUsage:{instance_type}",
        "operation": "RunInstances",
        "properties": [
            {"name": "instanceType", "value": instance_type},
            {"name": "region", "value": region},
        ],
    }


def shape(instance_type: str, vcpus: int = 8, memory_mib: int = 16384) -> dict[str, Any]:
    return {
        "InstanceType": instance_type,
        "SupportedUsageClasses": ["on-demand", "spot"],
        "BareMetal": False,
        "Hypervisor": "nitro",
        "ProcessorInfo": {
            "SupportedArchitectures": ["x86_64"],
            "SustainedClockSpeedInGhz": 3.2,
            "Manufacturer": "Intel",
        },
        "VCpuInfo": {"DefaultVCpus": vcpus},
        "MemoryInfo": {"SizeInMiB": memory_mib},
        "NetworkInfo": {
            "NetworkCards": [{"NetworkCardIndex": 0, "MaximumNetworkInterfaces": 4}],
            "Ipv4AddressesPerInterface": 15,
        },
    }


def offered(instance_type: str, zone: str) -> dict[str, Any]:
    return {
        "InstanceType": instance_type,
        "LocationType": "availability-zone-id",
        "Location": f"euw1-az{'abc'.index(zone) + 1}",
    }


def paged(key: str, *pages: list[Any], token: str = "NextToken") -> list[dict[str, Any]]:
    """Pages of an operation: all but the last name the next one."""
    last = len(pages) - 1
    return [{key: items} | ({token: f"t{n}"} if n < last else {}) for n, items in enumerate(pages)]


def two_pages_each() -> Pages:
    """Two pages of every operation that a refresh calls, of types that are known, and one that is not."""
    return {
        ("ec2", "describe_instance_types"): paged(
            "InstanceTypes", [shape("m7i.large", 2, 8192)], [shape("m99.2xlarge")]
        ),
        ("ec2", "describe_instance_type_offerings"): paged(
            "InstanceTypeOfferings",
            [offered("g6.xlarge", zone) for zone in "abc"],
            [offered("m7i.large", "a"), offered("m99.2xlarge", "b")],
        ),
        ("pricing", "get_products"): paged(
            "PriceList",
            [product("g6.xlarge", "0.8985000000"), product("m7i.large", "0.1123500000")],
            [product("m99.2xlarge", "0.4")],
        ),
        ("ec2", "describe_spot_price_history"): paged(
            "SpotPriceHistory",
            [spot_row("g6.xlarge", "a", "0.40"), spot_row("g6.xlarge", "b", "0.50")],
            [spot_row("g6.xlarge", "c", "0.80")],
        ),
        ("savingsplans", "describe_savings_plans_offering_rates"): paged(
            "searchResults",
            [rate("g6.xlarge", "0.62")],
            [rate("g6.xlarge", "0.55", "EC2Instance")],
            token="nextToken",
        ),
    }
