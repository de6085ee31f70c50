"""A request has lengths: what the spec says of them, and defaults within the model's context."""

import math

from plimsoll.ground.start_up import record
from plimsoll.spec.defaults import CONTEXT_PART, INPUT_TOKENS, OUTPUT_TOKENS, P95_RATIO


@record
class Given:
    """A spec gives so much of a length in tokens; None is left to the defaults."""

    mean: float | None = None
    p95: float | None = None

    @property
    def most(self) -> float:
        """The larger of what is given, 0 where nothing is."""
        return self.p95 or self.mean or 0.0


@record
class Length:
    """The mean and the 95th percentile of a length, tokens."""

    mean: float
    p95: float


@record
class RequestLengths:
    """The lengths of prompt and answer; an answer of 0 tokens is none."""

    prompt: Length
    answer: Length

    @property
    def longest_tok(self) -> int:
        """The longest request that must be served: a p95 prompt and a p95 answer, whole tokens."""
        return math.ceil(self.prompt.p95 + self.answer.p95 - 1e-9)


def request_lengths(prompt: Given, answer: Given | None, context_tok: int) -> RequestLengths:
    """Fill in what a spec leaves out, never beyond a model's context (0: not known).

    The default mean is the smaller of the usual one and a quarter of the context, the default p95 the smaller
    of twice the mean and what the other length leaves of the context. `answer` is None where there is none.
    """
    context = context_tok or math.inf
    mean = prompt.mean or _mean(INPUT_TOKENS, context, answer.most if answer else 0.0)
    if answer is None:
        return RequestLengths(Length(mean, prompt.p95 or _p95(mean, context)), Length(0.0, 0.0))
    taken = prompt.p95 or mean
    of_answer = answer.mean or _mean(OUTPUT_TOKENS, context, taken)
    answered = Length(of_answer, answer.p95 or _p95(of_answer, context - taken))
    return RequestLengths(Length(mean, prompt.p95 or _p95(mean, context - answered.p95)), answered)


def _mean(usual: int, context: float, taken: float) -> float:
    """Take the usual mean, at most a quarter of the context and what is left of it, at least one token."""
    left = context - taken if context > taken else math.inf
    return float(max(min(usual, context // CONTEXT_PART, left), 1))


def _p95(mean: float, room: float) -> float:
    """Take twice the mean within the room, never less than the mean."""
    return max(min(P95_RATIO * mean, room), mean)
