"""Regions lie on continents: what is offered instead of a region never leaves the continents of a spec.

Users, laws and latency stay behind where a workload moves across an ocean, so such a move is no small change.
"""

from collections.abc import Collection

CONTINENTS = {
    "us": "North America",
    "ca": "North America",
    "mx": "North America",
    "sa": "South America",
    "eu": "Europe",
    "me": "Middle East",
    "il": "Middle East",
    "af": "Africa",
    "ap": "Asia",
}
"""What the first part of a region's code stands for. Source: AWS, Regions and Zones (documentation)."""

OCEANIA = ("ap-southeast-2", "ap-southeast-4", "ap-southeast-6")
"""Sydney, Melbourne and New Zealand, whose codes say Asia Pacific. Source: the same."""


def continent(region: str) -> str:
    """Say on which continent a region lies; a code that nobody knows is a continent of its own."""
    if region in OCEANIA:
        return "Oceania"
    head = region.partition("-")[0]
    return CONTINENTS.get(head, head) if "-gov-" not in region else "GovCloud"


def within_reach(regions: Collection[str], known: Collection[str]) -> list[str]:
    """List the known regions on the continents of some regions, without these, sorted."""
    continents = {continent(region) for region in regions}
    return sorted(name for name in set(known) - set(regions) if continent(name) in continents)
