"""Read the fitted constants of the speed model from the package's data."""

import json

from plimsoll.files.package import data_text
from plimsoll.speed.facts import SpeedFacts, facts_from


def load_speed() -> SpeedFacts:
    """The constants of `plimsoll/catalog/data/speed/constants.json`."""
    text = data_text("speed", "constants.json")
    return facts_from(json.loads(text))
