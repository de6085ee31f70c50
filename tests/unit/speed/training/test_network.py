"""Rates of collectives."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.speed.training.network import Network, collective_bytes_per_s

CATALOG = load()
INFINITE = float("inf")


@pytest.mark.parametrize(
    ("instance", "ranks", "gb_per_s", "within"),
    [
        ("p4de.24xlarge", 4, 200, 0.15),
        ("p6-b200.48xlarge", 8, 740, 0.15),
        ("p6-b200.48xlarge", 32, 377, 0.06),
        ("p5en.48xlarge", 32, 365, 0.08),
        ("p4d.24xlarge", 16, 42, 0.08),
        ("g6e.12xlarge", 4, 5.2, 0.01),
        ("g6e.48xlarge", 8, 1.5, 0.01),
    ],
)
def test_rates_are_near_those_that_were_measured(instance, ranks, gb_per_s, within):
    """Measured: training digest, busbw of nccl-tests."""
    type_ = CATALOG.instance_types[instance]
    rate = collective_bytes_per_s(CATALOG.accelerators[type_.accelerator], Network.of(type_), ranks)
    assert rate / 1e9 == pytest.approx(gb_per_s, rel=within)


def test_one_rank_sends_nothing():
    assert collective_bytes_per_s(CATALOG.accelerators["L4"], Network(), 1) == INFINITE


def test_a_plain_network_is_slower_than_efa():
    a10g = CATALOG.accelerators["A10G"]
    plain, efa = (collective_bytes_per_s(a10g, Network(1, 3e9, efa=efa), 4) for efa in (False, True))
    assert plain < efa < 3e9


def test_nodes_are_never_faster_than_links_between_ranks():
    l40s = CATALOG.accelerators["L40S"]
    network = Network.of(CATALOG.instance_types["g6e.48xlarge"])
    assert collective_bytes_per_s(l40s, network, 16) <= collective_bytes_per_s(l40s, network, 8)
