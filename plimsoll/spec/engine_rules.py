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


RAY = "ray_serve"
RUN_BY = ("engine", "run_by")

_LOSES = (
    (
        ("capacity", "nodes_per_replica"),
        "tensors split over two nodes kept 34.5 % of one node's speed; a pipeline is a LeaderWorkerSet",
    ),
    (("capacity", "mix"), "a Ray cluster has one size of replica, and its router spreads requests evenly"),
)
"""Keys with numbers above 1 beside which Ray Serve loses, and by what."""


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
    if spec.get(*RUN_BY) == RAY:
        yield from ray_contradictions(spec)


def engine_problems(spec: Draft, model: Architecture | None) -> Iterator[Problem]:
    """Find what the version of the engine, or the engine of the model's task, cannot take."""
    if model is not None and model.task != "llm" and spec.get(*RUN_BY) == RAY:
        why = f"{model.name} is no language model, and Ray Serve is written for those alone"
        yield Problem("run_by: ray_serve has no meaning here", why, "remove it", RUN_BY)
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


def ray_contradictions(spec: Draft) -> Iterator[Problem]:
    """Find what running by Ray Serve contradicts: where evidence says that it loses, with that evidence."""
    if spec.has("measured") and not spec.has("model"):
        why = "it is written for language models that vLLM serves; a measured service brings its own image"
        yield Problem("run_by: ray_serve has no meaning beside measured", why, "remove it", RUN_BY)
    name = spec.text("engine", "name")
    if name not in (None, "vllm"):
        yield Problem(f"Ray Serve runs vLLM here, not {name}", "", "write name: vllm", RUN_BY)
    yield from _head(spec)
    for path, why in _LOSES:
        number = spec.number(*path)
        if number is not None and number > 1:
            fix = f"remove it, or run_by: {RAY}"
            yield Problem(f"{path[-1]} is {number:g} beside run_by: {RAY}", why, fix, path)
    if spec.get("route", "prefix_aware") is True:
        why = "Ray Serve routes requests itself, and an InferencePool would look past its router"
        yield Problem(f"prefix_aware stands beside run_by: {RAY}", why, "keep one", ("route", "prefix_aware"))


def _head(spec: Draft) -> Iterator[Problem]:
    """Refuse what a head that must always run does not survive, or does not allow."""
    if spec.text("capacity", "spot") in ("allow", "prefer"):
        why = "when the head is taken back, its whole cluster ends with it"
        yield Problem(f"spot stands beside run_by: {RAY}", why, "write spot: never", ("capacity", "spot"))
    for key in ("to_zero", "schedule"):
        if spec.get("scale", key) not in (None, False):
            why = "the head of a Ray cluster always runs, and holds a replica"
            yield Problem(f"{key} stands beside run_by: {RAY}", why, "remove one of them", ("scale", key))
    availability = spec.number("sla", "availability")
    if availability is not None and 0.999 <= availability <= 1:
        why = "a zone may not fail: the head stands in one, and without it the cluster ends"
        fix = "write 0.99, or leave run_by out: Deployments survive it"
        yield Problem(f"availability is {availability:g}", why, fix, ("sla", "availability"))
