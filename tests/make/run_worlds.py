"""A world in which a planned run happens: spot is taken, refused, granted; nodes fail; a watchdog switches.

It reads nothing but the plan's document and shares no code with the planner. Uptimes follow a Weibull
distribution of shape 0.5, or a mixture that is shaped like SkyPilot's traces (most stays short, a few long);
the nodes of a gang go together; spot is refused for 0.8 to 3.6 hours, on-demand granted after 0 to 30
minutes; nodes fail by themselves once in 200 hours and by their number.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

START_H = 0.2
"""Hours that a node takes from its grant to the first step."""


@dataclass(frozen=True)
class Outcome:
    """What became of one run: its hours, and its money."""

    hours: float
    usd: float


@dataclass
class World:
    """One plan in one shape of world, drawn from a seed."""

    document: Mapping[str, Any]
    shape: str
    drawn: random.Random

    def __post_init__(self) -> None:
        document = self.document
        run, saves, deadline = document["run"], document["checkpoint"], document["deadline"]
        self.work_h: float = run["compute_h"]
        self.enforced_h: float = run["enforced_h"]
        self.interval_h: float = saves["interval_s"] / 3600 if saves else inf
        self.blocking_h: float = saves["blocking_s"] / 3600 if saves else 0.0
        self.last_h: float = saves["write_s"] / 3600 if saves else 0.0
        self.spot = document["chosen"]["capacity"] == "spot"
        self.fallback: str | None = deadline["fallback"]
        self.switch_h = deadline["switch_at_h"] if deadline["switch_at_h"] is not None else inf
        self.stay_h: float = deadline["mtti_h"] or inf
        self.nodes: int = document["chosen"]["nodes"]
        accelerators = document["chosen"]["accelerators_per_replica"]
        failures = document["workload"]["capacity"]["hardware_failures_per_1000_node_days"]
        self.failing = failures * accelerators / 8 / 24_000 + 1 / 200
        self._prices()

    def _prices(self) -> None:
        lines = self.document["cost"]["lines"]
        unit = {line["item"]: float(line["usd_per_unit"]) for line in lines}
        hours = [line for line in lines if line["unit"] == "instance-hour"]
        self.on_demand = next(float(line["usd_per_unit"]) for line in hours if line["of"] == "ceiling")
        self.spot_usd = min(float(line["usd_per_unit"]) for line in hours)
        self.volume = unit.get("root volumes", 0.0) * 100 / 730
        storage = [line for line in lines if line["kind"] == "storage" and line["of"] == "ceiling"]
        self.storage = sum(float(line["usd_per_run"]) for line in storage)

    def run(self) -> Outcome:
        """Let the run happen once."""
        self.clock = self.usd = self.saved = 0.0
        on_spot = self.spot and self.switch_h > 0
        if not on_spot:
            self._granted()
        while self.clock < self.enforced_h:
            if self._attempt(on_spot=on_spot):
                break
            if on_spot:
                on_spot = self._again_on_spot()
        return Outcome(self.clock, self.usd + self.storage)

    def _granted(self) -> None:
        if self.spot:
            self.clock = min(self.clock + self.drawn.uniform(0, 0.5), self.enforced_h)

    def _again_on_spot(self) -> bool:
        """Wait for spot after it was taken, or leave it for good."""
        if self.fallback == "immediate" or self.clock >= self.switch_h:
            self._granted()
            return False
        self.clock = min(self.clock + self.drawn.uniform(0.8, 3.6), self.switch_h, self.enforced_h)
        if self.clock >= self.switch_h:
            self._granted()
            return False
        return True

    def _attempt(self, *, on_spot: bool) -> bool:
        """Hold nodes until the work is done, something takes them, or a clock does; say if it is done."""
        fails = self.drawn.expovariate(self.failing)
        taken = self._stay() if on_spot else inf
        until = min(taken, self.enforced_h - self.clock, self.switch_h - self.clock if on_spot else inf)
        used = 0.0
        while True:
            worked, done = self._worked(min(fails, until) - used)
            if done or fails >= until:
                used = min(used + worked if done else until, until)
                self._pay(used, on_spot=on_spot)
                return done
            used = fails  # a node failed and is replaced: the others wait
            fails += self.drawn.expovariate(self.failing)

    def _worked(self, room_h: float) -> tuple[float, bool]:
        """Start, work and save in the room that is left; hours that it took, and whether all is done."""
        left = self.work_h - self.saved
        saves = 0 if self.interval_h == inf else int(left / self.interval_h)
        needed = START_H + left + saves * self.blocking_h + self.last_h
        if needed <= room_h:
            self.saved = self.work_h
            return needed, True
        cycle = self.interval_h + self.blocking_h
        whole = 0 if cycle == inf else int(max(room_h - START_H, 0.0) / cycle)
        self.saved += min(whole, saves) * self.interval_h if whole else 0.0
        return room_h, False

    def _pay(self, hours: float, *, on_spot: bool) -> None:
        self.clock += hours
        price = self.spot_usd if on_spot else self.on_demand
        self.usd += hours * self.nodes * (price + self.volume)

    def _stay(self) -> float:
        """Draw how long the gang stays on spot, with the plan's mean."""
        if self.shape == "weibull":
            return self.drawn.weibullvariate(self.stay_h / 2, 0.5)
        short = self.drawn.random() < 0.7  # most stays are short, and their mean is a fifth of all stays'
        return self.drawn.expovariate(1 / (self.stay_h * (0.2 if short else (1 - 0.7 * 0.2) / 0.3)))
