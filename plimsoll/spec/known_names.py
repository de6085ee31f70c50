"""A spec must agree with the catalogue: its names exist there, and its keys suit the model's task."""

from collections.abc import Iterator

from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import engines_serving
from plimsoll.ground.problems import Problem, nearest
from plimsoll.models.architecture import Architecture
from plimsoll.spec.contradictions import NO_ACCELERATOR
from plimsoll.spec.defaults import ENGINE
from plimsoll.spec.draft import Draft, metric_of
from plimsoll.spec.engine_rules import engine_problems
from plimsoll.spec.within_context import length_problems

_METRICS = {
    "llm": ("ttft", "tpot", "e2e"),
    "encoder": ("latency", "e2e", "ttft"),
    "vision": ("latency",),
    "speech": ("latency",),
    "diffusion": ("latency",),
}
"""Latency metrics that mean something for a task; an encoder answers once, so its three are one."""

_TASKS = {
    "llm": "a model that generates text",
    "encoder": "an encoder",
    "vision": "an image model",
    "speech": "a speech model",
    "diffusion": "a model that makes pictures",
}
_TOKENS = ("input_tokens", "output_tokens", "shared_prefix_tokens")


def fact_problems(
    spec: dict[str, object], catalog: Catalog, model: Architecture | None, *, model_known: bool
) -> list[Problem]:
    """Find every name that the catalogue does not know and every key that does not suit the model.

    `model` is the architecture behind the spec's model, if there is one; `model_known`
    is false if it is already known why there is none.
    """
    draft = Draft(spec)
    found = [*_regions(draft, catalog), *_instance_types(draft, catalog), *_accelerator(draft, catalog)]
    found += [*_engine(draft), *engine_problems(draft, model)]
    name = draft.text("model")
    if model is not None:
        found += [*_sla(draft, model), *_load(draft, model), *length_problems(draft, model)]
    elif name and model_known:
        found.append(_unknown_model(name, catalog))
    return found


def _regions(spec: Draft, catalog: Catalog) -> Iterator[Problem]:
    known = catalog.regions
    for path, region in (*spec.texts("region"), *spec.texts("regions")):
        if region not in known:
            from plimsoll.catalog.unknown_region import unknown_region  # start-up: only a mistake needs it

            yield unknown_region(region, known, path)


def _engine(spec: Draft) -> Iterator[Problem]:
    name = spec.get("engine", "name")
    if name in engines_serving("llm") and name != ENGINE and not spec.has("engine", "version"):
        why = f"the default version is that of {ENGINE}"
        yield Problem("engine.version is missing", why, f"say which version of {name}", ("engine",))


def _instance_types(spec: Draft, catalog: Catalog) -> Iterator[Problem]:
    families = sorted({family_of(name) for name in catalog.planned})
    for path, name in (*spec.texts("capacity", "allow"), *spec.texts("capacity", "deny")):
        if name not in families and name not in catalog.planned:
            fix = _type_meant(name, catalog, families)
            yield Problem(f"no instance family or type {name!r} in the catalogue", "", fix, path)
    pinned = spec.text("pin", "instance_type")
    if pinned is not None and pinned not in catalog.planned:
        path = ("pin", "instance_type")
        if pinned in families:
            types = [name for name in sorted(catalog.planned) if family_of(name) == pinned]
            fix = f"pin one of {', '.join(types[:8])}"
            yield Problem(f"{pinned!r} is a family", "a pin names one instance type", fix, path)
        else:
            fix = _type_meant(pinned, catalog, [])
            yield Problem(f"no instance type {pinned!r} in the catalogue", "", fix, path)


def family_of(instance_type: str) -> str:
    """Name the family of an instance type: the text before the dot."""
    return instance_type.partition(".")[0]


def _type_meant(name: str, catalog: Catalog, families: list[str]) -> str:
    low = name.lower()
    types = [catalog.instance_types[each] for each in catalog.planned]
    having = {
        family_of(item.name) for item in types if _is_accelerator(low, (item.accelerator or "").lower())
    }
    if having:
        return f"that is an accelerator; families that have it: {', '.join(sorted(having))}"
    from plimsoll.spec.hints import name_meant

    family = family_of(name)
    if "." in name and any(family_of(known) == family for known in catalog.planned):
        sizes = [known for known in sorted(catalog.planned) if family_of(known) == family]
        return name_meant(name, sizes) or "see 'plimsoll offers'"
    known = sorted(catalog.planned) if "." in name or not families else families
    return nearest(name[:64], known) or "see 'plimsoll offers'"


def _is_accelerator(name: str, known: str) -> bool:
    return bool(known) and (known == name or known.startswith(f"{name}-"))


def _accelerator(spec: Draft, catalog: Catalog) -> Iterator[Problem]:
    name = spec.text("measured", "accelerator")
    known = [NO_ACCELERATOR, *sorted(catalog.accelerators)]
    if name is None or name in known:
        return
    from plimsoll.spec.hints import name_meant

    fix = name_meant(name, known) or "write none for a service on CPUs alone, or see 'plimsoll offers'"
    yield Problem(f"no accelerator {name!r} in the catalogue", "", fix, ("measured", "accelerator"))


def _unknown_model(name: str, catalog: Catalog) -> Problem:
    names = {alias: model.name for model in catalog.models.values() for alias in (model.name, *model.aliases)}
    fix = _models_with(name, catalog) or nearest(name[:96], list(names))
    if not fix:
        tails = {alias.rpartition("/")[2]: model for alias, model in names.items()}
        fix = nearest(name.rpartition("/")[2][:96], list(tails))
    why = "the catalogue does not know it"
    rest = "see 'plimsoll models', or give the path of its config.json, or {params_b: …}"
    return Problem(f"unknown model {name[:96]!r}", why, fix or rest, ("model",))


def _models_with(name: str, catalog: Catalog) -> str:
    """Offer the models that have the words of a name: people leave out who published it, or a hyphen."""
    from plimsoll.models.search import select

    found = [model.name for model in select(catalog.models, name[:96])] if " " in name.strip() else []
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return f"models with these words: {', '.join(found[:3])}{more}" if found else ""


def _sla(spec: Draft, model: Architecture) -> Iterator[Problem]:
    suits = _METRICS[model.task]
    for key in spec.keys("sla"):
        metric = metric_of(key)
        if metric == "availability" or metric in suits or metric not in ("ttft", "tpot", "e2e", "latency"):
            continue
        statistic = key.partition("_")[2]
        instead = " or ".join(f"{name}_{statistic}" for name in suits[:1] + suits[2:3])
        yield Problem(
            f"{key} is no limit for {model.name}",
            f"it is {_TASKS[model.task]}",
            f"write {instead}",
            ("sla", key),
        )


def _load(spec: Draft, model: Architecture) -> Iterator[Problem]:
    refused: tuple[str, ...] = ()
    if model.task in ("vision", "speech", "diffusion"):
        refused = (*_TOKENS, "max_tokens", "concurrency")
    elif model.task == "encoder":
        refused = ("output_tokens",)
    for key in refused:
        if spec.get("load", key) not in (None, 0):
            why = f"{model.name} is {_TASKS[model.task]}"
            fix = "write qps" if key == "concurrency" else "remove it"
            yield Problem(f"{key} has no meaning here", why, fix, ("load", key))
