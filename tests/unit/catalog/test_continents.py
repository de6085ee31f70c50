"""A region is offered instead of another on the same continent only."""

import pytest

from plimsoll.catalog.continents import continent, within_reach

KNOWN = (
    "us-east-1",
    "us-west-2",
    "ca-central-1",
    "eu-west-1",
    "ap-south-1",
    "ap-southeast-2",
    "us-gov-west-1",
)


@pytest.mark.parametrize(
    ("here", "near"),
    [
        (["us-east-1"], ["ca-central-1", "us-west-2"]),
        (["eu-west-3"], ["eu-west-1"]),
        (["ap-northeast-1"], ["ap-south-1"]),
        (["ap-southeast-4"], ["ap-southeast-2"]),
        (["ap-southeast-2"], []),
        (["us-west-2", "eu-west-1"], ["ca-central-1", "us-east-1"]),
    ],
)
def test_what_is_near_never_lies_across_an_ocean(here: list[str], near: list[str]) -> None:
    assert within_reach(here, KNOWN) == near


def test_a_code_that_nobody_knows_is_alone() -> None:
    assert continent("xx-north-1") == "xx"
    assert continent("us-gov-west-1") != continent("us-west-2")
