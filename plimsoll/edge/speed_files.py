"""Read the constants of the speed model from the package's data files."""

import json
from functools import cache
from importlib import resources

from plimsoll.speed.facts import SpeedFacts, facts_from


@cache
def load() -> SpeedFacts:
    """The fitted constants (`plimsoll/data/speed/constants.json`); about a millisecond."""
    text = resources.files("plimsoll").joinpath("data/speed/constants.json").read_text(encoding="utf-8")
    return facts_from(json.loads(text))
