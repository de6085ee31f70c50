"""The API server and the engine for this folder; other folders import them from where they are."""

from tests.cluster.control_plane import api_server, untouched_server
from tests.cluster.guarded import guarded
from tests.engine.harness import engine

__all__ = ["api_server", "engine", "guarded", "untouched_server"]
