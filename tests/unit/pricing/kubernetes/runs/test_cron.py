"""How often a cron schedule fires at most in any 31 days."""

import pytest

from plimsoll.pricing.inputs import view_of
from plimsoll.pricing.kubernetes.runs.cron import most_firings
from plimsoll.pricing.result import Unpriceable


@pytest.mark.parametrize(
    ("schedule", "most"),
    [
        ("0 22 * * *", 31),
        ("@daily", 31),
        ("0 22 * * 1-5", 23),  # 31 days that begin on a Monday to Wednesday hold 23 weekdays
        ("0 22 * * MON-FRI", 23),
        ("*/15 * * * *", 31 * 96),
        ("5/20 * * * *", 31 * 24 * 3),
        ("0 0 1 * *", 2),  # the first of February and of March are 28 days apart
        ("0 0 29 2 *", 1),
        ("@yearly", 1),
        ("@monthly", 2),
        ("0 0 1,15 * *", 3),
        ("0 0 13 * 5", 7),  # February and March: five Fridays, and two 13ths that are none
        ("0 0 */2 * *", 17),  # 31 January, the odd days of a leap February, 1 March
        ("0 3 ? * sun,sat", 10),
        ("@every 24h", 31),
        ("@every 1h30m", 496),
        ("@every 5h", 149),
        ("0 0 31 2 *", 0),
    ],
)
def test_it_counts_the_densest_31_days(schedule: str, most: int) -> None:
    assert most_firings(view_of(schedule)) == most


NO_SCHEDULES = """
* * * *
60 * * * *
* 24 * * *
* * 0 * *
* * * 13 *
* * * * 7
*/0 * * * *
@every
@every 0s
@reboot
5-1 * * * *
a * * * *
1--2 * * * *
1.5 * * * *
TZ=UTC * * * * *
"""


@pytest.mark.parametrize("schedule", ["", *NO_SCHEDULES.strip().splitlines()])
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(Unpriceable):
        most_firings(view_of(schedule, "spec.schedule"))
