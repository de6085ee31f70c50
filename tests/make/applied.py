"""A saving is applied as its reader would: with `--set`, or as an entry of a discounts file; then planned."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.plan.of_spec import planned_one
from plimsoll.savings.answer import planned_with_savings
from plimsoll.spec.overrides import Overrides, read_overrides
from plimsoll.spec.runs.read import load_any
from plimsoll.speed.read import load_speed
from tests.make.worlds import real

COMMITMENTS = "discounts.commitments"

Answer = Any
"""A plan or a refusal, of a service or of a run."""


def saved(spec: Path) -> Answer:
    """Plan a spec with its savings."""
    return planned_with_savings(load_any(spec, real()), load_speed())


def applied(spec: Path, saving: Mapping[str, Any] | Any, *, budget: bool = True) -> Answer:
    """Plan a spec with one saving in it; without its budget where the saving is of the plan without."""
    settings = [] if budget else ["budget=null"]
    if saving.change == COMMITMENTS:
        return bare(spec, settings, _terms(spec, saving.to))
    return bare(spec, [*settings, f"{saving.change}={json.dumps(saving.to)}"])


def bare(spec: Path, settings: Sequence[str] = (), terms: Discounts | None = None) -> Answer:
    """Plan a spec with settings, without its savings."""
    said: Overrides | None = read_overrides(list(settings), []) if settings else None
    return planned_one(load_any(spec, real(), said), load_speed(), terms)


def _terms(spec: Path, entry: Mapping[str, Any]) -> Discounts:
    file = spec.with_suffix(".discounts.yaml")
    file.write_text(json.dumps({"commitments": [entry]}), encoding="utf-8")
    return read_discounts(str(file), real())
