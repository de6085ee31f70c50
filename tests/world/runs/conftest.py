"""The controllers for this folder, each on an API server of its own."""

from tests.world.runs.controllers import controllers
from tests.world.runs.keda import keda

__all__ = ["controllers", "keda"]
