"""Hypothesis for every test: no deadline (speed is for `make bench`), the same examples every run.

The day is one on which no price is old, so that no command says so on stderr; nor does one write annotations,
wherever the tests run.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "everywhere",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("everywhere")

os.environ["PLIMSOLL_TODAY"] = "2026-01-01"
os.environ.pop("GITHUB_ACTIONS", None)
