"""The ledger fails on regression, and on nothing else."""

from dataclasses import replace

import pytest

from plimsoll.speed.accuracy.score import Score
from speed_fit import ledger
from speed_fit.ledger import absent, regressions, renewed

SCORE = Score("H9", "made up", 10, 10, 0.1, 0.1, 0.3, 0.0, 0.1, 0.8, 1.5, 0.5, 0.3)


@pytest.fixture(autouse=True)
def _own_ledger(tmp_path, monkeypatch):
    monkeypatch.setattr(ledger, "LEDGER", tmp_path / "ledger.json")
    renewed([SCORE])


def test_the_same_figures_and_better_ones_pass():
    assert regressions([SCORE]) == []
    assert regressions([replace(SCORE, mdape=0.05, coverage=0.9)]) == []


@pytest.mark.parametrize("worse", [{"mdape": 0.11}, {"coverage": 0.75}, {"answered": 9}])
def test_a_worse_figure_is_named(worse):
    (line,) = regressions([replace(SCORE, **worse)])
    assert "H9 made up" in line


def test_noise_passes():
    assert regressions([replace(SCORE, mdape=0.1015, coverage=0.7985)]) == []


def test_a_coverage_that_falls_towards_what_is_promised_passes():
    renewed([replace(SCORE, coverage=0.95)])
    assert regressions([replace(SCORE, coverage=0.8)]) == []
    assert regressions([replace(SCORE, coverage=0.79)])


def test_another_number_of_rows_stands_beside():
    assert regressions([replace(SCORE, n=20, mdape=0.5)]) == []
    renewed([replace(SCORE, n=20, mdape=0.5)])
    assert regressions([SCORE]) == []


def test_families_that_a_file_lacks_are_named():
    assert absent({"trtllm-docs"})[:2] == ["sparecores-vllm", "sparecores-llamacpp"]
    assert absent(set(ledger.FAMILIES)) == []
