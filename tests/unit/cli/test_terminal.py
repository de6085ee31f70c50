"""Where colour is welcome, and how wide a page is."""

import sys

import pytest

from plimsoll.cli.terminal import style_of_stdout
from plimsoll.show.text import NARROWEST, PIPED, PIPED_WIDTH


def style(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, **environment: str):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return style_of_stdout()


@pytest.mark.parametrize(
    ("terminal", "environment", "colour"),
    [
        (True, {}, True),
        (True, {"TERM": "dumb"}, False),
        (True, {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (False, {}, False),
        (False, {"FORCE_COLOR": ""}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_is_for_those_who_want_it(monkeypatch, terminal, environment, colour):
    assert style(monkeypatch, terminal=terminal, **environment).colour is colour


def test_a_pipe_is_as_wide_everywhere(monkeypatch):
    assert style(monkeypatch, terminal=False, COLUMNS="200") == PIPED
    assert style(monkeypatch, terminal=False, COLUMNS="200", FORCE_COLOR="1").width == PIPED_WIDTH


def test_a_terminal_is_as_wide_as_it_says_but_never_too_narrow_to_read(monkeypatch):
    assert style(monkeypatch, terminal=True, COLUMNS="133").width == 133
    assert style(monkeypatch, terminal=True, COLUMNS="20").width == NARROWEST
