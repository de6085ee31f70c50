"""Clocks: the newest and the oldest day, of one answer and of several."""

from plimsoll.catalog.clock import Clock, clock_of, together


def test_newest_and_oldest_day():
    assert clock_of(["2026-01-19", "2025-12-01", "2026-07-20"], None) == Clock(
        None, "2026-07-20", "2025-12-01"
    )
    assert clock_of([], "2027-01-01") == Clock("2027-01-01", None, None)


def test_several_answers_span_all_their_days():
    one, other = Clock(None, "2026-07-20", "2026-01-19"), Clock(None, "2026-01-21", "2025-12-01")
    assert together([one, other]) == Clock(None, "2026-07-20", "2025-12-01")
    assert together([Clock("2027-01-01", None, None), one]).asked_on == "2027-01-01"
    assert together([]) == Clock(None, None, None)
