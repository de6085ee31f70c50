"""The measured range is what the speed constants were fitted on; beyond it they are extrapolated."""

from collections.abc import Iterator

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.benchmarked import REFERENCE
from plimsoll.ground.start_up import record
from plimsoll.speed.facts import SpeedFacts

LONGEST_TOK = 32768
"""The longest prompt, and the longest answer, of any point (`plimsoll/catalog/data/speed/points.csv`)."""

MOST_SHARDS = 8
"""The most accelerators over which one replica of a point was split (the same file)."""

UNMEASURED_TASKS = ("speech",)
"""Tasks of which no point was measured (the same file)."""


@record
class Serving:
    """A replica serves a task on an accelerator, with an engine, split over so many, with such requests."""

    task: str
    accelerator: Accelerator
    engine: str
    shards: int
    prompt_tok: float
    answer_tok: float


def beyond_measured(facts: SpeedFacts, served: Serving) -> Iterator[str]:
    """Yield, as clauses, in what a replica lies outside the points."""
    _, basis = facts.device(served.accelerator, served.engine if facts.measured(served.engine) else REFERENCE)
    if basis == "extrapolated":
        yield f"no serving of such work was measured on {served.accelerator.name}"
    if not facts.measured(served.engine):
        yield f"{served.engine} was not measured and is taken for {REFERENCE}'s like"
    if served.task in UNMEASURED_TASKS:
        yield f"no {served.task} model was measured"
    if served.shards > MOST_SHARDS:
        yield f"no replica over more than {MOST_SHARDS} accelerators was measured"
    for what, tokens in (("prompts", served.prompt_tok), ("answers", served.answer_tok)):
        if tokens > LONGEST_TOK:
            yield f"no {what} longer than {LONGEST_TOK:,} tokens were measured"
