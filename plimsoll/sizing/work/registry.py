"""The registry knows which kind of work a spec asks for, and the file in which the kind stands.

A new kind is one file beside this one and one line here. A kind is imported when it is asked for: start-up is
most of a plan's time, and a workload is of one kind.
"""

from collections.abc import Callable
from importlib import import_module

from plimsoll.sizing.work.base import Assignment, Work

KINDS: tuple[tuple[str, Callable[[Assignment], bool]], ...] = (
    ("queue", lambda assigned: assigned.workload.load.queue is not None),
    ("measured", lambda assigned: assigned.workload.measured is not None),
    ("generation", lambda assigned: assigned.architecture is not None and assigned.architecture.generates),
    (
        "speech",
        lambda assigned: assigned.architecture is not None and assigned.architecture.speech is not None,
    ),
    ("whole_requests", lambda assigned: assigned.architecture is not None),
)
"""Each kind's file, whose `work` makes it, and what asks for it; the first that is asked for."""


def work_of(assigned: Assignment) -> Work:
    """Make the kind of work that a spec asks for."""
    for name, asks in KINDS:
        if asks(assigned):
            return import_module(f"plimsoll.sizing.work.{name}").work(assigned)
    msg = "the spec asks for a model that was not resolved"
    raise ValueError(msg)
