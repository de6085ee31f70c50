"""Hypothesis for properties: no deadline (speed is `make bench`'s business), the same examples every run.

`PLIMSOLL_PROPERTIES=search pytest tests/properties` looks longer, and at other examples each time.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "properties",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.register_profile(
    "search", parent=settings.get_profile("properties"), derandomize=False, max_examples=120
)


settings.load_profile(os.environ.get("PLIMSOLL_PROPERTIES", "properties"))
