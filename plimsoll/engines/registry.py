"""The registry finds the file of an engine by the engine's name, and the engine that serves a task.

A new engine is one file beside this one, called as the engine is, and its rows in `catalog/data/engines.csv`.
"""

from functools import cache
from importlib import import_module
from typing import cast

from plimsoll.catalog.tables import engine_rows, engines_serving
from plimsoll.engines.base import GenerationEngine, GroupCommands, RequestEngine, ServingEngine


def engine_names() -> tuple[str, ...]:
    """Name every engine that has a file here, in the order of their rows."""
    return tuple(dict.fromkeys(row["engine"] for row in engine_rows()))


@cache
def engine(name: str) -> ServingEngine:
    """Find an engine by its name; its file is imported now, since start-up counts."""
    return import_module(f"plimsoll.engines.{name.replace('-', '_')}").ENGINE


def generation_engine(name: str) -> GenerationEngine:
    """Find an engine that generates, by its name in the spec."""
    return cast("GenerationEngine", engine(name))


def engine_for(task: str) -> RequestEngine:
    """Find the engine of a task that answers whole requests; the one that generates is named by the spec."""
    return cast("RequestEngine", engine(engines_serving(task)[0]))


def titles_over_nodes() -> tuple[str, ...]:
    """Title the engines that are known to run one replica over several nodes."""
    engines = (engine(name) for name in engine_names())
    return tuple(each.title for each in engines if each.group is not None)


def group_commands(name: str | None) -> GroupCommands | None:
    """Find how an engine serves one replica over several nodes; None for those not known to."""
    return engine(name).group if name in engine_names() else None
