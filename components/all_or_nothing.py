"""A program is registered in full or not at all.

The SDK goes on registering what a program built before it raised: under `up --skip-preview` half a stack
would be created and the error shown afterwards. Resources are registered only when the program has run to
its end, so a program that is refused ends its process there and then, with the engine none the wiser.
"""

import os
import sys
import traceback
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import pulumi
from pulumi.runtime import settings
from pulumi.runtime.mocks import MockMonitor

from plimsoll.ground.problems import PlimsollError, Problem, SpecError

SHOWN = 32
"""How Python programs tell the engine that they ended after saying why (pulumi-language-python-exec)."""

Validate = Callable[[Sequence[Mapping[str, Any]]], Sequence[Problem]]

_programs: list[list[Mapping[str, Any]]] = []
"""The objects of the program that is registered in full or not at all, if one runs."""


def collect(manifest: Mapping[str, Any]) -> None:
    """Have an object judged with all the others at the end of the program."""
    if _programs:
        _programs[0].append(manifest)


@contextmanager
def all_or_nothing(validate: Validate) -> Generator[None]:
    """Run the program; if it refuses, or an object of it is wrong, nothing of it is registered.

    `validate` judges all Kubernetes objects of the program together.

    Raises:
        RunError: In a preview without the engine, the text is every problem found.
    """
    _programs[:] = [[]]
    try:
        yield
        problems = validate(_programs[0])
        if problems:
            raise SpecError(problems)
    except PlimsollError as error:
        _end(str(error), error)
    except Exception as error:  # noqa: BLE001 - it ends the program, with its traceback
        _end(traceback.format_exc(), error)
    finally:
        _programs.clear()


def _end(message: str, error: Exception) -> NoReturn:
    if isinstance(settings.get_monitor(), MockMonitor):
        if isinstance(error, PlimsollError):
            raise pulumi.RunError(message) from error
        raise error
    sys.stderr.write(f"error: {message}\n")
    sys.stderr.flush()
    os._exit(SHOWN)
