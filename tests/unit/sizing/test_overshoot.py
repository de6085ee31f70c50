"""Nodes in flight are one in ten, and whole groups where a replica spans nodes."""

import pytest

from plimsoll.sizing.overshoot import overshoot_nodes


@pytest.mark.parametrize(
    ("most", "per_replica", "nodes"),
    [(0, 1, 0), (1, 1, 1), (10, 1, 1), (11, 1, 2), (0, 2, 0), (2, 2, 2), (20, 2, 2), (22, 2, 4), (9, 3, 3)],
)
def test_one_node_in_ten_is_in_flight_in_whole_groups(most: int, per_replica: int, nodes: int) -> None:
    assert overshoot_nodes(most, per_replica) == nodes
