"""A region without prices is answered from its own continent, or with those that have prices."""

import re

import pytest

from plimsoll.catalog.continents import continent
from plimsoll.catalog.regions import PLACES, unknown_region
from plimsoll.catalog.tables import load

PRICED = load().regions


def test_every_region_with_prices_has_a_place():
    assert set(PRICED) <= set(PLACES)


@pytest.mark.parametrize("region", sorted(set(PLACES) - set(PRICED)))
def test_a_region_of_aws_without_prices_brings_those_of_its_continent(region: str):
    said = unknown_region(region, PRICED, "--region")
    assert PLACES[region] in said.why
    assert "did you mean" not in said.fix
    offered = re.findall(r"\b[a-z]{2}-[a-z-]+-\d", said.fix)
    near = [each for each in PRICED if continent(each) == continent(region)]
    assert offered == (near or list(PRICED))
    assert near or said.fix.startswith(f"none of {continent(region)} has prices")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("us-esat-1", "us-east-1"),
        ("us-east-1a", "us-east-1"),
        ("US-East-2", "us-east-2"),
        ("useast1", "us-east-1"),
        ("Frankfurt", "eu-central-1"),
        ("N. Virginia", "us-east-1"),
        ("virginia", "us-east-1"),
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
    offered = re.findall(r"\b[a-z]{2}-[a-z-]+-\d", unknown_region(written, PRICED, "").fix)
    assert offered
    assert {continent(region) for region in offered} == {where}


def test_what_is_no_region_at_all_brings_those_with_prices():
    assert unknown_region("moon", PRICED, "").fix == f"regions with prices: {', '.join(PRICED)}"
