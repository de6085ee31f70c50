"""A cache of answers, measured in the log of its owner: how many requests it answers, and what it holds."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.spec import defaults
from plimsoll.spec.frozen import Frozen
from plimsoll.spec.values import Entries, Fraction, Kibibytes, Text, Within


class AnswerCache(Frozen):
    """Answers that are kept in Valkey beside the replicas, so that a repeated request reaches none."""

    exact_hit: Fraction = Field(
        default=0.0,
        description="Share of requests that repeat an earlier one letter by letter, from a log.",
        examples=[0.18],
    )
    semantic_hit: Fraction | None = Field(
        default=None, description="Share that only means the same as an earlier one; counts with false_hit."
    )
    false_hit: Fraction | None = Field(
        default=None, description="Share of semantic hits whose answer was wrong, measured."
    )
    entries: Entries = Field(description="Answers that are kept.", examples=[1_000_000])
    entry_kib: Kibibytes = Field(description="Mean size of one, key and answer, KiB.", examples=[4.2])
    nodes: Annotated[int, Within(1, 6)] = Field(
        default=defaults.CACHE_NODES,
        description="Nodes that each hold all of it: with one, a failure forgets everything.",
    )
    kept_in: Literal["elasticache", "cluster"] = Field(
        default=defaults.CACHE_KEPT_IN,
        description="ElastiCache for Valkey, or one pod of Valkey on a node of its own in the cluster, where "
        "nothing fails over: nodes counts 1 then.",
    )
    cold_start_ok: bool = Field(
        default=False,
        description="Size the peak for a full cache too: after a flush, requests are outside the sla.",
    )
    source: Text = Field(description="Say where the hit rate was measured.", examples=["gateway log 2026-10"])

    @property
    def hit(self) -> float:
        """Share of requests that it answers: semantic hits count only beside the share of false ones."""
        return self.exact_hit + (self.semantic_hit or 0.0 if self.false_hit is not None else 0.0)
