"""The API server and the engine for this folder; other folders import them from where they are."""

from tests.world.cluster.control_plane import api_server, untouched_server
from tests.world.cluster.guarded import guarded
from tests.world.engine.harness import engine

__all__ = ["api_server", "engine", "guarded", "untouched_server"]
