"""Days and hours in the words of calendars, clocks and lists become what a schedule takes."""

import pytest

from plimsoll.spec.wrong.week import listed_meant, week_meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Monday to Friday", "mon-fri"),
        ("Mon – Thu", "mon-thu"),
        ("mon, wed and fri", "mon,wed,fri"),
        ("1-5", "mon-fri"),
        ("weekdays", "mon-fri"),
        ("every day", "mon-sun"),
        ("someday", "mon-fri, or days such as mon,wed,fri"),
    ],
)
def test_days(said: str, meant: str) -> None:
    assert week_meant("not_days", said) == f"write {meant}"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("8am-8pm", '"08-20"'),
        ("12am-12pm", '"00-12"'),
        ("08:00 to 20:00", '"08-20"'),
        ("8–24", '"08-24"'),
        ("25-30", 'from and to, such as "08-20"'),
        ("office hours", 'from and to, such as "08-20"'),
    ],
)
def test_hours(said: str, meant: str) -> None:
    assert week_meant("not_hours", said) == f"write {meant}"


def test_lists_are_written_as_one_text_where_a_schedule_stands() -> None:
    assert listed_meant(("scale", "schedule", "days"), ["Monday", "tue"]) == "write mon,tue"
    assert listed_meant(("scale", "schedule", "hours"), [8, 20]) == 'write "08-20"'
    assert listed_meant(("name",), ["a", "b"]) == ""
