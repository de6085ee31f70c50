"""One line on stderr says how old prices are, and only where they are old."""

import pytest

from plimsoll.catalog.clock import Clock
from plimsoll.cli.day import OLD_DAYS, TODAY, say_age


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], today: str, oldest: str | None):
    monkeypatch.setenv(TODAY, today)
    say_age(Clock(None, "2026-07-20", oldest))
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_prices_are_old_after_ninety_days(monkeypatch, capsys):
    assert OLD_DAYS == 90
    assert said(monkeypatch, capsys, "2026-04-01", "2026-01-01") == ""
    line = said(monkeypatch, capsys, "2026-04-02", "2026-01-01")
    assert "2026-01-01, 91 days before 2026-04-02" in line
    assert line.count("\n") == 1


def test_no_word_without_a_price_that_was_read_or_before_it(monkeypatch, capsys):
    assert said(monkeypatch, capsys, "2030-01-01", None) == ""
    assert said(monkeypatch, capsys, "2020-01-01", "2026-01-01") == ""


@pytest.mark.parametrize("today", ["", "soon", "2026-13-01"])
def test_what_is_no_date_stands_for_no_day(monkeypatch, capsys, today):
    assert "days before" in said(monkeypatch, capsys, today, "2020-01-01")
