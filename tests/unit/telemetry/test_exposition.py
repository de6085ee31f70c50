"""The text of a scrape is read as Prometheus writes it; a cut line is named."""

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.telemetry.exposition import scrape_of

TEXT = """# HELP a b
# TYPE a counter
a_total{model_name="m {1}",x="say \\"hi\\""} 3.0
a_total{model_name="m {1}",x="y"} 4 1793836800000
h_bucket{le="1.0"} 2
h_bucket{le="+Inf"} 3
h_sum 4.5
nan_total NaN
"""


def test_samples_are_added_up():
    scrape = scrape_of(TEXT, "f")
    assert scrape.total(("b", "a_total")) == 7
    assert scrape.label("model_name") == ("m {1}",)
    found = scrape.histogram(("h",))
    assert found is not None
    assert (found.count, found.total) == (3, 4.5)
    assert scrape.histogram(("i",)) is None


@pytest.mark.parametrize("line", ["a_total{x=", "a_total", "<html>", "a_total three"])
def test_a_line_that_is_none_is_named(line):
    with pytest.raises(SpecError, match=r"f:2:1: "):
        scrape_of(f"a 1\n{line}\n", "f")
