"""Constants of training speed, and what stands behind them."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.speed.training.facts import generation
from plimsoll.speed.training.read import load_training

CATALOG, FACTS = load(), load_training()


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("H200-141GB", "hopper"),
        ("B200-180GB", "blackwell-hbm"),
        ("B300-288GB", "blackwell-ultra"),
        ("GB300-288GB", "blackwell-ultra"),
        ("RTX-4090", "geforce"),
        ("L40S", "ada"),
        ("Trainium1", "neuron"),
        ("MI300X-192GB", "other"),
    ],
)
def test_a_part_has_its_generation(part, name):
    assert generation(CATALOG.accelerators[part]) == name


@pytest.mark.parametrize("part", sorted(CATALOG.accelerators))
def test_every_part_has_a_share(part):
    assert 0 < FACTS.share(CATALOG.accelerators[part]).value < 1


@pytest.mark.parametrize("name", sorted(FACTS.constants))
def test_every_constant_says_what_stands_behind_it(name):
    """No constant rests on a single row; one that no row touches is assumed."""
    constant = FACTS.constants[name]
    assert constant.source
    assert set(constant.without) == set(constant.families)
    if constant.basis == "assumed":
        assert constant.rows == 0
    else:
        assert constant.rows > 1
        assert (constant.basis == "one_source") == (len(constant.families) == 1)


@pytest.mark.parametrize("kind", sorted(FACTS.intervals))
def test_intervals_hold_the_prediction(kind):
    low, high = FACTS.intervals[kind]
    assert 0.5 < low < 1 < high < 2.5
