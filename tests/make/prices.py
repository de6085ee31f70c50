"""A small catalogue for pricing, at prices that look real, and what small graphs cost by it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from plimsoll.catalog.facts import Accelerator, Catalog, InstanceType, Offering, ServicePrice
from plimsoll.graph.resource import Graph, Resource
from plimsoll.pricing import Priced, price
from tests.make import facts
from tests.make.graphs import REGION, node_class, node_pool

DATE = "2026-11-01"

SERVICES = {
    "eks-cluster-standard": "0.10",
    "eks-cluster-extended": "0.60",
    "ebs-gp3-storage": "0.08",
    "ebs-gp3-iops": "0.005",
    "ebs-gp3-throughput": "0.04",
    "ebs-gp2-storage": "0.10",
    "ebs-io2-storage": "0.125",
    "ebs-io2-iops": "0.065",
    "nat-gateway-hour": "0.045",
    "public-ipv4": "0.005",
    "alb-hour": "0.0225",
    "clb-hour": "0.025",
    "nlb-hour": "0.0225",
    "vpc-endpoint-interface-hour": "0.01",
    "transit-gateway-attachment": "0.05",
    "kms-key": "1",
    "secrets-manager-secret": "0.4",
    "route53-zone": "0.5",
    "cloudwatch-alarm-standard": "0.1",
    "cloudwatch-alarm-high-res": "0.3",
    "cloudwatch-custom-metric": "0.3",
    "fsx-lustre-persistent2-125": "0.145",
}

TYPES = {
    # name: accelerator, count, fraction, vCPU, GiB, on-demand, spot
    "g6.xlarge": ("L4", 1, 1.0, 4, 16, "0.8048", "0.30"),
    "g6.12xlarge": ("L4", 4, 1.0, 48, 192, "4.6016", "2.00"),
    "g6f.large": ("L4", 1, 0.125, 2, 8, "0.2024", None),
    "g5.xlarge": ("A10G", 1, 1.0, 4, 16, "1.006", "0.40"),
    "g4ad.xlarge": ("V520", 1, 1.0, 4, 16, "0.3785", None),
    "p5.48xlarge": ("H100", 8, 1.0, 192, 2048, "55.04", "30.00"),
    "p5e.48xlarge": ("H200", 8, 1.0, 192, 2048, None, "25.00"),
    "m7i.large": (None, 0, 1.0, 2, 8, "0.1008", "0.04"),
    "m7i.xlarge": (None, 0, 1.0, 4, 16, "0.2016", None),
    "t3.medium": (None, 0, 1.0, 2, 4, "0.0416", None),
}

_VENDORS = {"V520": "AMD"}


def _accelerator(name: str) -> Accelerator:
    vendor = _VENDORS.get(name, "NVIDIA")
    return facts.accelerator(name, vendor=vendor, cuda=vendor == "NVIDIA", flops={})


def _instance_type(
    name: str, accelerator: str | None, count: int, fraction: float, vcpus: int, memory: float
) -> InstanceType:
    labels = {"kubernetes.io/os": "linux"}
    if accelerator:
        # A share of a card is reported as none, by Karpenter too.
        reported = "0" if fraction < 1 else str(count)
        labels["karpenter.k8s.aws/instance-gpu-name"] = accelerator.lower()
        labels["karpenter.k8s.aws/instance-gpu-count"] = reported
    return facts.instance_type(
        name,
        accelerator,
        count,
        accelerator_fraction=fraction,
        vcpus=vcpus,
        memory_gib=memory,
        max_pods=100,
        labels=labels,
    )


def _offering(name: str, region: str, prices: tuple[str | None, str | None], factor: Decimal) -> Offering:
    on_demand, spot = (None if usd is None else str(Decimal(usd) * factor) for usd in prices)
    return facts.offering(name, region, on_demand, spot)


def catalog(
    types: Mapping[str, tuple[Any, ...]] = TYPES, regions: Mapping[str, str] | None = None
) -> Catalog:
    """Build a catalogue; `regions` maps each region to the factor on its prices."""
    factors = {
        region: Decimal(factor)
        for region, factor in (regions or {REGION: "1", "eu-central-1": "1.25"}).items()
    }
    used = {kind[0] for kind in types.values() if kind[0]}
    return Catalog(
        accelerators={name: _accelerator(name) for name in used},
        instance_types={name: _instance_type(name, *kind[:5]) for name, kind in types.items()},
        offerings={
            (name, region): _offering(name, region, kind[5:7], factor)
            for region, factor in factors.items()
            for name, kind in types.items()
        },
        services={
            (item, region): ServicePrice(item, region, "unit", facts.price(str(Decimal(usd) * factor)))
            for region, factor in factors.items()
            for item, usd in SERVICES.items()
        },
        models={},
        priced_on=DATE,
    )


CATALOG = catalog()


def priced(*resources: Resource, catalog: Catalog = CATALOG, region: str | None = None) -> Priced:
    return price(Graph(tuple(resources)), catalog, region)


def pool_priced(*requirements: Any, limits: Any = None, **spec: Any) -> Priced:
    return priced(node_class(), node_pool(*requirements, limits=limits, **spec))


def only_problem(result: Priced) -> tuple[str, str]:
    """The code and message of the one thing that cannot be priced."""
    assert len(result.cannot_price) == 1, result.cannot_price
    return result.cannot_price[0].code, result.cannot_price[0].message
