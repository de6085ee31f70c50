"""What a call says of arrivals, and what stands where it says nothing."""

from dataclasses import dataclass

import pytest

from plimsoll.cli.evidence.arrivals import arrivals_of
from plimsoll.ground.problems import SpecError


@dataclass
class _Subject:
    qps: float
    hourly: tuple[float, ...]


FLAT, DAY = _Subject(5.0, (1.0,)), _Subject(5.0, (1.0, *(0.1,) * 23))


@pytest.mark.parametrize(
    ("subject", "said", "process"),
    [
        (FLAT, None, "poisson"),
        (DAY, None, "diurnal"),
        (DAY, "poisson", "poisson"),
        (FLAT, "bursty", "bursty"),
        (DAY, "diurnal", "diurnal"),
    ],
)
def test_the_call_goes_before_the_load(subject: _Subject, said: str | None, process: str) -> None:
    assert arrivals_of(subject, said, 100).process == process  # type: ignore[arg-type]


def test_a_day_of_a_flat_load_is_refused_with_what_to_write() -> None:
    with pytest.raises(SpecError, match=r"no day to simulate.*load\.profile"):
        arrivals_of(FLAT, "diurnal", 100)  # type: ignore[arg-type]
