"""Read the fitted constants of the speed model from the package's data."""

import json
from dataclasses import replace
from functools import cache

from plimsoll.files.package import data_text
from plimsoll.speed.facts import SpeedFacts, facts_from


@cache
def load_speed() -> SpeedFacts:
    """Read the fitted constants of the speed model, `plimsoll/catalog/data/speed/constants.json`."""
    text = data_text("speed", "constants.json")
    return facts_from(json.loads(text))


def speed_with(calibration: str | None) -> SpeedFacts:
    """Read the constants, and the file of what the organisation measured itself, if one is named.

    Raises:
        SpecError: values of the file are wrong; every one, with line and column.
    """
    if calibration is None:
        return load_speed()
    from plimsoll.calibration.read import read_calibration  # start-up: a plan is seldom calibrated

    return replace(load_speed(), calibration=read_calibration(calibration))
