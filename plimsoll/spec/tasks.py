"""A model's task decides which keys of a spec mean something: its latencies, and what its load counts."""

from collections.abc import Iterator, Mapping

from plimsoll.catalog.tables import engines_serving
from plimsoll.ground.problems import Problem
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.spec import defaults
from plimsoll.spec.draft import Draft, metric_of

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
        ("concurrency", "input_tokens", "output_tokens", "shared_prefix_tokens"),
    ),
    "encoder": Task("an encoder", ("latency",), ("concurrency", "input_tokens")),
    "vision": Task("an image model", ("latency",), ("image_px",)),
    "speech": Task("a speech model", ("latency",), ("audio_s", "output_tokens")),
    "diffusion": Task("a model that makes pictures", ("latency",), ("image_px",)),
}

_OWN = ("concurrency", "input_tokens", "output_tokens", "shared_prefix_tokens", "audio_s", "image_px")
"""The keys of a load that not every task has."""

_INSTEAD = {
    ("llm", "audio_s"): "count the tokens of the audio in input_tokens",
    ("llm", "image_px"): "count the tokens of the images in input_tokens: (px ÷ patch)² each",
    ("speech", "input_tokens"): "write audio_s: SECONDS of audio per request",
    ("speech", "image_px"): "write audio_s: SECONDS of audio per request",
}


def task_problems(spec: Draft, model: Architecture) -> Iterator[Problem]:
    """Yield every key that means nothing for a model's task, with the key that does where there is one."""
    yield from _sla(spec, model)
    yield from _load(spec, model)
    yield from _image(spec, model)
    yield from _window(spec, model)
    yield from _engine(spec, model)


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
    audio = spec.amount("load", "audio_s", key="mean") or float(defaults.AUDIO_S)
    most = model.max_context_tok - parts.prompt_tok
    windows = max(audio / parts.window_s, 1.0)
    if mean > most * windows:
        what = f"{mean:,.0f} output tokens for {audio:g} s of audio"
        why = f"{model.name} says at most {most} in each window of {parts.window_s:g} s"
        yield Problem(what, why, f"lower it to {most * windows:,.0f}", ("load", "output_tokens"))


def _engine(spec: Draft, model: Architecture) -> Iterator[Problem]:
    """Refuse an engine by name that does not serve the task: another one would be deployed."""
    name = spec.get("engine", "name") if spec.has("engine", "name") else defaults.ENGINE
    serving = engines_serving(model.task)
    if not spec.keys("engine") or name in serving or name not in engines_serving("llm"):
        return
    why = f"{model.name} is {TASKS[model.task].title}"
    yield Problem(
        f"{name} is no engine for {model.name}", why, f"remove engine: {serving[0]} serves it", ("engine",)
    )
