"""Each kind of work has its own form of spec, its own contradictions and its own facts."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from pydantic import BaseModel

from plimsoll.ground.problems import Problem
from plimsoll.ground.start_up import record

INFERENCE_KIND = "inference"

_RUNS = {
    "training": ("training:TrainingSpec", "training_rules:TRAINING_RULES"),
    "batch": ("batch:BatchSpec", "batch_rules:BATCH_RULES"),
}
"""Kinds of work that end: where their model and their rules are."""

KINDS = (INFERENCE_KIND, *_RUNS)


@record
class RunRules:
    """Rules of one kind of run: what contradicts itself, what the catalogue does not know, what is noted.

    A note is right, and may be meant otherwise.
    """

    contradictions: Callable[[Mapping[str, Any]], list[Problem]]
    facts: Callable[..., list[Problem]]
    notes: Callable[[Mapping[str, Any]], list[Problem]] = lambda _: []


@record
class RunKind:
    """One kind of work that ends: the model of its spec, and its rules."""

    model: type[BaseModel]
    rules: RunRules


def kind_said(spec: Mapping[str, object]) -> str:
    """Read the kind that a spec says, or means by another word; inference where it says none of ours."""
    said = spec.get("kind", INFERENCE_KIND)
    if isinstance(said, str) and said in KINDS:
        return said
    from plimsoll.spec.wrong.choices import choice_meant  # start-up: only a mistake needs it

    meant = choice_meant(said, list(KINDS))
    return next((kind for kind in KINDS if repr(kind) in meant), INFERENCE_KIND)


def run_kind(kind: str) -> RunKind | None:
    """Find a kind of work that ends; None for a service."""
    found = _RUNS.get(kind)
    return None if found is None else RunKind(_named(found[0]), _named(found[1]))


def _named(where: str) -> Any:  # noqa: ANN401 - a class, or a record of functions
    module, _, name = where.partition(":")
    return getattr(import_module(f"plimsoll.spec.runs.{module}"), name)
