"""A measurement must agree with the catalogue: the accelerator and the type that it names exist, and fit."""

from collections.abc import Iterator

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.problems import Problem
from plimsoll.spec.draft import Draft
from plimsoll.spec.measured.service_rules import NO_ACCELERATOR


def unknown_accelerator(spec: Draft, catalog: Catalog) -> Iterator[Problem]:
    """Find an accelerator that the catalogue does not know."""
    name = spec.text("measured", "accelerator")
    known = [NO_ACCELERATOR, *sorted(catalog.accelerators)]
    if name is None or name in known:
        return
    from plimsoll.spec.wrong.hints import name_meant

    fix = name_meant(name, known) or "write none for a service on CPUs alone, or see 'plimsoll offers'"
    yield Problem(f"no accelerator {name!r} in the catalogue", "", fix, ("measured", "accelerator"))


def unfit_type(spec: Draft, catalog: Catalog) -> Iterator[Problem]:
    """Find an instance type that the catalogue does not know, or that has another accelerator."""
    path = ("measured", "instance_type")
    name = spec.text(*path)
    if name is None:
        return
    if name not in catalog.planned:
        from plimsoll.spec.wrong.known_names import type_meant

        fix = type_meant(name, catalog, [])
        yield Problem(f"no instance type {name!r} in the catalogue", "", fix, path)
        return
    has = catalog.instance_types[name].accelerator or NO_ACCELERATOR
    said = spec.text("measured", "accelerator")
    if said in (NO_ACCELERATOR, *catalog.accelerators) and said != has:
        why = f"{name} has {'no accelerator' if has == NO_ACCELERATOR else has}"
        yield Problem(f"measured on {said} and on {name}", why, f"write accelerator: {has}", path)
