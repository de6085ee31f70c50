"""A stream is the requests that come, in the order of their times, and what one of them asks for."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Stream:
    """Requests side by side: the i-th of each list belongs to the i-th request.

    `times` are seconds from the start, never falling, on the grid of `draws.on_grid`. `prompts` and `answers`
    are tokens; of work without tokens all are 1. `sizes` is a share of the mean for work whose length is a
    time (tasks of a queue) and a uniform draw for services that were measured. `windows` are parts of a
    request that are served one after another (speech). `blocks` are hashes of a prompt's beginnings, each of
    `block_tok` tokens, where a trace has them.
    """

    times: list[float]
    prompts: list[int]
    answers: list[int]
    sizes: list[float] = field(default_factory=list[float])
    windows: list[int] = field(default_factory=list[int])
    blocks: list[tuple[int, ...]] = field(default_factory=list[tuple[int, ...]])
    block_tok: int = 0

    def __len__(self) -> int:
        return len(self.times)


class Outcomes:
    """What became of the requests of a stream: seconds from its start, -1 where it has not happened.

    `began` is when a task left its queue, `first` when the first token was there, `done` when all were.
    """

    def __init__(self, count: int) -> None:
        self.began = [-1.0] * count
        self.first = [-1.0] * count
        self.done = [-1.0] * count
        self.refused: set[int] = set()
        """Requests that no replica takes: longer than what is served."""
