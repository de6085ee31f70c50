"""Read the fitted constants of the speed model from the package's data."""

import json
from importlib.resources import files

from plimsoll.speed.facts import SpeedFacts, facts_from


def load_speed() -> SpeedFacts:
    """The constants of `plimsoll/data/speed/constants.json`."""
    text = files("plimsoll").joinpath("data", "speed", "constants.json").read_text(encoding="utf-8")
    return facts_from(json.loads(text))
