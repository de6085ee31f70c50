"""The use of a replica: how busy it was, what ran on it, how full its cache was, minute by minute."""

MINUTE_S = 60.0


class ReplicaUse:
    """Sums over time, by minute from the start: what lasts longer than its minute counts where it began."""

    def __init__(self) -> None:
        self.busy_s: dict[int, float] = {}
        self.running_s: dict[int, float] = {}
        self.cached_tok_s: dict[int, float] = {}

    def add(self, at: float, seconds: float, running: float, cached_tok: float = 0.0) -> None:
        """Count a time in which so many requests ran, and so many tokens lay in the cache."""
        minute = int(at / MINUTE_S)
        busy = self.busy_s
        if minute not in busy:
            busy[minute] = self.running_s[minute] = self.cached_tok_s[minute] = 0.0
        busy[minute] += seconds
        self.running_s[minute] += seconds * running
        self.cached_tok_s[minute] += seconds * cached_tok
