"""Changes are put into the text of a spec; what they do not touch stays as somebody wrote it."""

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.rightsizing.patch import MeasuredChange
from plimsoll.rightsizing.spec_file import rewritten

SPEC = """# ours
model: m  # the small one
load:
  qps: 5   # a guess
  input_tokens: 100

# what we promised
sla: {ttft_p95_ms: 800}
pin: {replicas: 3}
"""


def test_parts_that_change_are_written_anew():
    changes = [
        MeasuredChange("load.qps.peak", 5, 2.5),
        MeasuredChange("load.output_tokens", None, {"mean": 10, "p95": 20}),
        MeasuredChange("pin.replicas", 3, None),
    ]
    assert rewritten(SPEC, changes, "f") == (
        "# ours\nmodel: m  # the small one\n"
        "load: {qps: {peak: 2.5}, input_tokens: 100, output_tokens: {mean: 10, p95: 20}}\n"
        "\n# what we promised\nsla: {ttft_p95_ms: 800}\n"
    )


def test_a_part_that_was_not_there_comes_last():
    text = rewritten("model: m\nload: {qps: 1}\n", [MeasuredChange("scale.min_replicas", None, 2)], "f")
    assert text == "model: m\nload: {qps: 1}\nscale: {min_replicas: 2}\n"


def test_a_spec_in_one_flow_mapping_is_refused():
    with pytest.raises(SpecError, match="cannot be rewritten"):
        rewritten("{model: m, load: {qps: 1}}\n", [MeasuredChange("load.qps", 1, 2)], "f")
