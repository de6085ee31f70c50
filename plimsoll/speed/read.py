"""Read the fitted constants of the speed model from the package's data."""

import json
from functools import cache

from plimsoll.files.package import data_text
from plimsoll.speed.facts import SpeedFacts, facts_from


@cache
def load_speed() -> SpeedFacts:
    """Read the fitted constants of the speed model, `plimsoll/catalog/data/speed/constants.json`."""
    text = data_text("speed", "constants.json")
    return facts_from(json.loads(text))
