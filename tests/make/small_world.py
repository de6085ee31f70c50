"""A small catalogue and small graphs, built by hand."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from plimsoll.catalog.facts import Accelerator, Catalog, InstanceType, Offering, Price, ServicePrice
from plimsoll.graph.resource import Graph, Resource
from plimsoll.pricing import Priced, price

SOURCE, DATE = "hand-made", "2026-11-01"
REGION = "us-east-1"

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


def _price(usd: str | None) -> Price | None:
    return None if usd is None else Price(Decimal(usd), SOURCE, DATE)


def _accelerator(name: str) -> Accelerator:
    vendor = _VENDORS.get(name, "NVIDIA")
    return Accelerator(
        name, vendor, vendor == "NVIDIA", 2**34, 1e12, {}, "pcie4", 6e10, 8.0, True, SOURCE, DATE
    )


def instance_type(
    name: str, accelerator: str | None, count: int, fraction: float, vcpus: int, memory: float
) -> InstanceType:
    family = name.partition(".")[0]
    labels = {"kubernetes.io/os": "linux"}
    if accelerator:
        reported = "0" if fraction < 1 else str(count)
        labels["karpenter.k8s.aws/instance-gpu-name"] = accelerator.lower()
        labels["karpenter.k8s.aws/instance-gpu-count"] = reported
    return InstanceType(
        name, family, accelerator, count, fraction, vcpus, memory, vcpus - 0.1, memory * 0.9, "x86_64",
        "none", 10.0, 0, 100, 0, False, ("on-demand", "spot"), "", None, None, vcpus, labels, SOURCE, DATE,
    )  # fmt: skip


def catalog(
    types: Mapping[str, tuple[Any, ...]] = TYPES, regions: Mapping[str, str] | None = None
) -> Catalog:
    """Build a catalogue; `regions` maps each region to the factor on its prices."""
    factors = regions or {REGION: "1", "eu-central-1": "1.25"}
    offerings: dict[tuple[str, str], Offering] = {}
    services: dict[tuple[str, str], ServicePrice] = {}
    for region, factor in factors.items():
        for name, facts in types.items():
            prices = [None if p is None else str(Decimal(p) * Decimal(factor)) for p in facts[5:7]]
            offer = Offering(name, region, _price(prices[0]), _price(prices[1]), None, None, 3, DATE)
            offerings[(name, region)] = offer
        for item, usd in SERVICES.items():
            found = Price(Decimal(usd) * Decimal(factor), SOURCE, DATE)
            services[(item, region)] = ServicePrice(item, region, "unit", found)
    used = {facts[0] for facts in types.values() if facts[0]}
    return Catalog(
        {name: _accelerator(name) for name in used},
        {name: instance_type(name, *facts[:5]) for name, facts in types.items()},
        offerings,
        services,
        {},
        DATE,
    )


CATALOG = catalog()

NODE_CLASS_SPEC = {
    "amiSelectorTerms": [{"alias": "al2023@v20260724"}],
    "blockDeviceMappings": [
        {"deviceName": "/dev/xvda", "rootVolume": True, "ebs": {"volumeSize": "100Gi", "volumeType": "gp3"}}
    ],
}


def resource(token: str, name: str = "thing", /, *, region: str | None = REGION, **inputs: Any) -> Resource:
    """Build a resource; keyword arguments are its inputs.

    `region` is where its provider points; `own_region` is its own input of that name.
    """
    if "own_region" in inputs:
        inputs["region"] = inputs.pop("own_region")
    return Resource(f"urn:pulumi:test::test::{token}::{name}", token, name, inputs, region=region)


def node_class(name: str = "gpu", **changes: Any) -> Resource:
    token = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
    return resource(token, name, metadata={"name": name}, spec=NODE_CLASS_SPEC | changes)


def need(key: str, operator: str, *values: str) -> dict[str, Any]:
    """One requirement; a bare key gets Karpenter's prefix."""
    full = key if "/" in key else f"karpenter.k8s.aws/instance-{key}"
    return {"key": full, "operator": operator, "values": list(values)}


def types_in(*names: str) -> dict[str, Any]:
    return need("node.kubernetes.io/instance-type", "In", *names)


def node_pool(
    *requirements: Any,
    limits: Any = None,
    name: str = "pool",
    labels: Any = None,
    region: str | None = REGION,
    **spec: Any,
) -> Resource:
    template: dict[str, Any] = {
        "metadata": {"labels": labels or {}},
        "spec": {
            "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "gpu"},
            "requirements": list(requirements),
        },
    }
    body = {"template": template, **spec}
    if limits is not None:
        body["limits"] = limits
    return resource(
        "kubernetes:karpenter.sh/v1:NodePool", name, region=region, metadata={"name": name}, spec=body
    )


def priced(*resources: Resource, catalog: Catalog = CATALOG, region: str | None = None) -> Priced:
    return price(Graph(tuple(resources)), catalog, region)


def pool_priced(*requirements: Any, limits: Any = None, **spec: Any) -> Priced:
    return priced(node_class(), node_pool(*requirements, limits=limits, **spec))


def only_problem(result: Priced) -> tuple[str, str]:
    """The code and message of the one thing that cannot be priced."""
    assert len(result.cannot_price) == 1, result.cannot_price
    return result.cannot_price[0].code, result.cannot_price[0].message
