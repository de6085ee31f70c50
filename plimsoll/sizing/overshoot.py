"""Overshoot: the nodes that Karpenter may have in flight above the limit of a pool."""

IN_FLIGHT_PER_NODES = 10
"""Above a pool's limit, one node in ten may be in flight at once, and at least one. Source: Karpenter's
limits are eventually consistent (a limit of 608 nodes was seen to end at 627), and its default disruption
budget replaces 10 % of a pool at a time (karpenter.sh/v1)."""

IN_FLIGHT_HOURS = 73
"""Hours a month that each node of a pool may also have a successor running beside it: 10 % of 730. It bounds
a replacement a day with an overlap of 2.4 hours. Assumption, and the same share as above."""


def overshoot_nodes(max_nodes: int, nodes_per_replica: int = 1) -> int:
    """Nodes that may be in flight at once above a pool's limit; 0 for a pool that has none.

    Where a replica spans nodes a lost one takes its group along, so that whole groups are in flight.
    """
    nodes = -(-max_nodes // IN_FLIGHT_PER_NODES)
    return -(-nodes // nodes_per_replica) * nodes_per_replica
