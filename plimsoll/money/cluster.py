"""A cluster has parts besides the pools of its workloads, and they cost the same in every plan."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.catalog.clock import INSTANCE_HOUR
from plimsoll.catalog.facts import Catalog, Price
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.money.bill import FEE, FEE_HOUR, Bill
from plimsoll.money.line import Basis, Line
from plimsoll.sizing.overshoot import IN_FLIGHT_HOURS


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
    node_fee: Price | None


def cluster_bill(catalog: Catalog, region: str, *, network: bool = True) -> Bill | None:
    """Add up the fixed parts of one cluster, which its workloads share; None if a price is missing.

    EKS control plane, the system nodes and their volumes, one NAT gateway and its public address;
    without the last two where the cluster gets no `network` of its own. Nodes of EKS Auto Mode have a fee,
    and successors in flight above the limit of their pool.
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
    if catalog.auto_mode and node.node_fee is None:
        return None
    control_plane, volume, nat_gateway, address = (service.price for service in services)
    return ClusterRates(control_plane, node.on_demand, volume, nat_gateway, address, node.node_fee)


def _lines(of: Basis, rates: ClusterRates) -> Iterator[Line]:
    nodes = Decimal(SYSTEM_NODES.max_nodes if of == "ceiling" else SYSTEM_NODES.desired_nodes)
    hours, system = HOURS_PER_MONTH, SYSTEM_NODES.instance_type
    label = f"system nodes ({system} on-demand)"
    in_flight = Decimal(0)
    if rates.node_fee is not None and of == "ceiling":
        in_flight = nodes * IN_FLIGHT_HOURS
    gib = (nodes + in_flight / hours) * SYSTEM_NODES.volume_gib
    yield Line("fixed", "", "EKS control plane", of, hours, "cluster-hour", rates.control_plane)
    yield Line("fixed", "", label, of, nodes * hours, INSTANCE_HOUR, rates.system_node, system)
    yield from _made_by_eks(of, nodes * hours, in_flight, rates)
    yield Line("fixed", "", "system volumes", of, gib, "GB-month", rates.volume)


def _made_by_eks(of: Basis, hours: Decimal, in_flight: Decimal, rates: ClusterRates) -> Iterator[Line]:
    """Yield what system nodes cost besides where EKS Auto Mode makes them: a pool of Karpenter, and a fee."""
    if rates.node_fee is None:
        return
    yield Line("fixed", "", f"system nodes, {FEE}", of, hours, FEE_HOUR, rates.node_fee)
    if in_flight:
        system, label = SYSTEM_NODES.instance_type, "system nodes in flight above the limit"
        yield Line("fixed", "", label, of, in_flight, INSTANCE_HOUR, rates.system_node, system)
        yield Line("fixed", "", f"{label}, {FEE}", of, in_flight, FEE_HOUR, rates.node_fee)


def _network_lines(of: Basis, rates: ClusterRates) -> Iterator[Line]:
    hours = HOURS_PER_MONTH
    yield Line("fixed", "", "NAT gateway", of, hours, "hour", rates.nat_gateway)
    yield Line("fixed", "", "NAT gateway public IPv4", of, hours, "address-hour", rates.address)
