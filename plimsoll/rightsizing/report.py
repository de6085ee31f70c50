"""A report holds the locks of workloads against one window of metrics."""

from collections.abc import Sequence
from decimal import Decimal

from plimsoll.rightsizing.document import (
    SCHEMA,
    EvidenceWindow,
    NotWorthIt,
    RightsizeProposal,
    RightsizeRefusal,
    RightsizeReport,
)
from plimsoll.rightsizing.measured import MeasuredWindow, measure, must_be_of
from plimsoll.rightsizing.proposed import Found, LockedWorkload, proposed
from plimsoll.rightsizing.queries import NAMES
from plimsoll.rightsizing.signals import signals_of, told_apart
from plimsoll.speed.facts import SpeedFacts
from plimsoll.telemetry.ranges import RangeAnswer
from plimsoll.telemetry.sound import refuse_unsound


def report(
    locks: Sequence[LockedWorkload], answers: Sequence[RangeAnswer], file: str, speed: SpeedFacts
) -> RightsizeReport:
    """Propose for each lock what the metrics say; `file` is what messages call them.

    A lock without answers of its own takes those that all share: of several locks, its namespace's alone.

    Raises:
        MissingFactError: the metrics do not say how many requests came.
        SpecError: they are of another model, hold what cannot be, or do not say of which of several workloads
            they are.
    """
    found: list[Found] = []
    window: MeasuredWindow | None = None
    for lock in locks:
        own = lock.answers
        if own is None:
            own = answers if len(locks) == 1 else told_apart(answers, lock.name, file)
        refuse_unsound(own, NAMES, file)
        signals = signals_of(own, lock.name)
        must_be_of(signals, lock.model, lock.model_names, file)
        seen = measure(signals, file)
        window = window or seen.window
        found.append(proposed(lock, signals, seen, speed))
    proposals = [each for each in found if isinstance(each, RightsizeProposal)]
    return RightsizeReport(
        schema=SCHEMA,
        window=None if window is None else _window(window),
        proposals=tuple(sorted(proposals, key=lambda each: (-Decimal(each.saves_usd_per_month), each.name))),
        not_worth_it=tuple(each for each in found if isinstance(each, NotWorthIt)),
        refused=tuple(each for each in found if isinstance(each, RightsizeRefusal)),
    )


def _window(seen: MeasuredWindow) -> EvidenceWindow:
    return EvidenceWindow(
        seen.start, seen.end, seen.days, seen.coverage_pct, seen.points, round(seen.step_s, 3)
    )
