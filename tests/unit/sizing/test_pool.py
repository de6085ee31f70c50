"""Pools are made whole: replicas are shared out first, then nodes follow."""

from plimsoll.sizing.pool import Packing, Replicas, Share, pool_of, shares
from tests.make.facts import instance_type


def test_on_demand_alone_is_one_pool() -> None:
    assert shares(Replicas(1, 5, 5), None) == (Share("base", "on-demand", 1, 5),)


def test_a_base_on_demand_stands_beside_spot() -> None:
    fixed, burst = shares(Replicas(2, 5, 5), 2)
    assert fixed == Share("base", "on-demand", 2, 2)
    assert burst == Share("burst", "spot", 0, 3)


def test_without_a_base_all_is_spot_and_without_more_all_is_base() -> None:
    assert [share.name for share in shares(Replicas(1, 5, 5), 0)] == ["burst"]
    assert [share.name for share in shares(Replicas(1, 5, 5), 5)] == ["base"]


def test_nodes_follow_from_replicas_and_packing() -> None:
    pool = pool_of(Share("base", "on-demand", 1, 5), instance_type("m.large", cards=2), Packing(2, 1, 120))
    assert (pool.min_nodes, pool.max_nodes, pool.overshoot_nodes) == (1, 3, 1)
    assert pool.limits == {"nvidia.com/gpu": "6", "nodes": "3"}
    assert pool.volume_gib == 120


def test_each_zone_packs_its_own_share() -> None:
    pool = pool_of(Share("base", "on-demand", 3, 4), instance_type("m.large", cards=2), Packing(2, 3, 100))
    assert (pool.min_nodes, pool.max_nodes, pool.zones) == (3, 3, 3)
