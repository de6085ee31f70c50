"""A batch's spec must agree with itself and with the facts: all that it contradicts is found at once."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.problems import Problem
from plimsoll.models.architecture import Architecture
from plimsoll.spec.defaults import INPUT_TOKENS, P95_RATIO
from plimsoll.spec.draft import Draft
from plimsoll.spec.engine_rules import engine_contradictions, engine_problems
from plimsoll.spec.runs.kinds import RunRules
from plimsoll.spec.runs.names import run_fact_problems
from plimsoll.spec.runs.rules import (
    allowed,
    hours,
    lists,
    money,
    nodes,
    one_place,
    pinned_precision,
    without_spot,
)
from plimsoll.spec.within_context import length_problems

Rule = Callable[[Draft], Iterator[Problem]]


def batch_contradictions(spec: Mapping[str, Any]) -> list[Problem]:
    """Find everything in which a batch's spec contradicts itself, in the order of the rules."""
    draft = Draft(spec)
    return [problem for rule in _RULES for problem in rule(draft)]


def _subject(spec: Draft) -> Iterator[Problem]:
    if "model" in spec.data and not spec.has("model"):
        yield Problem("model is empty", "a batch needs one", "give a value", ("model",))


def _lengths(spec: Draft) -> Iterator[Problem]:
    for key in ("input_tokens", "output_tokens"):
        mean, p95 = spec.number("load", key, "mean"), spec.number("load", key, "p95")
        if mean is not None and p95 is not None and 0 < p95 < mean:
            what, why = f"p95 is {p95:g} tokens", f"the mean is {mean:g}"
            fix = f"raise it, or leave it out ({P95_RATIO} × the mean)"
            yield Problem(what, why, fix, ("load", key, "p95"))


def _prefix(spec: Draft) -> Iterator[Problem]:
    prefix = spec.number("load", "shared_prefix_tokens")
    mean = spec.amount("load", "input_tokens", key="mean")
    if prefix is None or (mean is None and spec.has("load", "input_tokens")):
        return
    of_prompt = mean if mean is not None else INPUT_TOKENS
    if prefix > of_prompt > 0:
        why = f"the prompt has {of_prompt:g} tokens{'' if mean else ' when input_tokens is not given'}"
        path, fix = ("load", "shared_prefix_tokens"), "input_tokens counts the shared prefix too"
        yield Problem(f"the shared prefix has {prefix:g} tokens", why, fix, path)


def _shards(spec: Draft) -> Iterator[Problem]:
    shard, requests = spec.number("shard_requests"), spec.number("load", "requests")
    if shard is not None and requests is not None and shard > requests > 0:
        what, why = f"a shard has {shard:,.0f} requests", f"the batch has {requests:,.0f}"
        yield Problem(what, why, "lower it, or leave it out", ("shard_requests",))


def _window(spec: Draft) -> Iterator[Problem]:
    """Refuse a window without hours, and limits on hours that it does not have."""
    start, end = spec.text("window", "start"), spec.text("window", "end")
    if start is None or end is None:
        return
    minutes = [_minutes(each) for each in (start, end)]
    if minutes[0] is None or minutes[1] is None:
        return
    if start == end:
        why = f"it starts and ends at {start}"
        fix = "remove window, or give it hours"
        yield Problem("the window has no hours", why, fix, ("window", "end"))
        return
    length = ((minutes[1] - minutes[0]) % (24 * 60)) / 60
    for path in (("sla", "run_p90_h"), ("sla", "run_p50_h"), ("scale", "max_run_h")):
        limit = spec.number(*path)
        if limit is not None and limit > length:
            what = f"{path[1]} is {limit:g} h"
            why = f"the window from {start} to {end} has {length:g} h"
            yield Problem(what, why, "lower it, or leave it out: the window limits the hours", path)


def _minutes(clock: str) -> int | None:
    hours_said, _, minutes_said = clock.partition(":")
    if not (hours_said.isdigit() and minutes_said.isdigit()):
        return None
    return int(hours_said) * 60 + int(minutes_said)


def _split(spec: Draft) -> Iterator[Problem]:
    value = spec.number("pin", "tensor_parallel")
    if value is not None and value >= 1 and int(value) & (int(value) - 1):
        fix = f"write {1 << (int(value).bit_length() - 1)}"
        why = "a model splits by powers of two"
        yield Problem(f"tensor_parallel is {value:g}", why, fix, ("pin", "tensor_parallel"))


_RULES: tuple[Rule, ...] = (
    _subject,
    one_place,
    lists,
    hours,
    money,
    allowed,
    nodes,
    without_spot,
    pinned_precision,
    _lengths,
    _prefix,
    _shards,
    _window,
    _split,
    engine_contradictions,
)


def _facts(
    spec: Mapping[str, Any], catalog: Catalog, model: Architecture | None, *, model_known: bool
) -> list[Problem]:
    draft = Draft(spec)
    found = [*run_fact_problems(draft, catalog, model, model_known=model_known)]
    if model is not None:
        found += [*_of_model(draft, model), *engine_problems(draft, model), *length_problems(draft, model)]
    return found


def _of_model(spec: Draft, model: Architecture) -> Iterator[Problem]:
    """Refuse a model that does not generate: its batch has no tokens to count."""
    del spec
    if not model.generates or model.speech is not None:
        why = f"{model.name} does not generate text from text"
        fix = "plan it as a service, at the rate that its deadline asks for"
        yield Problem("a batch of it cannot be worked out", why, fix, ("model",))


BATCH_RULES = RunRules(batch_contradictions, _facts)
