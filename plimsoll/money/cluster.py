"""A cluster has parts besides the pools of its workloads, and they cost the same in every plan."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.catalog.clock import INSTANCE_HOUR
from plimsoll.catalog.facts import Catalog, Price
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.money.bill import Bill
from plimsoll.money.line import Basis, Line


@record
class SystemNodes:
    """The managed node group that carries Karpenter, CoreDNS and the add-ons."""

    instance_type: str
    min_nodes: int
    desired_nodes: int
    max_nodes: int
    volume_gib: int


SYSTEM_NODES = SystemNodes("m7i.large", 2, 2, 3, 50)
"""Two nodes so that one may fail, three at most; the ceiling counts all three."""


@record
class ClusterRates:
    """Unit prices of the parts that every cluster has."""

    control_plane: Price
    system_node: Price
    volume: Price
    nat_gateway: Price
    address: Price


def cluster_bill(catalog: Catalog, region: str, *, network: bool = True) -> Bill | None:
    """Add up the fixed parts of one cluster, which its workloads share; None if a price is missing.

    EKS control plane, the system node group and its volumes, one NAT gateway and its public address;
    without the last two where the cluster gets no `network` of its own.
    """
    rates = _rates(catalog, region)
    if rates is None:
        return None
    bases: tuple[Basis, ...] = ("floor", "expected", "ceiling")
    parts = (_lines, _network_lines) if network else (_lines,)
    return Bill.of([line for of in bases for part in parts for line in part(of, rates)])


def _rates(catalog: Catalog, region: str) -> ClusterRates | None:
    node = catalog.offering(SYSTEM_NODES.instance_type, region)
    items = ("eks-cluster-standard", "ebs-gp3-storage", "nat-gateway-hour", "public-ipv4")
    services = [service for item in items if (service := catalog.service(item, region)) is not None]
    if node is None or node.on_demand is None or len(services) < len(items):
        return None
    control_plane, volume, nat_gateway, address = (service.price for service in services)
    return ClusterRates(control_plane, node.on_demand, volume, nat_gateway, address)


def _lines(of: Basis, rates: ClusterRates) -> Iterator[Line]:
    nodes = Decimal(SYSTEM_NODES.max_nodes if of == "ceiling" else SYSTEM_NODES.desired_nodes)
    hours, system = HOURS_PER_MONTH, SYSTEM_NODES.instance_type
    label = f"system nodes ({system} on-demand)"
    gib = nodes * SYSTEM_NODES.volume_gib
    yield Line("fixed", "", "EKS control plane", of, hours, "cluster-hour", rates.control_plane)
    yield Line("fixed", "", label, of, nodes * hours, INSTANCE_HOUR, rates.system_node, system)
    yield Line("fixed", "", "system volumes", of, gib, "GB-month", rates.volume)


def _network_lines(of: Basis, rates: ClusterRates) -> Iterator[Line]:
    hours = HOURS_PER_MONTH
    yield Line("fixed", "", "NAT gateway", of, hours, "hour", rates.nat_gateway)
    yield Line("fixed", "", "NAT gateway public IPv4", of, hours, "address-hour", rates.address)
