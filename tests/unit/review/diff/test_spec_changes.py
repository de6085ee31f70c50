"""Places at which two specs differ: leaves by their dotted path, lists whole."""

from plimsoll.review.diff.spec_changes import SpecChange, spec_changes


def test_nothing_differs() -> None:
    assert spec_changes({"load": {"qps": 5.0}}, {"load": {"qps": 5}}) == ()


def test_a_leaf_is_named_by_its_path() -> None:
    was, now = {"load": {"qps": {"peak": 5}}, "x": 1}, {"load": {"qps": {"peak": 15}}, "x": 1}
    assert spec_changes(was, now) == (SpecChange("load.qps.peak", 5, 15),)


def test_a_mapping_that_comes_or_goes_is_whole() -> None:
    budget = {"usd_per_month": 4000, "basis": "ceiling"}
    assert spec_changes({"budget": None}, {"budget": budget}) == (SpecChange("budget", None, budget),)
    assert spec_changes({"budget": budget}, {"budget": None}) == (SpecChange("budget", budget, None),)


def test_a_list_counts_whole() -> None:
    (change,) = spec_changes({"deny": ["p4d", "p5"]}, {"deny": ["p5"]})
    assert (change.from_, change.to) == (["p4d", "p5"], ["p5"])
