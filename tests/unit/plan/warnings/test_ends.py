"""An end is near within a quarter of the prices' day, and past before it."""

import pytest

from plimsoll.plan.warnings.ends import expires_soon


@pytest.mark.parametrize(
    ("last", "said"),
    [("2026-07-19", "before"), ("2026-07-20", "0 days after"), ("2026-10-17", "89 days after")],
)
def test_near(last: str, said: str) -> None:
    (warning,) = expires_soon(last, "2026-07-20")
    assert warning.code == "expires_soon"
    assert said in warning.message


@pytest.mark.parametrize("last", ["2026-10-18", "2030-01-01", None])
def test_far(last: str | None) -> None:
    assert not list(expires_soon(last, "2026-07-20"))
