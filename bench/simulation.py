"""Simulations of 100,000 requests: CPU beside that of as many draws of a length, in the same process.

The bars are 8 s of CPU with preemption and autoscaling and 3 s without, where 100,000 lengths are drawn in
0.12 s: 67 × and 25 × that. Run: python -m bench.simulation
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from plimsoll.catalog.tables import load
from plimsoll.simulation.arrivals import ArrivalProcess
from plimsoll.simulation.chance.draws import Draws
from plimsoll.simulation.kinds import TokenWork
from plimsoll.simulation.run import simulate
from plimsoll.simulation.subject import SimulationSubject, planned_subject
from plimsoll.sizing.traffic import Lengths
from plimsoll.spec.read import load_workload
from plimsoll.speed.read import load_speed

WORKLOADS = Path(__file__).resolve().parent.parent / "workloads"
REQUESTS = 100_000
FIXED, CHANGING = 25.0, 67.0
STILL = ("chat-8b", "support-chat", "embeddings", "call-transcripts", "receipt-ocr")
MOVING = ("support-chat", "agents-gpt-oss", "nightly-summaries")


def main() -> None:
    """Print one line for each case."""
    lengths, draws = Lengths(1000.0, 0.5), Draws(1, "bench")
    unit = min(_cpu_s(lambda: [draws.length(lengths) for _ in range(REQUESTS)]) for _ in range(3))
    sys.stdout.write(f"{REQUESTS:,} draws of a length: {unit * 1000:.0f} ms of CPU\n")
    for name in STILL:
        subject = _subject(name)
        _tell(f"{name}, replicas of the peak", _cpu_s(lambda subject=subject: _still(subject)), unit, FIXED)
    for name in MOVING:
        subject = _subject(name)
        _tell(
            f"{name}, a day with its autoscaler",
            _cpu_s(lambda subject=subject: _day(subject)),
            unit,
            CHANGING,
        )
    subject = _subject("chat-8b")
    _tell("chat-8b, a cache that is always full", _cpu_s(lambda: _crowded(subject)), unit, CHANGING)


def _subject(name: str) -> SimulationSubject:
    return planned_subject(load_workload(WORKLOADS / f"{name}.yaml", load()), load_speed())


def _still(subject: SimulationSubject) -> None:
    arrivals = ArrivalProcess("poisson", subject.qps, REQUESTS)
    simulate(subject, arrivals, rented=subject.fixed(subject.serving)).statistics()


def _day(subject: SimulationSubject) -> None:
    arrivals = ArrivalProcess("diurnal", subject.qps, REQUESTS, subject.hourly)
    simulate(subject, arrivals).minutes()


def _crowded(subject: SimulationSubject) -> None:
    if isinstance(subject.work, TokenWork):
        subject.work.speed.cache_tok = 24_000.0
    found = simulate(subject, ArrivalProcess("poisson", subject.qps, REQUESTS))
    sys.stdout.write(f"{found.fleet.preemptions:,} requests preempted\n")


def _cpu_s(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


def _tell(what: str, cpu_s: float, unit: float, bar: float) -> None:
    sys.stdout.write(f"{what}: {cpu_s:.2f} s of CPU = {cpu_s / unit:.1f} × (bar {bar:g})\n")


if __name__ == "__main__":
    main()
