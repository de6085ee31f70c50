"""The engine fixture for this folder; other folders import it from `tests.engine.harness`."""

from tests.engine.harness import engine

__all__ = ["engine"]
