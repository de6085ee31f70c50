"""A run's names must be the catalogue's: its regions, instance types, accelerator and model exist there."""

from collections.abc import Iterator

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.problems import Problem
from plimsoll.models.architecture import Architecture
from plimsoll.spec.draft import Draft
from plimsoll.spec.measured.service_rules import NO_ACCELERATOR
from plimsoll.spec.wrong.known_names import instance_type_problems, region_problems, unknown_model


def run_fact_problems(
    spec: Draft, catalog: Catalog, model: Architecture | None, *, model_known: bool
) -> Iterator[Problem]:
    """Find every name of a run's spec that the catalogue does not know."""
    yield from region_problems(spec, catalog)
    yield from instance_type_problems(spec, catalog)
    yield from _accelerator(spec, catalog)
    name = spec.text("model")
    if model is None and name and model_known:
        yield unknown_model(name, catalog)


def _accelerator(spec: Draft, catalog: Catalog) -> Iterator[Problem]:
    name = spec.text("measured", "accelerator")
    if name is None or catalog.accelerator(name) is not None:
        return
    from plimsoll.spec.wrong.hints import name_meant

    path = ("measured", "accelerator")
    if name == NO_ACCELERATOR:
        yield Problem("a run needs an accelerator", "", "name the one it was measured on", path)
        return
    fix = name_meant(name, sorted(catalog.accelerators)) or "see 'plimsoll offers'"
    yield Problem(f"no accelerator {name!r} in the catalogue", "", fix, path)
