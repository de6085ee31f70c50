"""A region is offered instead of another on the same continent only."""

import pytest

from plimsoll.catalog.regions import beside, continent, regions

KNOWN = ("us-east-1", "us-west-2", "ca-central-1", "eu-west-1", "ap-south-1", "ap-southeast-2", "test-east-1")


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (["us-east-1"], ["ca-central-1", "us-west-2"]),
        (["eu-west-3"], ["eu-west-1"]),
        (["ap-northeast-1"], ["ap-south-1"]),
        (["ap-southeast-4"], ["ap-southeast-2"]),
        (["ap-southeast-2"], []),
        (["us-west-2", "eu-west-1"], ["ca-central-1", "us-east-1"]),
        (["test-west-1"], ["test-east-1"]),
    ],
)
def test_what_is_near_never_lies_across_an_ocean(here: list[str], there: list[str]) -> None:
    assert beside(here, KNOWN) == there


def test_every_region_with_prices_lies_somewhere() -> None:
    assert {continent(name) for name in regions()} >= {"Africa", "Asia", "Europe", "Oceania", "North America"}
