"""The models of the catalogue by the names that people use, and configs as their owners publish them."""

import json
from typing import Any

from plimsoll.models.architecture import Architecture
from plimsoll.models.hugging_face.config import architecture
from plimsoll.models.read import load_models
from tests.make.places import CASES

CONFIGS = CASES / "models"
MODELS = load_models()
NAMES = MODELS.aliases()


def model(name: str) -> Architecture:
    """The model of that name or alias, in any case."""
    return MODELS[NAMES[name.lower()]]


def config(name: str) -> dict[str, Any]:
    """A published config.json, to be changed at will."""
    return json.loads((CONFIGS / f"{name}.json").read_text())


def published(name: str) -> Architecture:
    """A checkpoint of the table of published ones."""
    lines = (CONFIGS / "published.jsonl").read_text(encoding="utf-8").splitlines()
    return next(architecture(row["config"], name) for row in map(json.loads, lines) if row["name"] == name)
