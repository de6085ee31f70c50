"""What Karpenter's kwok provider may rent: the instance types of the catalogue, as its own file has them.

The labels stand in the requirements of each offer, where the provider takes them from for its nodes. Devices
are those that EC2 counts, so that a part of a GPU is none: whatever else a node has, an overlay must say.
"""

from collections.abc import Iterator
from string import ascii_lowercase
from typing import Any

from plimsoll.catalog.facts import Catalog, InstanceType, Offering
from plimsoll.sizing.fleet import MOST_ZONES

GPU = "nvidia.com/gpu"
EFA = "vpc.amazonaws.com/efa"
COUNT = "karpenter.k8s.aws/instance-gpu-count"
PROVIDER = "karpenter.k8s.aws/"

OWN_CPU, OWN_MIB = 0.1, 10
"""What the provider takes off each node: the catalogue's allocatable has that taken off already."""


CAPACITY_TYPE, ZONE = "karpenter.sh/capacity-type", "topology.kubernetes.io/zone"


def market(catalog: Catalog, region: str) -> list[dict[str, Any]]:
    """Every type that plans choose from and a region offers: in each zone, on demand and on spot."""
    found = {name: catalog.offering(name, region) for name in catalog.planned}
    return [
        _type(catalog.instance_types[name], offering)
        for name, offering in found.items()
        if offering is not None and offering.zones
    ]


def devices(labels: dict[str, str]) -> int:
    """GPUs that EC2 counts on a node."""
    return int(labels.get(COUNT, 0))


def zones(offering: Offering) -> list[str]:
    """Names for the zones that offer a type, of those with a subnet; the catalogue counts them."""
    return [f"{offering.region}{letter}" for letter in ascii_lowercase[: min(offering.zones, MOST_ZONES)]]


def _type(found: InstanceType, offering: Offering) -> dict[str, Any]:
    labels = {key: value for key, value in found.labels.items() if key.startswith(PROVIDER)}
    resources = {
        "cpu": f"{found.allocatable_cpu + OWN_CPU:.3f}",
        "memory": f"{int(found.allocatable_memory_gib * 1024) + OWN_MIB}Mi",
        "ephemeral-storage": "500Gi",
        "pods": str(found.max_pods or 110),
    }
    if devices(labels):
        resources[GPU] = str(devices(labels))
    if found.efa_interfaces:
        resources[EFA] = str(found.efa_interfaces)
    return {
        "name": found.name,
        "architecture": found.labels["kubernetes.io/arch"],
        "operatingSystems": ["linux"],
        "resources": resources,
        "offerings": list(_offers(offering, labels)),
    }


def _offers(offering: Offering, labels: dict[str, str]) -> Iterator[dict[str, Any]]:
    prices = {"on-demand": offering.on_demand, "spot": offering.spot}
    for capacity_type, price in prices.items():
        for zone in zones(offering) if price is not None else ():
            where = {CAPACITY_TYPE: capacity_type, ZONE: zone}
            wanted = [
                {"key": key, "operator": "In", "values": [value]} for key, value in (labels | where).items()
            ]
            yield {"Price": float(price.usd), "Available": True, "Requirements": wanted}
