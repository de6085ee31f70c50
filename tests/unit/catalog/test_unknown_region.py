"""A region without prices is answered from its own continent, or with those that have prices."""

import re

import pytest

from plimsoll.catalog.regions import regions
from plimsoll.catalog.tables import load
from plimsoll.catalog.unknown_region import unknown_region

PRICED = load().regions
CONTINENT = {name: region.continent for name, region in regions().items()}


def offered(fix: str) -> list[str]:
    return re.findall(r"\b[a-z]{2}-[a-z-]+-\d", fix)


@pytest.mark.parametrize("missing", sorted(PRICED))
def test_a_region_without_prices_brings_those_of_its_continent(missing: str):
    """Whatever region had none, as on a date before its first price."""
    priced = [region for region in PRICED if region != missing]
    said = unknown_region(missing, priced, "--region")
    near = [region for region in priced if CONTINENT[region] == CONTINENT[missing]]
    assert regions()[missing].title in said.why
    assert "did you mean" not in said.fix
    assert offered(said.fix) == (near or priced)
    assert near or said.fix.startswith(f"none of {CONTINENT[missing]} has prices")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("us-esat-1", "us-east-1"),
        ("us-est-1", "us-east-1"),
        ("us-wst-2", "us-west-2"),
        ("us-east-1a", "us-east-1"),
        ("US-East-2", "us-east-2"),
        ("useast1", "us-east-1"),
        ("Frankfurt", "eu-central-1"),
        ("N. Virginia", "us-east-1"),
        ("virginia", "us-east-1"),
        ("São Paulo", "sa-east-1"),
        ("eu-wset-1", "eu-west-1"),
        ("ap-notheast-1", "ap-northeast-1"),
    ],
)
def test_a_slip_a_zone_and_a_place_mean_a_region(written: str, meant: str):
    assert unknown_region(written, PRICED, "").fix == f"did you mean {meant!r}?"


@pytest.mark.parametrize(
    ("written", "where"),
    [("eu-west-9", "Europe"), ("westeurope", "Europe"), ("eu-nrth-1", "Europe"), ("eastus", "North America")],
)
def test_no_other_continent_is_offered(written: str, where: str):
    found = offered(unknown_region(written, PRICED, "").fix)
    assert found
    assert {CONTINENT[region] for region in found} == {where}


@pytest.mark.parametrize("written", ["moon", "mars-north-1", "cn-north-1", "us-gov-west-1"])
def test_what_has_no_neighbour_brings_those_with_prices(written: str):
    fix = unknown_region(written, PRICED, "").fix
    assert fix.endswith(f"regions with prices: {', '.join(PRICED)}")
