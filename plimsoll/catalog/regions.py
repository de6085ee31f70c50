"""Regions are called by code and by place; a name that has no prices is answered from its own continent."""

import re
from collections.abc import Iterator, Sequence

from plimsoll.catalog.continents import continent
from plimsoll.ground.problems import Problem

PLACES = {
    "af-south-1": "Cape Town",
    "ap-east-1": "Hong Kong",
    "ap-east-2": "Taipei",
    "ap-northeast-1": "Tokyo",
    "ap-northeast-2": "Seoul",
    "ap-northeast-3": "Osaka",
    "ap-south-1": "Mumbai",
    "ap-south-2": "Hyderabad",
    "ap-southeast-1": "Singapore",
    "ap-southeast-2": "Sydney",
    "ap-southeast-3": "Jakarta",
    "ap-southeast-4": "Melbourne",
    "ap-southeast-5": "Malaysia",
    "ap-southeast-6": "New Zealand",
    "ap-southeast-7": "Thailand",
    "ca-central-1": "Montreal",
    "ca-west-1": "Calgary",
    "cn-north-1": "Beijing",
    "cn-northwest-1": "Ningxia",
    "eu-central-1": "Frankfurt",
    "eu-central-2": "Zurich",
    "eu-north-1": "Stockholm",
    "eu-south-1": "Milan",
    "eu-south-2": "Spain",
    "eu-west-1": "Ireland",
    "eu-west-2": "London",
    "eu-west-3": "Paris",
    "il-central-1": "Tel Aviv",
    "me-central-1": "UAE",
    "me-south-1": "Bahrain",
    "mx-central-1": "Mexico",
    "sa-east-1": "São Paulo",
    "us-east-1": "N. Virginia",
    "us-east-2": "Ohio",
    "us-gov-east-1": "GovCloud East",
    "us-gov-west-1": "GovCloud West",
    "us-west-1": "N. California",
    "us-west-2": "Oregon",
}
"""The regions of AWS, and what it calls their places. Source: AWS, the table of regions of its guides, and
the values of `ImpactedAwsRegion` in the Security Incident Response API reference; both read 2026-11."""

_ELSEWHERE = (
    (r"europe|germany|france|sweden|norway|poland|italy|spain|switzerland|^uk", "Europe"),
    (r"northamerica|canada|mexico|(north|south|east|west|central)us[0-9]?$", "North America"),
    (r"southamerica|brazil|chile", "South America"),
    (r"asia|japan|korea|india", "Asia"),
    (r"australia|newzealand", "Oceania"),
    (r"africa", "Africa"),
    (r"israel|uae|qatar|saudi|middleeast", "Middle East"),
)
"""How the regions of other clouds name their continents."""
_SIMILAR, _ALIKE = 0.6, 0.8
"""Share of letters in common from which a name is taken for a slip: as for other names where it begins as a
region does, and more where it does not."""


def unknown_region(name: str, priced: Sequence[str], path: tuple[str | int, ...] | str) -> Problem:
    """Say that a region has no prices, and which of its continent have some.

    `priced` are the regions with prices.
    """
    written = name.strip().lower()[:64]
    meant, why = _meant(written, priced), "a plan needs its prices"
    if meant == written and meant in PLACES and meant not in priced:
        why += f", and those of {PLACES[meant]} were not read"
    return Problem(f"no region {name[:60]!r} in the catalogue", why, _instead(meant, written, priced), path)


def _instead(meant: str, written: str, priced: Sequence[str]) -> str:
    if meant in priced:
        return f"did you mean {meant!r}?"
    where = continent(meant) if meant else _elsewhere(written)
    near = [region for region in priced if continent(region) == where]
    if near:
        return f"regions of {where} with prices: {', '.join(near)}"
    beyond = f"none of {where} has prices; " if where else ""
    return f"{beyond}regions with prices: {', '.join(priced)}"


def _elsewhere(written: str) -> str:
    return next((where for pattern, where in _ELSEWHERE if re.search(pattern, written)), "")


def _meant(name: str, priced: Sequence[str]) -> str:
    """Name the region of AWS that a text means: a code, a zone, a place, or a slip; empty if none is near."""
    if name in PLACES:
        return name
    if name[:-1] in PLACES and name[-1:].isalpha():
        return name[:-1]
    typed = _letters(name)
    named = [region for region, place in PLACES.items() if len(typed) > 3 and typed in _letters(place)]
    return named[0] if named else max(_slips(name, priced), default=(0.0, False, False, ""))[-1]


def _letters(place: str) -> str:
    return re.sub(r"[^a-z]", "", place.lower().replace("ã", "a"))


def _slips(name: str, priced: Sequence[str]) -> Iterator[tuple[float, bool, bool, str]]:
    """The regions that a name may be a slip of: those that begin as it does, if there are any."""
    from difflib import SequenceMatcher

    alike = [region for region in PLACES if region.partition("-")[0] == name.partition("-")[0]]
    for region in alike or PLACES:
        share = SequenceMatcher(None, name, region).ratio()
        if share >= (_SIMILAR if alike else _ALIKE):
            yield share, sorted(name) == sorted(region), region in priced, region
