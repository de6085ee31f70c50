"""Profiles are facts of NVIDIA's: what a GPU has of each, and what a slice does of its rate."""

import pytest

from plimsoll.catalog.rows import rows
from plimsoll.sizing.sharing.packing import fits_one
from plimsoll.sizing.sharing.profiles import profiles_of
from plimsoll.spec.sharing_rules import PROFILES

ACCELERATORS = sorted({row["accelerator"] for row in rows(PROFILES)})


@pytest.mark.parametrize("accelerator", ACCELERATORS)
def test_a_gpu_holds_as_many_slices_of_a_profile_as_the_table_says_and_no_more(accelerator: str) -> None:
    for profile in profiles_of(accelerator):
        assert fits_one([profile] * profile.count)
        assert not fits_one([profile] * (profile.count + 1))


def test_a_seventh_does_an_eighth_of_the_rate_and_others_as_much_as_their_multiprocessors() -> None:
    small, _, two, *_ = profiles_of("A100-80GB")
    assert small.rate == (0.125, 0.11, 0.14)
    assert two.rate == pytest.approx((28 / 98, 0.8 * 28 / 98, 1.05 * 28 / 98))


def test_one_without_mig_has_no_profiles() -> None:
    assert profiles_of("L4") == profiles_of("T4") == ()
