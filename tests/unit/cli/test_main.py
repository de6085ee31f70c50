"""How a command ends: one exit code per ending, and nothing that a terminal would obey."""

from collections.abc import Callable

import click
import pytest

from plimsoll.cli import main as cli
from plimsoll.ground.problems import MissingFactError, Problem, SpecError


def ending(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> int:
    """The exit code of a command whose body is `act`."""
    command = click.Command("plan", callback=act)
    monkeypatch.setattr(cli.LazyGroup, "get_command", lambda *_: command)
    with pytest.raises(SystemExit) as ended:
        cli.main(["plan"])
    code = ended.value.code
    assert isinstance(code, int)
    return code


def raising(error: BaseException) -> Callable[[], object]:
    def act() -> object:
        raise error

    return act


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda: None, 0),
        (lambda: 0, 0),
        (lambda: 3, 3),
        (lambda: 4, 4),
        (lambda: 7, 7),
        (raising(SpecError(Problem("wrong"))), 2),
        (raising(MissingFactError(Problem("no price"))), 5),
        (raising(click.UsageError("no")), 2),
        (raising(KeyError("bug")), 6),
        (raising(RecursionError()), 6),
        (raising(MemoryError()), 6),
        (raising(OSError(28, "No space left on device")), 6),
        (raising(KeyboardInterrupt()), 130),
        (raising(BrokenPipeError()), 141),
    ],
)
def test_every_ending_has_its_code(
    act: Callable[[], object], code: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert ending(monkeypatch, act) == code
    out, err = capfd.readouterr()
    assert out == ""
    assert "Traceback" not in err


def test_every_problem_is_a_line_and_its_escapes_are_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = [Problem("red \x1b[31m", file="a\nb", line=1, column=2), Problem("second\u202e")]
    assert ending(monkeypatch, raising(SpecError(problems))) == 2
    assert capsys.readouterr().err == "a\\nb:1:2: red \\x1b[31m\nsecond\\u202e\n"


def test_a_bug_says_what_it_is_and_where_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ending(monkeypatch, raising(ValueError("odd \x1b"))) == 6
    assert "internal error, please report it: ValueError: odd \\x1b" in capsys.readouterr().err
    monkeypatch.setenv("PLIMSOLL_DEBUG", "1")
    assert ending(monkeypatch, raising(ValueError("odd"))) == 6
    assert "Traceback" in capsys.readouterr().err
