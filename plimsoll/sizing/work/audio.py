"""Audio comes in windows: how many a request has, and how long a replica takes for all of them."""

import math
from collections.abc import Sequence

from plimsoll.ground.start_up import record
from plimsoll.sizing.replica import SPREADS, LlmReplica
from plimsoll.sizing.traffic import Lengths, Z
from plimsoll.spec import defaults
from plimsoll.spec.lengths import Length
from plimsoll.spec.load import Load

IDLE = 1e-9
"""Stands in for a batch of none, whose means are those of a request that is alone."""

WHOLE = 1e-9
"""Audio that exceeds a whole number of windows by less is rounding."""


@record
class Audio:
    """Requests bring so many seconds of audio, cut into windows of `window_s`, and take so many tokens."""

    seconds: Lengths
    tokens: Lengths
    window_s: float

    @property
    def windows(self) -> float:
        """Mean windows of a request, Σ P(audio > k windows) over k from 0, whole windows being padded."""
        if not self.seconds.sigma:
            return float(self.windows_at(0.0))
        return sum(self._longer_than(count) for count in range(self.windows_at(_FAR) + 1))

    def windows_at(self, z: float) -> int:
        """Count the windows of a request at a standard normal score of its length."""
        return max(math.ceil(self.seconds.quantile(z) / self.window_s - WHOLE), 1)

    def tokens_at(self, z: float) -> float:
        """Count the tokens of a request at a score: at least one in each window."""
        return max(self.tokens.quantile(z), float(self.windows_at(z)))

    def _longer_than(self, windows: int) -> float:
        if not windows:
            return 1.0
        mean, sigma = self.seconds.mean, self.seconds.sigma
        score = (math.log(windows * self.window_s / mean) + sigma**2 / 2) / sigma
        return math.erfc(score / math.sqrt(2)) / 2


_FAR = 4.0
"""A score that three requests in a hundred thousand exceed: longer ones add next to nothing to a mean."""


@record
class SpeechReplica:
    """A server of speech: `window` serves windows with continuous batching, a request is several of them.

    Windows of a request follow each other, so as many are in flight as requests are. A request takes a
    wait and a pass for each window, and a step for every further token.
    """

    window: LlmReplica
    audio: Audio

    @property
    def full_batch(self) -> float:
        """All slots together."""
        return self.window.full_batch

    @property
    def most_qps(self) -> float:
        """As many windows as a replica carries at most ÷ windows of a request."""
        return self.window.most_qps / self.audio.windows

    @property
    def top_batch(self) -> float:
        """The batch at the utilisation target of windows."""
        return self.window.top_batch

    def qps_of(self, batch: float) -> float:
        """Requests per second: windows per second ÷ windows of a request."""
        return self.window.qps_of(batch) / self.audio.windows

    def latencies_s(self, batch: float, keys: Sequence[str]) -> list[float]:
        """Time from audio to the last token, at percentiles of the wait and of the audio's length."""
        return [self._latency(max(batch, IDLE), key.rpartition("_")[2]) for key in keys]

    def mean_s(self, batch: float) -> float:
        """Mean time of a request, by Little's law."""
        running = max(batch, IDLE)
        return self.in_flight(running) / self.qps_of(running)

    def in_flight(self, batch: float) -> float:
        """Requests in flight, which are the windows in flight."""
        return self.window.in_flight(batch)

    def _latency(self, batch: float, name: str) -> float:
        """Means, and above the median what audio and one of its windows take beyond them, by `SPREADS`."""
        window, audio, z = self.window, self.audio, max(Z[name], 0.0)
        one, step = window.latencies_s(batch, [f"e2e_{name}", "tpot_p50"])
        each = window.in_flight(batch) / window.qps_of(batch)
        first = each - max(window.traffic.output_tok.mean - 1, 0.0) * step
        long = first + self._rest(float(audio.windows_at(z)), audio.tokens_at(z), first, step)
        if not z:
            return long + min(one - each, 0.0)
        mean = first + self._rest(audio.windows, max(audio.tokens.mean, audio.windows), first, step)
        longer, later = max(long - mean, 0.0), max(one - each, 0.0) * math.sqrt(audio.windows)
        return mean + (longer**SPREADS + later**SPREADS) ** (1 / SPREADS)

    @staticmethod
    def _rest(windows: float, tokens: float, first: float, step: float) -> float:
        return (windows - 1) * first + (tokens - windows) * step


def audio_of(load: Load, window_s: float) -> Audio:
    """Fit audio and tokens to what a spec says; tokens that it leaves out follow the audio."""
    given, said = load.audio_s, load.output_tokens
    mean = given.mean if given is not None else float(defaults.AUDIO_S)
    p95 = given.p95 if given is not None and given.p95 is not None else mean
    tokens = said.mean if said is not None else defaults.TOKENS_PER_AUDIO_S * mean
    long = said.p95 if said is not None and said.p95 is not None else tokens * p95 / mean
    return Audio(Lengths.of(Length(mean, p95)), Lengths.of(Length(tokens, long)), window_s)
