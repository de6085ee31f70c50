"""Read the constants of training speed from the package's data."""

import json
from functools import cache

from plimsoll.files.package import data_text
from plimsoll.speed.training.facts import TrainingFacts, training_facts_from


@cache
def load_training() -> TrainingFacts:
    """Read `plimsoll/catalog/data/speed/training.json`."""
    return training_facts_from(json.loads(data_text("speed", "training.json")))
