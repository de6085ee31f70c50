"""The rehearsed cluster of this folder. A whole day of it, twenty minutes, is one of the proofs."""

import os

from tests.world.rehearsal.cluster import rehearsed

__all__ = ["collect_ignore", "rehearsed"]

collect_ignore = [] if os.environ.get("PLIMSOLL_PROOFS") else ["test_day.py"]
