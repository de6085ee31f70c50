"""A plot of blocks: levels, bins, the width of the page."""

from plimsoll.show.simulation.plot import Series, plotted


def test_the_greatest_value_is_a_full_block_and_nothing_is_blank() -> None:
    line, axis = plotted([Series("replicas", [0.0, 1.0, 50.0, 100.0], "")], 80)
    assert line == "  replicas    ▁▄█  max 100"
    assert axis.endswith("4 min")


def test_more_minutes_than_columns_show_the_greatest_of_each_column() -> None:
    values = [1.0] * 1000
    values[500] = 8.0
    line, _ = plotted([Series("requests/s", values, "")], 60)
    assert len(line) <= 60
    assert line.count("█") == 1


def test_nothing_to_plot_is_no_line() -> None:
    assert plotted([], 80) == []
    assert plotted([Series("replicas", [], "")], 80) == []
