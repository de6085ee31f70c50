"""A server of tokens batches continuously: prompts in chunks, a token a step for each running sequence.

A step in which prompts are read and the steps in which nothing happens but decoding are taken apart: the
latter are all alike, and as many as lie before the next event are taken at once.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from plimsoll.simulation.chance.draws import on_grid
from plimsoll.simulation.servers.prefix import PrefixCache
from plimsoll.simulation.servers.stream import Outcomes, Stream
from plimsoll.simulation.servers.use import ReplicaUse


@dataclass(slots=True)
class TokenSpeed:
    """Seconds of the steps of one replica, from the speed model that sized it; and what its cache holds.

    `step_s` takes running sequences; `mixed_s` (what a prompt adds to steps that decode anyway) prompt tokens
    and running sequences; `alone_s` (a prompt on an idle replica) prompt tokens. `slots` requests run at
    once, `chunk_tok` tokens go through one step, `cache_tok` tokens are kept at most, `longest_tok` of one
    request (None where nothing bounds them).
    """

    step_s: Callable[[float], float]
    mixed_s: Callable[[float, float], float]
    alone_s: Callable[[float], float]
    slots: int
    chunk_tok: int
    cache_tok: float = math.inf
    prefix_tok: int = 0
    longest_tok: int | None = None


class TokenServer:
    """One replica. Requests that it took run to their end; who came last yields when the cache is full.

    Such a request loses its cache, goes to the head of those that wait, and reads prompt and answer so far
    again (vLLM V1: preemption by recomputation). The prefix that requests share is read once, by the first;
    of prompts whose blocks are known, what others began with is in the cache (`PrefixCache`).
    """

    def __init__(self, speed: TokenSpeed, stream: Stream, outcomes: Outcomes) -> None:
        self.speed, self.stream, self.outcomes = speed, stream, outcomes
        self.now = 0.0
        self.use = ReplicaUse()
        self.preemptions = 0
        self._inbox: deque[int] = deque()
        self._waiting: deque[int] = deque()
        self._reading: deque[list[float]] = deque()
        """Prompts that are read: request, tokens to read, tokens of them that are left, when it began."""
        self._running: list[tuple[int, int, int]] = []
        """A heap of (step of the last token, order, request)."""
        self._steps = self._order = 0
        self._own_tok = 0.0
        """Σ of context - step of the first token: with a token a step and sequence, what the cache holds."""
        self._reading_tok = 0.0
        self._held: dict[int, tuple[float, int, int]] = {}
        """Of each request that runs: context when it began to, that step, answer tokens that were left."""
        self._again: dict[int, tuple[float, int]] = {}
        """Of each request that lost its cache: context to read, answer tokens that are left."""
        self._windows: dict[int, int] = {}
        self._cold = bool(speed.prefix_tok)
        self._prefixes = PrefixCache(speed.cache_tok // stream.block_tok) if stream.blocks else None
        self.found_tok = 0
        """Prompt tokens that were in the prefix cache."""
        self._step_s: list[float] = [0.0]
        self._mixed: dict[tuple[float, int], float] = {}
        self._alone: dict[float, float] = {}

    @property
    def in_flight(self) -> int:
        """Requests that were taken and are not done."""
        return len(self._inbox) + len(self._waiting) + len(self._reading) + len(self._running)

    def offer(self, request: int) -> None:
        """Take a request that arrives not before any that was taken; refuse one that is too long."""
        speed, stream = self.speed, self.stream
        whole = stream.prompts[request] + stream.answers[request]
        longest = speed.longest_tok
        if whole > speed.cache_tok or (longest is not None and whole + speed.prefix_tok > longest):
            self.outcomes.refused.add(request)
        else:
            self._inbox.append(request)

    def run(self, until: float) -> None:
        """Serve up to a time; a step that has begun is ended."""
        times, inbox = self.stream.times, self._inbox
        while self.now < until:
            now = self.now
            while inbox and times[inbox[0]] <= now:
                self._waiting.append(inbox.popleft())
            if self._reading or (self._waiting and self._admits()):
                self._read()
            elif self._running:
                self._decode(until)
            elif inbox:
                self.now = max(now, min(times[inbox[0]], until))
            else:
                self.now = until if until < math.inf else now
                return

    def lost(self) -> list[int]:
        """Give up: the requests that are not done, in the order in which they were taken."""
        kept = [*self._held, *(int(entry[0]) for entry in self._reading), *self._waiting, *self._inbox]
        return sorted(kept)

    def _admits(self) -> bool:
        speed, taken = self.speed, len(self._running) + len(self._reading)
        if taken >= speed.slots:
            return False
        return not taken or self._cached() + self._to_read(self._waiting[0]) <= speed.cache_tok

    def _cached(self) -> float:
        return self._own_tok + len(self._running) * self._steps + self._reading_tok

    def _to_read(self, request: int) -> float:
        again = self._again.get(request)
        return float(self.stream.prompts[request]) if again is None else again[0]

    def _read(self) -> None:
        """Take one step in which prompts are read, up to a chunk of tokens beside those of the answers."""
        self._make_room()
        batch = len(self._running)
        budget = max(self.speed.chunk_tok - batch, 1)
        cost = self._decode_s(batch) if batch else 0.0
        read: list[list[float]] = []
        for entry in self._next_prompts():
            part = min(entry[2], budget)
            cost += part / entry[1] * self._prompt_s(entry[1], batch)
            entry[2] -= part
            budget -= part
            if entry[2] > 0:
                break
            read.append(entry)
            if budget <= 0:
                break
        self._pass(on_grid(cost), 1)
        for entry in read:
            self._reading.popleft()
            self._begin(entry)

    def _next_prompts(self) -> "list[list[float]]":
        """List the prompts of a step: those that have begun, then whoever waits and finds room."""
        wanted = sum(entry[2] for entry in self._reading)
        while wanted < self.speed.chunk_tok and self._waiting and self._admits():
            request = self._waiting.popleft()
            tokens = self._to_read(request)
            self._reading_tok += tokens
            tokens -= self._found(request)
            if self._cold:
                self._cold, tokens = False, tokens + self.speed.prefix_tok
            self._reading.append([request, tokens, tokens, self.now])
            wanted += tokens
        return list(self._reading)

    def _found(self, request: int) -> float:
        """Count the tokens of a prompt that the prefix cache has; the last one is always read."""
        if self._prefixes is None:
            return 0.0
        stream = self.stream
        found = self._prefixes.leading(stream.blocks[request]) * stream.block_tok
        found = min(found, stream.prompts[request] - 1)
        self.found_tok += found
        return float(found)

    def _begin(self, entry: list[float]) -> None:
        """Begin to decode a request whose prompt was read: the step gave its first token."""
        request, tokens, began = int(entry[0]), entry[1], entry[3]
        kept, left = self._again.pop(request, (self._to_read(request), self.stream.answers[request]))
        self._reading_tok -= kept
        if self._prefixes is not None:
            self._prefixes.keep(self.stream.blocks[request])
        outcomes = self.outcomes
        if outcomes.first[request] < 0:
            outcomes.began[request] = began
            outcomes.first[request] = max(self.now, began + self._alone_s(tokens))
        if left <= 1:
            self._finish(request)
            return
        self._order += 1
        self._own_tok += kept - self._steps
        self._held[request] = (kept, self._steps, left)
        heappush(self._running, (self._steps + left - 1, self._order, request))

    def _decode(self, until: float) -> None:
        """Take as many steps as lie before the next event: an end, an arrival, a full cache."""
        batch = len(self._running)
        step_s = self._decode_s(batch)
        count = self._running[0][0] - self._steps
        if not self._waiting and self._inbox:
            ahead = self.stream.times[self._inbox[0]] - self.now
            count = min(count, math.ceil(ahead / step_s))
        if until < math.inf:
            count = min(count, math.ceil((until - self.now) / step_s))
        if self.speed.cache_tok < math.inf:
            room = int((self.speed.cache_tok - self._cached()) // batch)
            if room < 1:
                self._make_room()
                return
            count = min(count, room)
        self._pass(step_s * count, count)

    def _pass(self, cost: float, steps: int) -> None:
        """Let steps pass, and end the requests whose last token they gave."""
        batch, running = len(self._running), self._running
        self.use.add(self.now, cost, batch, self._cached())
        self.now += cost
        self._steps += steps
        while running and running[0][0] <= self._steps:
            _, _, request = heappop(running)
            context, began, _ = self._held.pop(request)
            self._own_tok -= context - began
            self._finish(request)

    def _finish(self, request: int) -> None:
        windows = self.stream.windows
        if windows:
            left = self._windows.get(request, windows[request]) - 1
            if left > 0:
                self._windows[request] = left
                self._waiting.append(request)
                return
            self._windows.pop(request, None)
        self.outcomes.done[request] = max(self.now, self.outcomes.first[request])

    def _make_room(self) -> None:
        """Take the cache of whoever came last until every running sequence has room for a token."""
        running = self._running
        while len(running) > 1 and self._cached() + len(running) > self.speed.cache_tok:
            last = max(range(len(running)), key=lambda place: running[place][1])
            _, _, request = running[last]
            running[last] = running[-1]
            running.pop()
            heapify(running)
            context, began, left = self._held.pop(request)
            made = self._steps - began
            self._own_tok -= context - began
            self._again[request] = (context + made + 1, left - made - 1)
            self._waiting.appendleft(request)
            self.preemptions += 1

    def _decode_s(self, batch: int) -> float:
        known = self._step_s
        while len(known) <= batch:
            known.append(on_grid(self.speed.step_s(float(len(known)))))
        return known[batch]

    def _prompt_s(self, tokens: float, batch: int) -> float:
        if not batch:
            return self._alone_s(tokens)
        found = self._mixed.get((tokens, batch))
        if found is None:
            found = self._mixed[tokens, batch] = self.speed.mixed_s(tokens, float(batch))
        return found

    def _alone_s(self, tokens: float) -> float:
        found = self._alone.get(tokens)
        if found is None:
            found = self._alone[tokens] = on_grid(self.speed.alone_s(tokens))
        return found
