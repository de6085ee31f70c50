"""A spec must agree with the catalogue: its names exist there, and its keys suit the model's task."""

import re
from collections.abc import Iterator, Mapping

from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import engines_serving
from plimsoll.ground.problems import Problem, nearest
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.spec.defaults import AUDIO_S, ENGINE
from plimsoll.spec.draft import Draft, metric_of
from plimsoll.spec.engine_rules import engine_problems
from plimsoll.spec.within_context import length_problems

LATENCIES = ("ttft", "tpot", "e2e", "latency")


@record
class Task:
    """One task: what a model of it is called, the latencies it has, the keys of a load that it has."""

    title: str
    metrics: tuple[str, ...]
    load: tuple[str, ...]


TASKS: Mapping[str, Task] = {
    "llm": Task(
        "a model that generates text",
        ("ttft", "tpot", "e2e"),
        ("concurrency", "input_tokens", "output_tokens", "shared_prefix_tokens", "max_tokens"),
    ),
    "encoder": Task("an encoder", ("latency",), ("concurrency", "input_tokens", "max_tokens")),
    "vision": Task("an image model", ("latency",), ("image_px",)),
    "speech": Task("a speech model", ("latency",), ("audio_s", "output_tokens")),
    "diffusion": Task("a model that makes pictures", ("latency",), ("image_px",)),
}

_OWN = (
    *("concurrency", "input_tokens", "output_tokens", "shared_prefix_tokens", "max_tokens"),
    "audio_s",
    "image_px",
)
"""The keys of a load that not every task has."""

_INSTEAD = {
    ("llm", "audio_s"): "count the tokens of the audio in input_tokens",
    ("llm", "image_px"): "count the tokens of the images in input_tokens: (px ÷ patch)² each",
    ("speech", "input_tokens"): "write audio_s: SECONDS of audio per request",
    ("speech", "image_px"): "write audio_s: SECONDS of audio per request",
}


def fact_problems(
    spec: dict[str, object], catalog: Catalog, model: Architecture | None, *, model_known: bool
) -> list[Problem]:
    """Find every name that the catalogue does not know and every key that does not suit the model.

    `model` is the architecture behind the spec's model, if there is one; `model_known`
    is false if it is already known why there is none.
    """
    draft = Draft(spec)
    found = [
        *region_problems(draft, catalog),
        *instance_type_problems(draft, catalog),
        *_measured(draft, catalog),
        *_schedule(draft),
    ]
    found += [*_engine(draft), *engine_problems(draft, model)]
    name = draft.text("model")
    if model is not None:
        found += [*_task(draft, model), *length_problems(draft, model)]
    elif name and model_known:
        found.append(unknown_model(name, catalog))
    return found


def region_problems(spec: Draft, catalog: Catalog) -> Iterator[Problem]:
    """Find every region that the catalogue does not know."""
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


def instance_type_problems(spec: Draft, catalog: Catalog) -> Iterator[Problem]:
    """Find every instance type and family that the catalogue does not know."""
    families = sorted({family_of(name) for name in catalog.planned})
    for path, name in (*spec.texts("capacity", "allow"), *spec.texts("capacity", "deny")):
        if name not in families and name not in catalog.planned:
            fix = type_meant(name, catalog, families)
            yield Problem(f"no instance family or type {name!r} in the catalogue", "", fix, path)
    pinned = spec.text("pin", "instance_type")
    if pinned is not None and pinned not in catalog.planned:
        path = ("pin", "instance_type")
        if pinned in families:
            types = [name for name in sorted(catalog.planned) if family_of(name) == pinned]
            fix = f"pin one of {', '.join(types[:8])}"
            yield Problem(f"{pinned!r} is a family", "a pin names one instance type", fix, path)
        else:
            fix = type_meant(pinned, catalog, [])
            yield Problem(f"no instance type {pinned!r} in the catalogue", "", fix, path)


def family_of(instance_type: str) -> str:
    """Name the family of an instance type: the text before the dot."""
    return instance_type.partition(".")[0]


def type_meant(name: str, catalog: Catalog, families: list[str]) -> str:
    """Offer the instance type or family that is meant by a name which the catalogue does not know."""
    low = name.lower()
    types = [catalog.instance_types[each] for each in catalog.planned]
    having = {
        family_of(item.name) for item in types if _is_accelerator(low, (item.accelerator or "").lower())
    }
    if having:
        return f"that is an accelerator; families that have it: {', '.join(sorted(having))}"
    from plimsoll.spec.wrong.hints import name_meant

    family = family_of(name)
    if "." in name and any(family_of(known) == family for known in catalog.planned):
        sizes = [known for known in sorted(catalog.planned) if family_of(known) == family]
        return name_meant(name, sizes) or "see 'plimsoll offers'"
    known = sorted(catalog.planned) if "." in name or not families else families
    return nearest(name[:64], known) or "see 'plimsoll offers'"


def _is_accelerator(name: str, known: str) -> bool:
    return bool(known) and (known == name or known.startswith(f"{name}-"))


def _measured(spec: Draft, catalog: Catalog) -> Iterator[Problem]:
    """Find what measurements name and the catalogue does not know."""
    if not spec.has("measured"):
        return
    from plimsoll.spec.measured.known_types import unfit_type, unknown_accelerator
    from plimsoll.spec.measured.variants import of_each

    yield from of_each(lambda each: unknown_accelerator(each, catalog), spec)
    yield from of_each(lambda each: unfit_type(each, catalog), spec)


def _schedule(spec: Draft) -> Iterator[Problem]:
    if spec.has("scale", "schedule"):
        from plimsoll.spec.schedule.time_zones import unknown_time_zone  # start-up: few have one

        yield from unknown_time_zone(spec)


_HOSTED = r"gpt-?[345]([.o-]|$)|chatgpt|o[134](-|$)|claude|gemini|nova-|text-embedding-"
"""Names of models that are sold by the token and never published (gpt-oss and gemma are)."""


def unknown_model(name: str, catalog: Catalog) -> Problem:
    """Offer the nearest model for a name that the catalogue does not know."""
    if re.match(_HOSTED, name.rpartition("/")[2].lower()):
        why = "nobody but its owner can serve it"
        fix = "name the open model to serve; what the hosted one asks goes into alternative, to stand beside"
        return Problem(f"no weights of {name[:96]!r} are published", why, fix, ("model",))
    what = f"unknown model {name[:96]!r}"
    if kind := _encoder_decoder(name):
        why = f"it reads like an encoder-decoder model ({kind}): no engine here serves one but Whisper"
        fix = "measure it, and write measured: {accelerator: …, …} in place of model; or {params_b: …}"
        return Problem(what, why, fix, ("model",))
    names = {alias: model.name for model in catalog.models.values() for alias in (model.name, *model.aliases)}
    fix = _models_with(name, catalog) or nearest(name[:96], list(names))
    if not fix:
        tails = {alias.rpartition("/")[2]: model for alias, model in names.items()}
        fix = nearest(name.rpartition("/")[2][:96], list(tails))
    why = "the catalogue does not know it"
    rest = "see 'plimsoll models', or give the path of its config.json, or {params_b: …}"
    return Problem(what, why, fix or rest, ("model",))


_ENCODER_DECODERS = frozenset({"t5", "mt5", "byt5", "umt5", "t5gemma", "bart", "mbart", "pegasus", "marian"})
"""First parts of names of models that read with an encoder and answer with a decoder."""


def _encoder_decoder(name: str) -> str:
    """Find the class that a name begins with; Flan is T5, and empty is none of them."""
    tail = name.rpartition("/")[2].lower()
    first = tail.removeprefix("flan-").partition("-")[0]
    return first if first in _ENCODER_DECODERS else ""


def _models_with(name: str, catalog: Catalog) -> str:
    """Offer the models that have the words of a name: people leave out who published it, or a hyphen."""
    from plimsoll.models.search import select

    found = [model.name for model in select(catalog.models, name[:96])] if " " in name.strip() else []
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return f"models with these words: {', '.join(found[:3])}{more}" if found else ""


def _task(spec: Draft, model: Architecture) -> Iterator[Problem]:
    """Yield every key that means nothing for the model's task, with the key that does where there is one."""
    yield from _sla(spec, model)
    yield from _load(spec, model)
    yield from _image(spec, model)
    yield from _window(spec, model)
    yield from _step(spec, model)
    yield from _engine_of_task(spec, model)
    yield from _route(spec, model)


def _route(spec: Draft, model: Architecture) -> Iterator[Problem]:
    if spec.get("route", "prefix_aware") is True and model.task != "llm":
        why = f"{model.name} is {TASKS[model.task].title}: no prompt of it shares a prefix that is kept"
        yield Problem("prefix_aware has no meaning here", why, "remove route", ("route", "prefix_aware"))


def _sla(spec: Draft, model: Architecture) -> Iterator[Problem]:
    task = TASKS[model.task]
    for key in spec.keys("sla"):
        metric = metric_of(key)
        if metric in LATENCIES and metric not in task.metrics:
            statistic = key.partition("_")[2]
            instead = " or ".join(f"{name}_{statistic}" for name in task.metrics[:1] + task.metrics[2:3])
            yield Problem(
                f"{key} is no limit for {model.name}", f"it is {task.title}", f"write {instead}", ("sla", key)
            )


def _load(spec: Draft, model: Architecture) -> Iterator[Problem]:
    task = TASKS[model.task]
    for key in _OWN:
        if key not in task.load and spec.get("load", key) not in (None, 0):
            fix = "write qps" if key == "concurrency" else _INSTEAD.get((model.task, key), "remove it")
            why = f"{model.name} is {task.title}"
            yield Problem(f"{key} has no meaning here", why, fix, ("load", key))
    if spec.has("alternative") and "input_tokens" not in task.load:
        why = f"its prices are of tokens, and {model.name} is {task.title}: it reads none"
        yield Problem("alternative has no meaning here", why, "remove it", ("alternative",))


def _image(spec: Draft, model: Architecture) -> Iterator[Problem]:
    """Refuse images of less than a patch, and sizes for a model of which nobody says what size it takes."""
    px = spec.number("load", "image_px")
    if px is None or "image_px" not in TASKS[model.task].load:
        return
    if px < model.patch_px:
        why = f"{model.name} cuts images into patches of {model.patch_px} pixels"
        yield Problem(f"an image has {px:g} pixels", why, "give a larger side", ("load", "image_px"))
    elif not model.image_px:
        why = f"nobody says for which size the work of {model.name} was counted"
        yield Problem("image_px cannot be judged", why, "remove it", ("load", "image_px"))


def _window(spec: Draft, model: Architecture) -> Iterator[Problem]:
    """Refuse more output than the decoder can say of the windows that the audio fills."""
    parts, mean = model.speech, spec.amount("load", "output_tokens", key="mean")
    if parts is None or mean is None:
        return
    audio = spec.amount("load", "audio_s", key="mean") or float(AUDIO_S)
    most = model.max_context_tok - parts.prompt_tok
    windows = max(audio / parts.window_s, 1.0)
    if mean > most * windows:
        what = f"{mean:,.0f} output tokens for {audio:g} s of audio"
        why = f"{model.name} says at most {most} in each window of {parts.window_s:g} s"
        yield Problem(what, why, f"lower it to {most * windows:,.0f}", ("load", "output_tokens"))


def _step(spec: Draft, model: Architecture) -> Iterator[Problem]:
    """Refuse steps too small for a window of audio, which the engine encodes in one."""
    path, parts = ("engine", "max_num_batched_tokens"), model.speech
    step = spec.number(*path)
    if parts is not None and step is not None and 0 < step < parts.frames:
        why = f"a window of audio has {parts.frames:,} positions, which are encoded in one step"
        fix = f"raise it to at least {parts.frames}, or leave it out"
        yield Problem(f"max_num_batched_tokens is {step:g}", why, fix, path)


def _engine_of_task(spec: Draft, model: Architecture) -> Iterator[Problem]:
    """Refuse an engine by name that does not serve the task: another one would be deployed."""
    name = spec.get("engine", "name") if spec.has("engine", "name") else ENGINE
    serving = engines_serving(model.task)
    chosen = spec.has("engine", "name") or spec.has("engine", "version")
    if not chosen or name in serving or name not in engines_serving("llm"):
        return
    why = f"{model.name} is {TASKS[model.task].title}"
    yield Problem(
        f"{name} is no engine for {model.name}", why, f"remove engine: {serving[0]} serves it", ("engine",)
    )
