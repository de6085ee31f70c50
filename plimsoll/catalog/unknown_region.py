"""A region that has no prices is answered from its own continent, whatever a person calls it."""

import re
from collections.abc import Sequence

from plimsoll.catalog.regions import regions
from plimsoll.ground.problems import Problem

_UNPRICED = {
    "cn-north-1": ("Beijing", "China"),
    "cn-northwest-1": ("Ningxia", "China"),
    "us-gov-east-1": ("GovCloud East", "GovCloud"),
    "us-gov-west-1": ("GovCloud West", "GovCloud"),
}
"""Regions of AWS that the catalogue has no prices of: their place, and the partition that they are alone in.
Source: AWS, the table of regions of its guides; read 2026-11."""

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
    if meant == written and meant in _UNPRICED:
        why += f", and those of {_UNPRICED[meant][0]} were not read"
    elif meant == written and meant in regions() and meant not in priced:
        known = regions()[meant]
        why += f", and none of {known.title} is as old; the first is of {known.first_price}"
    return Problem(f"no region {name[:60]!r} in the catalogue", why, _instead(meant, written, priced), path)


def _instead(meant: str, written: str, priced: Sequence[str]) -> str:
    if meant in priced:
        return f"did you mean {meant!r}?"
    where = _continents()[meant] if meant else _elsewhere(written)
    near = [region for region in priced if _continents()[region] == where]
    if near:
        return f"regions of {where} with prices: {', '.join(near)}"
    beyond = f"none of {where} has prices; " if where else ""
    return f"{beyond}regions with prices: {', '.join(priced)}"


def _elsewhere(written: str) -> str:
    return next((where for pattern, where in _ELSEWHERE if re.search(pattern, written)), "")


def _continents() -> dict[str, str]:
    known = {name: region.continent for name, region in regions().items()}
    return known | {name: partition for name, (_, partition) in _UNPRICED.items()}


def _places() -> dict[str, str]:
    known = {name: region.title for name, region in regions().items()}
    return known | {name: place for name, (place, _) in _UNPRICED.items()}


def _meant(name: str, priced: Sequence[str]) -> str:
    """Name the region of AWS that a text means: a code, a zone, a place, or a slip; empty if none is near."""
    places = _places()
    if name in places:
        return name
    if name[:-1] in places and name[-1:].isalpha():
        return name[:-1]
    typed = _letters(name)
    named = [region for region, place in places.items() if len(typed) > 3 and typed in _letters(place)]
    return named[0] if named else _slip(name, priced)


def _letters(place: str) -> str:
    return re.sub(r"[^a-z]", "", place.lower().replace("ã", "a"))


def _slip(name: str, priced: Sequence[str]) -> str:
    """The region that a name is a slip of: one that begins as it does, if there are any; empty without."""
    from difflib import SequenceMatcher

    from plimsoll.ground.nearness import nearness

    places = _places()
    alike = [region for region in places if region.partition("-")[0] == name.partition("-")[0]]
    least = _SIMILAR if alike else _ALIKE
    near = [region for region in alike or places if SequenceMatcher(None, name, region).ratio() >= least]
    ranked = (
        (nearness(name, region), sorted(name) == sorted(region), region in priced, region) for region in near
    )
    return max(ranked, default=((), False, False, ""))[-1]
