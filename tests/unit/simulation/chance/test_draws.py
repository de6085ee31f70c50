"""Random numbers: the same bytes for a seed, independent streams, the right moments."""

import math

import pytest

from plimsoll.simulation.chance.draws import Draws, on_grid
from plimsoll.sizing.traffic import Lengths


def test_a_seed_gives_these_numbers_on_every_machine() -> None:
    draws = Draws(1, "arrivals")
    assert [draws.uniform().hex() for _ in range(3)] == [
        "0x1.43e8a02ec5e81p-3",
        "0x1.3a76534868587p-8",
        "0x1.9f726951c1a08p-1",
    ]


def test_a_block_of_draws_has_one_in_each_share_of_it() -> None:
    draws = Draws(7, "prompts")
    found = [draws.uniform() for _ in range(4096)]
    assert sorted(int(value * 4096) for value in found) == list(range(4096))
    assert found != sorted(found)


def test_streams_of_other_names_and_seeds_differ() -> None:
    streams = {Draws(seed, name).uniform() for seed in (1, 2) for name in ("arrivals", "prompts")}
    assert len(streams) == 4


@pytest.mark.parametrize("cv", [0.0, 0.3, 1.0, 2.5])
def test_gamma_draws_have_mean_one_and_their_spread(cv: float) -> None:
    draws = Draws(1, "tasks")
    found = [draws.gamma(cv) for _ in range(40_000)]
    mean = math.fsum(found) / len(found)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in found) / len(found))
    assert mean == pytest.approx(1.0, abs=0.03)
    assert spread / mean == pytest.approx(cv, abs=0.03 + 0.04 * cv)


def test_lengths_have_their_mean_and_their_percentile() -> None:
    draws, lengths = Draws(3, "prompts"), Lengths(1000.0, 0.4964)
    found = sorted(draws.length(lengths) for _ in range(40_000))
    assert math.fsum(found) / len(found) == pytest.approx(1000, rel=0.01)
    assert found[38_000] == pytest.approx(2000, rel=0.02)
    assert draws.length(Lengths(7.0, 0.0)) == 7.0


def test_whole_numbers_are_below_their_bound_and_all_come() -> None:
    draws = Draws(1, "router")
    assert {draws.below(3) for _ in range(200)} == {0, 1, 2}


def test_times_lie_on_a_grid_whose_sums_are_exact() -> None:
    parts = [on_grid(third) for third in (1 / 3, 0.1, 86400.7)]
    assert sum(parts) == sum(reversed(parts))
    assert parts[0] == pytest.approx(1 / 3, abs=1e-9)
