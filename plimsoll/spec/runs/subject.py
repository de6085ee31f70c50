"""The subject of a run is a model by its name, or by the little that is known of it."""

from pydantic import BaseModel


def name_or_shape(value: object) -> str:
    """Say which of the two a value of `model` is."""
    return "shape" if isinstance(value, dict | BaseModel) else "name"
