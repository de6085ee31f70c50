"""What a spec tells its engine must agree with itself, with the version that it names, and with the task."""

from collections.abc import Iterator, Sequence

from plimsoll.catalog.engine_facts import known
from plimsoll.catalog.tables import engines_serving
from plimsoll.ground.problems import Problem
from plimsoll.models.architecture import Architecture
from plimsoll.spec.defaults import ENGINE, ENGINE_VERSION
from plimsoll.spec.draft import Draft

TOLD = (
    ("engine", "memory_share"),
    ("engine", "kv_cache_dtype"),
    ("engine", "max_num_seqs"),
    ("engine", "max_num_batched_tokens"),
    ("adapters",),
)
"""The keys that tell an engine something: only one that generates token by token is told."""

ADAPTERS = (("adapters",),)
"""The keys among them that only a language model's engine is told."""

TELLS = ("llm", "speech")
"""The tasks whose engine generates token by token, and is told something."""

UNTOLD = "auto"
"""The cache type that leaves the choice to the engine: it tells nothing."""


def engine_contradictions(spec: Draft) -> Iterator[Problem]:
    """Find what the keys of the engine contradict among themselves."""
    most, step = spec.number("engine", "max_num_seqs"), spec.number("engine", "max_num_batched_tokens")
    if most is not None and step is not None and 0 < step < most:
        why = f"each of max_num_seqs ({most:g}) requests takes a token of every step"
        fix = f"raise it to at least {most:g}, or lower max_num_seqs"
        path = ("engine", "max_num_batched_tokens")
        yield Problem(f"max_num_batched_tokens is {step:g}", why, fix, path)
    accepted = {item for _, item in spec.texts("precision")}
    if spec.text("engine", "kv_cache_dtype") == "bf16" and accepted == {"fp16"}:
        why = "the cache has the type that the model computes in, which is fp16"
        yield Problem("kv_cache_dtype is bf16", why, "write auto, or fp8", ("engine", "kv_cache_dtype"))


def engine_problems(spec: Draft, model: Architecture | None) -> Iterator[Problem]:
    """Find what the version of the engine, or the engine of the model's task, cannot take."""
    if model is not None and model.task not in TELLS:
        yield from _not_told(spec, model, TOLD)
        return
    if model is not None and model.task != "llm":
        yield from _not_told(spec, model, ADAPTERS)
    name, version = spec.text("engine", "name") or ENGINE, _version(spec)
    if name not in engines_serving("llm") or version is None:
        return
    unknown = _unknown_release(name, version)
    if unknown is not None:
        yield unknown
        return
    yield from _cache_type(spec, name, version)
    yield from _rank(spec, name, version)


def _not_told(spec: Draft, model: Architecture, untold: Sequence[tuple[str, ...]]) -> Iterator[Problem]:
    engines = engines_serving(model.task)
    server = engines[0] if engines else "an image of your own"
    for path in untold:
        if spec.get(*path) not in (None, UNTOLD):
            does = "transcribes" if model.task in TELLS else "answers whole requests"
            why = f"{model.name} {does} and is served by {server}, which is not told it"
            yield Problem(f"{path[-1]} has no meaning here", why, "remove it", path)


def _version(spec: Draft) -> str | None:
    """Read the version that counts; None where it is no text of at least two numbers."""
    version = spec.text("engine", "version") if spec.has("engine", "version") else ENGINE_VERSION
    numbers = (version or "").split(".")
    return version if len(numbers) > 1 and all(part.isdecimal() for part in numbers[:2]) else None


def _numbers(version: str) -> tuple[int, int, int]:
    major, minor, *rest = version.split(".")
    digits = "".join(each for each in (rest[0] if rest else "0") if each.isdecimal())
    return int(major[:6]), int(minor[:6]), int(digits[:6] or 0)


def _unknown_release(name: str, version: str) -> Problem | None:
    """Refuse a version that nobody published: no image of it can start."""
    published = known(name, "releases")
    if published is None:
        return None
    releases = published.split()
    newest = {_numbers(each)[:2]: each for each in releases}
    asked = _numbers(version)
    last = newest.get(asked[:2])
    if last is not None and asked[2] <= _numbers(last)[2]:
        return None
    what = f"nobody has published {name} {version}"
    why = f"the newest {'of that minor version' if last else 'known'} is {last or releases[-1]} (engines.csv)"
    fix = f'write version: "{last or ENGINE_VERSION}", or leave it out for {ENGINE_VERSION}'
    return Problem(what, why, fix, ("engine", "version"))


def _cache_type(spec: Draft, name: str, version: str) -> Iterator[Problem]:
    wanted = spec.text("engine", "kv_cache_dtype")
    taken = (known(name, "kv_cache_dtypes", _numbers(version)[:2]) or "").split()
    if wanted in ("bf16", "fp8") and wanted not in taken:
        why = f"{name} {version} takes {', '.join(taken)}"
        yield Problem(f"kv_cache_dtype is {wanted}", why, "write auto", ("engine", "kv_cache_dtype"))


def _rank(spec: Draft, name: str, version: str) -> Iterator[Problem]:
    rank = spec.number("adapters", "rank")
    taken = [int(each) for each in (known(name, "adapter_ranks", _numbers(version)[:2]) or "").split()]
    if rank is None or rank < 1 or not taken or rank in taken:
        return
    why = f"{name} {version} keeps slots for ranks of {', '.join(str(each) for each in taken)}"
    larger = [each for each in taken if each > rank]
    fix = f"write {larger[0]}: a slot also takes a lower rank" if larger else f"write at most {taken[-1]}"
    yield Problem(f"rank is {rank:g}", why, fix, ("adapters", "rank"))
