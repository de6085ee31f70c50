"""Requests must fit a model's context: their lengths are held against it, and against the spec's limit."""

from collections.abc import Iterator
from typing import cast

from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem
from plimsoll.models.architecture import Architecture
from plimsoll.spec.draft import Draft
from plimsoll.spec.lengths import Given, RequestLengths, request_lengths

_LIMIT: KeyPath = ("load", "max_tokens")


def length_problems(spec: Draft, model: Architecture) -> Iterator[Problem]:
    """Find lengths beyond the model's context, and a limit beyond it or below what must be served.

    A spec whose lengths are ill-formed has other problems, and none here.
    """
    if model.task not in ("llm", "encoder"):
        return
    keys = ("input_tokens", "output_tokens") if model.generates else ("input_tokens",)
    if any(spec.has("load", key) and spec.amount("load", key, key="mean") is None for key in keys):
        return
    answer = _given(spec, "output_tokens") if model.generates else None
    lengths = request_lengths(_given(spec, "input_tokens"), answer, model.max_context_tok)
    yield from _beyond(spec, model, lengths)
    given = spec.number("load", "max_tokens")
    if given is not None and given > 0:
        yield from _limit(given, model, lengths)


def _given(spec: Draft, key: str) -> Given:
    return Given(spec.amount("load", key, key="mean") or None, spec.number("load", key, "p95") or None)


def _beyond(spec: Draft, model: Architecture, lengths: RequestLengths) -> Iterator[Problem]:
    """Find a mean request, else one of p95 lengths, that is longer than the context."""
    context, mean = model.max_context_tok, lengths.prompt.mean + lengths.answer.mean
    if not context or lengths.longest_tok <= context:
        return
    if mean > context:
        what, fix = f"a mean request has {mean:,.0f} tokens", "lower load.input_tokens or load.output_tokens"
    else:
        what = f"a p95 prompt and a p95 answer have {lengths.longest_tok:,} tokens{_sum(lengths)}"
        fix = "lower the p95 of load.input_tokens or load.output_tokens"
    why = f"{model.name} takes at most {context:,}"
    yield Problem(what, why, f"{fix}, or take another model", _written(spec))


def _written(spec: Draft) -> KeyPath:
    """Point at the length that was written; at the model where all are defaults."""
    for key in ("input_tokens", "output_tokens"):
        if spec.has("load", key):
            return ("load", key)
    return cast("KeyPath", ("model",))


def _limit(given: float, model: Architecture, lengths: RequestLengths) -> Iterator[Problem]:
    what = f"max_tokens is {given:,.0f} tokens"
    context = model.max_context_tok
    if context and given > context:
        why = f"{model.name} takes at most {context:,}"
        yield Problem(what, why, "lower it, leave it out, or take another model", _LIMIT)
    elif given < lengths.longest_tok:
        why = f"a p95 prompt and a p95 answer have {lengths.longest_tok:,}{_sum(lengths)}"
        fix = "raise it to at least that, or say a lower p95 of input_tokens or output_tokens"
        yield Problem(what, why, fix, _LIMIT)


def _sum(lengths: RequestLengths) -> str:
    if not lengths.answer.p95:
        return ""
    return f" ({lengths.prompt.p95:,.0f} + {lengths.answer.p95:,.0f})"
