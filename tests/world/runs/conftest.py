"""The controllers for this folder, each on an API server of its own, and a server without any."""

from tests.world.cluster.control_plane import api_server
from tests.world.runs.controllers import controllers
from tests.world.runs.keda import keda

__all__ = ["api_server", "controllers", "keda"]
