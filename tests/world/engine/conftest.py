"""The engine fixture for this folder; other folders import it from `tests.world.engine.harness`."""

from tests.world.engine.harness import engine

__all__ = ["engine"]
