"""A change of the accelerator under a built engine says that it must be built again."""

import json
from pathlib import Path
from typing import Any

import pytest

from plimsoll.review.diff.assumptions import AssumptionChange
from plimsoll.review.diff.rebuild import rebuild
from tests.make.command import inside
from tests.make.variants import TENSORRT, TORCH, spec

L4 = TENSORRT | {"variant": "tensorrt-l4", "accelerator": "L4", "qps_per_replica": 900}


def test_only_an_engine_that_is_there_afterwards_must_be_built() -> None:
    change = AssumptionChange("engine built for", "T4", "L4", None, "bound")
    assert rebuild([change]) == (
        "rebuild the engine for L4, and measure it there: T4 serves until now (bound)"
    )
    assert rebuild([AssumptionChange("engine built for", "T4", None, None, "bound")]) is None
    assert rebuild([AssumptionChange("cold start", 1, 2, "s", "")]) is None
    assert rebuild(None) is None
    first = rebuild([AssumptionChange("engine built for", None, "T4", None, "bound")])
    assert first is not None
    assert first.startswith("build the engine for T4")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [([TENSORRT], [L4], "rebuild the engine for L4"), ([TORCH], [TORCH | {"qps_per_replica": 100}], None)],
)
def test_a_diff_says_it_in_every_form(
    tmp_path: Path, before: list[dict[str, Any]], after: list[dict[str, Any]], said: str | None
) -> None:
    for name, variants in (("a", before), ("b", after)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "scorer.yaml").write_text(json.dumps(spec(300, *variants)))
    sides = (str(tmp_path / "a"), str(tmp_path / "b"))
    (workload,) = json.loads(inside("diff", *sides, "--format", "json").stdout)["workloads"]
    assert (workload["rebuild"] or "").startswith(said or "")
    assert (workload["rebuild"] is None) == (said is None)
    told = [inside("diff", *sides, "--format", kind).stdout for kind in ("table", "md")]
    told.append(inside("comment", "--base", sides[0], "--head", sides[1]).stdout)
    for text in told:
        assert (said is not None) == ("rebuild the engine for L4" in " ".join(text.split()))
