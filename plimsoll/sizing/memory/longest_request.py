"""The longest request is the most tokens of prompt and answer together that a deployed engine accepts."""

import math

from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.memory.fit import MemoryFit
from plimsoll.sizing.traffic import lengths_of
from plimsoll.spec.load import Load

STEP_TOK = 256
"""Where a context is not known the limit is rounded up to this, so that a small change restarts nothing."""

CACHE_SHARE = 0.92
"""Share of a replica's cache that the longest request may take where nobody set it: an engine that finds less
cache than its limit needs does not start, and what we say of the cache is within 8 % of what engines log."""


@record
class LongestRequest:
    """The spec needs so many tokens (a p95 prompt and answer), or gives a number; a model has a context.

    `given` is None where the spec leaves it out, `context` 0 where nobody knows it.
    """

    needed: int
    given: int | None
    context: int

    @classmethod
    def of(cls, load: Load, architecture: Architecture) -> "LongestRequest":
        """Take it from a spec's load and the model behind it."""
        needed = lengths_of(load, architecture).longest_tok
        context = architecture.max_context_tok
        if not context:
            needed = STEP_TOK * math.ceil(needed / STEP_TOK)
        return cls(min(needed, context) if context else needed, load.max_tokens, context)

    @property
    def must_fit(self) -> int:
        """The tokens of one request that the cache of a replica has to hold."""
        return self.given or self.needed

    def admitted(self, memory: MemoryFit) -> int:
        """Admit what the spec gives; else the model's context, or what the cache holds, whichever is less.

        An engine that reads prompts whole keeps memory of a step for the longest: no more than needed.
        """
        if self.given or not self.context or not memory.fits or memory.engine.reads_whole:
            return self.must_fit
        return max(memory.longest_tok(self.context, CACHE_SHARE), self.needed)
