"""A network joins the accelerators of a run: within a node by its links, between nodes by its adapters."""

from plimsoll.catalog.facts import Accelerator, InstanceType
from plimsoll.ground.start_up import record
from plimsoll.speed.facts import is_switched

SWITCHED = 0.75
"""Share of a link's rate, one way, that collectives reach within a node: 200 of 300 GB/s on A100, 740 of 900
on B200 (ml-engineering, HEAD 2026-08-22; Qwen README's ZeRO-3 runs)."""

PCIE_BYTES_PER_S = ((2, 20e9), (4, 5.2e9), (8, 1.5e9))
"""What collectives reach between so many accelerators over PCIe without peer access (measured on L40S)."""

NVL72_PER_NODE = 72
"""Accelerators of one NVLink domain of a GB200 or GB300 rack."""

EFA, PLAIN = 0.9, 0.8
"""Shares of a node's rate that collectives reach: 365 of 400 GB/s on p5en, 377 of 400 on p6-b200, 42 of 50
on p4d with EFA (ml-engineering, HEAD 2026-08-22); 2.5 of 3.1 over TCP, inferred."""


@record
class Network:
    """So many accelerators share a node, or a rack of one NVLink domain; nodes are joined at a rate.

    `node_bytes_per_s` is that of all adapters of a node, one way; `efa` whether they bypass the kernel.
    """

    per_node: int = 8
    node_bytes_per_s: float = 0.0
    efa: bool = False

    @classmethod
    def of(cls, instance: InstanceType) -> "Network":
        """Take the network of an instance type."""
        rate = instance.network_gbps * 1e9 / 8
        return cls(max(instance.accelerators, 1), rate, instance.efa_interfaces > 0)


def collective_bytes_per_s(accelerator: Accelerator, network: Network, ranks: float) -> float:
    """Find the rate per accelerator at which so many ranks reduce or gather; infinite for one alone.

    Between nodes the adapters of a node carry what its accelerators exchange with others, so that the rate of
    a ring is a node's, not a share of it; it is never above the links'.
    """
    if ranks <= 1:
        return float("inf")
    inside = _inside(accelerator, min(ranks, network.per_node))
    if ranks <= network.per_node:
        return inside
    return min(inside, network.node_bytes_per_s * (EFA if network.efa else PLAIN))


def _inside(accelerator: Accelerator, ranks: float) -> float:
    if ranks <= 1:
        return float("inf")
    if is_switched(accelerator.link):
        return accelerator.link_bytes_per_s / 2 * SWITCHED
    return next((rate for most, rate in PCIE_BYTES_PER_S if ranks <= most), PCIE_BYTES_PER_S[-1][1])
