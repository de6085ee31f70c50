"""Hypothesis for properties: no deadline (speed is `make bench`'s business), the same examples every run.

`PLIMSOLL_PROPERTIES=search pytest tests/claims/properties` looks longer, and at other examples each time.
"""

import os
from collections.abc import Generator

import pytest
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


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Lend the profile to what is collected in this folder: a test keeps the one it was defined under."""
    settings.load_profile(os.environ.get("PLIMSOLL_PROPERTIES", "properties"))
    try:
        return (yield)
    finally:
        settings.load_profile("everywhere")
