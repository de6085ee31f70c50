"""Run a Pulumi program in this process, without an engine, and take down its resource graph."""

import asyncio
import gc
import logging
import os
import runpy
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from pathlib import Path

from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.problems import PlimsollError, Problem, SpecError

PROVIDER_PREFIX = "pulumi:providers:"


@dataclass(frozen=True, slots=True)
class Program:
    """One program with its configuration, as the engine would start it.

    `config` has full keys (`plimsoll:region`); `keys` are those that the project declares, without it.
    """

    root: Path
    main: Path
    project: str
    stack: str
    config: Mapping[str, str]
    secret_keys: Sequence[str] = ()
    keys: Sequence[str] = ()


def run_program(program: Program) -> Graph:
    """Run `program` as in a first preview and return everything it registers.

    Raises:
        PlimsollError: Whatever the program refuses; anything else it raises is passed on.
    """
    import pulumi.runtime
    from pulumi.runtime import settings as runtime_settings
    from pulumi.runtime.mocks import MockEngine, MockSettings
    from pulumi.runtime.stack import run_in_stack

    from plimsoll.preview.monitor import RecordingMonitor

    monitor = RecordingMonitor(program.project, program.stack)
    pulumi.runtime.reset_options(project=program.project, stack=program.stack, preview=True)
    features = monitor.features()
    runtime_settings.configure(
        MockSettings(
            monitor=monitor,
            monitor_features=features,
            engine=MockEngine(_silent()),
            project=program.project,
            stack=program.stack,
            dry_run=True,
            root_directory=str(program.root),
        )
    )
    pulumi.runtime.set_all_config(dict(program.config), list(program.secret_keys))

    def main() -> None:
        runpy.run_path(str(program.main), run_name="__main__")

    with _as_engine_would(program):
        try:
            asyncio.run(run_in_stack(main))
        except PlimsollError:
            raise
        except Exception as error:
            raise _refusal(error) or error from error
    return _graph(program, tuple(monitor.recorded.values()))


def _refusal(error: BaseException) -> PlimsollError | None:
    """Find what the program refused behind the error that Pulumi's runtime wraps around it."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, PlimsollError):
            return seen
        seen = seen.__cause__ or seen.__context__
    import pulumi

    return SpecError(Problem(what=str(error))) if isinstance(error, pulumi.RunError) else None


def _silent() -> logging.Logger:
    logger = logging.getLogger("plimsoll.preview")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger


@contextmanager
def _as_engine_would(program: Program) -> Generator[None]:
    """The surroundings of a program: import path, errors for mistaken f-strings, a quiet event loop.

    A program owns its process and may switch the garbage collector off; here it is switched back on.
    """
    collecting = gc.isenabled()
    path, variable = list(sys.path), "PULUMI_ERROR_OUTPUT_STRING"
    before = os.environ.get(variable)
    loop_logger = logging.getLogger("asyncio")
    level = loop_logger.level
    # A failed registration leaves futures that nobody awaits; asyncio would report each one.
    loop_logger.setLevel(logging.CRITICAL)
    os.environ[variable] = "true"
    sys.path.insert(0, str(program.root))
    try:
        yield
    finally:
        sys.path[:] = path
        if collecting:
            gc.enable()
        loop_logger.setLevel(level)
        if before is None:
            del os.environ[variable]
        else:
            os.environ[variable] = before


def _graph(program: Program, resources: tuple[Resource, ...]) -> Graph:
    """Put every resource in the region of its provider, and all of them into one order."""
    regions = {
        resource.urn: region
        for resource in resources
        if resource.type.startswith(PROVIDER_PREFIX)
        and isinstance(region := resource.inputs.get("region"), str)
    }
    placed = tuple(
        replace(resource, region=regions.get(resource.provider or resource.urn)) for resource in resources
    )
    named = sorted(set(regions.values()))
    only = named[0] if len(named) == 1 else None
    return Graph(_ordered(placed), stack=program.stack, project=program.project, region=only)


def _ordered(resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """Parents and dependencies first, then by URN: registrations arrive in an order of their own."""
    by_urn = {resource.urn: resource for resource in resources}
    waits = {
        resource.urn: {resource.parent, resource.provider, *resource.dependencies} & by_urn.keys()
        for resource in resources
    }
    ready = [urn for urn, needed in waits.items() if not needed]
    followers: dict[str | None, list[str]] = {}
    for urn, needed in waits.items():
        for other in needed:
            followers.setdefault(other, []).append(urn)
    heapify(ready)
    order: list[Resource] = []
    while ready:
        urn = heappop(ready)
        order.append(by_urn[urn])
        for follower in followers.get(urn, ()):
            waits[follower].discard(urn)
            if not waits[follower]:
                heappush(ready, follower)
    return tuple(order)
