"""The registry knows the file of each engine, and which engine serves a task.

A new engine is one file beside this one, and one line here.
"""

from importlib import import_module
from typing import cast

from plimsoll.engines.base import GenerationEngine, GroupCommands, ServingEngine

ENGINES = {"vllm": "vllm", "tei": "tei", "huggingface-toolkit": "toolkit"}
"""The file of each engine; its `ENGINE` implements the protocol. Imported when asked: start-up counts."""

BY_TASK = {
    "encoder": "tei",
    "speech": "vllm",
    "diffusion": "huggingface-toolkit",
    "vision": "huggingface-toolkit",
}
"""Which engine serves a model that answers whole requests; a spec names the engine of one that generates."""


def engine(name: str) -> ServingEngine:
    """Find an engine by its name."""
    return import_module(f"plimsoll.engines.{ENGINES[name]}").ENGINE


def generation_engine(name: str) -> GenerationEngine:
    """Find an engine that generates, by its name in the spec."""
    return cast("GenerationEngine", engine(name))


def group_commands(name: str | None) -> GroupCommands | None:
    """Find how an engine serves one replica over several nodes; None for those not known to."""
    return engine(name).group if name in ENGINES else None
