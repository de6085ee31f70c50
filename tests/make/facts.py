"""A small catalogue in memory, for tests that want few facts and know all of them.

Two accelerators, four instance types, two regions, three models; round prices, so that a test can
do its arithmetic in the head. Every builder takes the fields that a test cares about.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from plimsoll.catalog.facts import Accelerator, Catalog, InstanceType, Offering, Price, ServicePrice
from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture, AttentionGroup

DATE = "2026-01-01"
EAST, WEST = "test-east-1", "test-west-1"

SERVICES = {
    "eks-cluster-standard": ("cluster-hour", "0.10"),
    "ebs-gp3-storage": ("GB-month", "0.08"),
    "ebs-gp3-iops": ("IOPS-month", "0.005"),
    "ebs-gp3-throughput": ("MBps-month", "0.04"),
    "nat-gateway-hour": ("hour", "0.05"),
    "nat-gateway-data": ("GB", "0.05"),
    "public-ipv4": ("address-hour", "0.005"),
    "alb-hour": ("hour", "0.02"),
    "nlb-hour": ("hour", "0.02"),
    "data-cross-az": ("GB each direction", "0.01"),
    "kms-key": ("key-month", "1"),
}


def price(usd: str, inferred: str = "") -> Price:
    """A price from nowhere."""
    return Price(Decimal(usd), source="test", as_of=DATE, inferred=inferred)


def accelerator(name: str = "Small-24GB", **fields: Any) -> Accelerator:
    """An L4-like card unless told otherwise."""
    facts: dict[str, Any] = {
        "name": name,
        "vendor": "NVIDIA",
        "cuda": True,
        "memory_bytes": 24 * GIB,
        "bandwidth": 300e9,
        "flops": {"fp32": 30e12, "fp16": 120e12, "bf16": 120e12, "fp8": 240e12, "int8": 240e12},
        "link": "pcie4",
        "link_bytes_per_s": 64e9,
        "compute_capability": 8.9,
        "aws": True,
        "source": "test",
        "as_of": DATE,
    }
    return Accelerator(**{**facts, **fields})


def instance_type(name: str, card: str | None = "Small-24GB", cards: int = 1, **fields: Any) -> InstanceType:
    """A type with 8 vCPU and 64 GiB per card (or for itself, without cards)."""
    family, _, size = name.partition(".")
    vcpus = fields.get("vcpus", 8 * max(cards, 1) if card else 8)
    memory = fields.get("memory_gib", 8.0 * vcpus)
    facts: dict[str, Any] = {
        "name": name,
        "family": family,
        "accelerator": card,
        "accelerators": cards if card else 0,
        "accelerator_fraction": 1.0,
        "vcpus": vcpus,
        "memory_gib": memory,
        "allocatable_cpu": vcpus - 0.1,
        "allocatable_memory_gib": memory * 0.9,
        "arch": "x86_64",
        "interconnect": "none" if cards < 2 else "pcie",
        "network_gbps": 25.0,
        "local_nvme_gb": 0,
        "max_pods": 58,
        "efa_interfaces": 0,
        "bare_metal": False,
        "usage_classes": ("on-demand", "spot"),
        "quota_name": "Running On-Demand G and VT instances"
        if card
        else "Running On-Demand Standard instances",
        "quota_code_on_demand": "L-DB2E81BA" if card else "L-1216C47A",
        "quota_code_spot": "L-3819A6DF" if card else "L-34B43A08",
        "quota_vcpus": vcpus,
        "labels": _labels(name, family, size, card, cards, vcpus, memory),
        "source": "test",
        "as_of": DATE,
    }
    return InstanceType(**{**facts, **fields})


def _labels(
    name: str, family: str, size: str, card: str | None, cards: int, vcpus: int, memory_gib: float
) -> dict[str, str]:
    prefix = "karpenter.k8s.aws/instance-"
    labels = {
        prefix + "family": family,
        prefix + "size": size,
        prefix + "category": family[0],
        prefix + "cpu": str(vcpus),
        prefix + "memory": str(round(memory_gib * 1024)),
        "node.kubernetes.io/instance-type": name,
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
    }
    if card:
        labels[prefix + "gpu-name"] = card.lower()
        labels[prefix + "gpu-count"] = str(cards)
        labels[prefix + "gpu-manufacturer"] = "nvidia"
    return labels


def offering(
    name: str, region: str = EAST, on_demand: str | None = "1.00", spot: str | None = "0.40"
) -> Offering:
    """An offering in three zones; None where nothing is sold."""
    return Offering(
        instance_type=name,
        region=region,
        on_demand=price(on_demand) if on_demand else None,
        spot=price(spot) if spot else None,
        reserved_1y=None,
        interruption_per_month=0.1,
        zones=3,
        start=DATE,
        source="test",
        as_of=DATE,
    )


def tiny_llm(name: str = "tiny/llm-8b", billions: float = 8.0) -> Architecture:
    """A dense decoder of the shape of an 8B model: 32 layers, 8 KV heads of 128."""
    params = round(billions * 1e9)
    return Architecture(
        name=name,
        task="llm",
        params=params,
        active_params=params,
        layers=32,
        hidden=4096,
        heads=32,
        ffn_dim=14336,
        vocab=128256,
        embedding_params=128256 * 4096,
        head_params=128256 * 4096,
        attention=(AttentionGroup(kind="full", layers=32, kv_heads=8, head_dim=128),),
        max_context_tok=131072,
        source="test",
        as_of=DATE,
    )


def tiny_catalog(
    offerings: Iterable[Offering] | None = None,
    models: Iterable[Architecture] | None = None,
    **fields: Any,
) -> Catalog:
    """A catalogue with `g1` (small cards), `p1` (big cards, eight) and the system type `m7i.large`.

    `offerings` and `models` replace the usual ones; `fields` replaces whole parts of the catalogue.
    """
    small = accelerator()
    big = accelerator(
        "Big-80GB",
        memory_bytes=80 * GIB,
        bandwidth=3350e9,
        flops={"fp32": 67e12, "fp16": 989e12, "bf16": 989e12, "fp8": 1979e12, "int8": 1979e12},
        link="nvlink4",
        link_bytes_per_s=900e9,
        compute_capability=9.0,
    )
    types = (
        instance_type("g1.xlarge"),
        instance_type("g1.4xlarge", cards=4),
        instance_type("p1.8xlarge", "Big-80GB", 8, interconnect="nvswitch"),
        instance_type("m7i.large", None, vcpus=2, memory_gib=8.0),
    )
    usual = (
        offering("g1.xlarge", EAST, "1.00", "0.40"),
        offering("g1.xlarge", WEST, "1.20", "0.50"),
        offering("g1.4xlarge", EAST, "4.00", "1.60"),
        offering("p1.8xlarge", EAST, "50.00", "20.00"),
        offering("p1.8xlarge", WEST, "60.00", None),
        offering("m7i.large", EAST, "0.10", None),
        offering("m7i.large", WEST, "0.12", None),
    )
    chosen = usual if offerings is None else tuple(offerings)
    known = (tiny_llm(), tiny_llm("tiny/llm-70b", 70.0)) if models is None else tuple(models)
    whole = Catalog(
        accelerators={card.name: card for card in (big, small)},
        instance_types={kind.name: kind for kind in sorted(types, key=lambda kind: kind.name)},
        offerings={(offer.instance_type, offer.region): offer for offer in chosen},
        services={
            (item, region): ServicePrice(item, region, unit, price(usd))
            for region in (EAST, WEST)
            for item, (unit, usd) in SERVICES.items()
        },
        models={model.name: model for model in known},
        priced_on=DATE,
    )
    return replace(whole, **fields)
