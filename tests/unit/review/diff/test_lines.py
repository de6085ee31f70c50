"""Lines of two bills: paired by what they are, told where quantity or price differ."""

from dataclasses import replace

from plimsoll.money.line import CostLine
from plimsoll.review.diff.lines import changed_lines

NODES = CostLine(
    item="base nodes (g6e.xlarge on-demand)",
    of="ceiling",
    quantity="730",
    unit="instance-hour",
    usd_per_unit="1.861",
    list_usd_per_unit=None,
    usd_per_month="1358.53",
    source="a list",
    as_of="2026-01-01",
    scope="workload",
    kind="nodes",
    pool="base",
    instance_type="g6e.xlarge",
    inferred=None,
)


def test_the_same_line_is_no_change_whatever_its_source_and_digits() -> None:
    later = replace(NODES, quantity="730.00", source="another list", as_of="2026-06-01")
    assert changed_lines([NODES], [later]) == ()


def test_a_price_that_moved_is_named_with_both_dates() -> None:
    later = replace(NODES, usd_per_unit="2", usd_per_month="1460.00", as_of="2026-06-01")
    (line,) = changed_lines([NODES], [later])
    assert line.was is not None
    assert line.now is not None
    assert (line.state, line.repriced, line.change_usd_per_month) == ("changed", True, "101.47")
    assert (line.was.as_of, line.now.as_of) == ("2026-01-01", "2026-06-01")


def test_another_quantity_is_no_other_price() -> None:
    (line,) = changed_lines([NODES], [replace(NODES, quantity="1460", usd_per_month="2717.06")])
    assert (line.state, line.repriced) == ("changed", False)


def test_another_type_is_another_line() -> None:
    """A label that both types share (nodes in flight) is not one line with another price."""
    one = replace(NODES, item="base nodes in flight above the limit")
    other = replace(one, instance_type="p5.48xlarge", usd_per_unit="55.04", usd_per_month="40179.20")
    new, removed = changed_lines([one], [other])
    assert (new.state, new.was, new.change_usd_per_month) == ("new", None, "40179.20")
    assert (removed.state, removed.now, removed.change_usd_per_month) == ("removed", None, "-1358.53")
    assert not new.repriced
    assert not removed.repriced


def test_lines_of_one_label_are_paired_in_their_order() -> None:
    covered = replace(NODES, quantity="30", usd_per_unit="0", usd_per_month="0.00")
    (line,) = changed_lines([covered, NODES], [covered, replace(NODES, quantity="1", usd_per_month="1.86")])
    assert line.was is not None
    assert line.was.quantity == "730"
