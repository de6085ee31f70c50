"""Checkpoints: Daly's interval, what a file system takes, and how long a save blocks."""

import pytest

from plimsoll.sizing.runs.checkpoint import (
    auto_interval_s,
    daly_s,
    fsx_bytes_per_s,
    host_copy_s,
    s3_bytes_per_s,
)


@pytest.mark.parametrize(("between_h", "interval_s"), [(4, 1275), (6, 1570), (24, 3180), (200, 9255)])
def test_the_interval_is_dalys(between_h: float, interval_s: float) -> None:
    assert daly_s(60, between_h * 3600) == pytest.approx(interval_s, rel=0.005)


def test_an_automatic_interval_is_whole_minutes_and_never_shorter_than_a_save() -> None:
    assert auto_interval_s(60, 60, 6 * 3600) == 26 * 60
    assert auto_interval_s(0.01, 0.1, 3600) == 60
    assert auto_interval_s(1, 824, 6 * 3600) == 14 * 60


def test_a_small_file_system_takes_fourteen_minutes_for_an_8b() -> None:
    assert 14 * 8.03e9 / fsx_bytes_per_s(1200, 125) == pytest.approx(824, abs=1)


def test_nodes_write_and_accelerators_copy_side_by_side() -> None:
    assert s3_bytes_per_s(1.25, 4) == 5e9
    assert host_copy_s(80e9, 8) == host_copy_s(10e9, 1) == 1
