"""The rehearsed cluster for this folder."""

from tests.world.rehearsal.cluster import rehearsed

__all__ = ["rehearsed"]
