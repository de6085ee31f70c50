"""The timeline of a run: its start, its compute, what it loses, and the hours at which something happens."""

from collections.abc import Iterator

from plimsoll.ground.start_up import record
from plimsoll.ground.units import figure
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.show.report import palette
from plimsoll.show.report.scale import AxisScale
from plimsoll.show.report.svg import WIDTH, Figure, box, label, line, text
from plimsoll.sizing.runs.hours import START_H

_TOP, _BAR, _ROW = 34.0, 30.0, 18.0


@record
class Span:
    """A stretch of a run in hours after its admission, and what it is spent on."""

    name: str
    start_h: float
    end_h: float
    fill: str


@record
class Moment:
    """An hour after admission at which something happens."""

    name: str
    at_h: float
    stroke: str


def spans_of(plan: RunPlan) -> tuple[Span, ...]:
    """Split the hours that half of the runs keep: the nodes' start, pure compute, and all else."""
    end = plan.run.run_h.estimate
    start = min(START_H, end)
    computed = min(start + plan.run.compute_h, end)
    found = (
        Span("nodes start", 0.0, start, palette.LEVELS[2]),
        Span("compute", start, computed, palette.EXPECTED),
        Span("saves, interruptions and work done again", computed, end, palette.CEILING),
    )
    return tuple(span for span in found if span.end_h > span.start_h)


def moments_of(plan: RunPlan) -> tuple[Moment, ...]:
    """List what happens when, the earliest first."""
    run, sla, switch = plan.run, plan.workload["sla"], plan.deadline.switch_at_h
    found = [
        Moment("half of the runs are done", run.run_h.estimate, palette.EXPECTED),
        Moment("nine in ten are done", run.run_h.high, palette.CEILING),
        Moment("the cluster ends it", run.enforced_h, palette.BUDGET),
    ]
    if switch is not None:
        found.append(Moment("it leaves spot for on-demand", switch, palette.SOFT))
    for key, name in (("run_p50_h", "limit of half of the runs"), ("run_p90_h", "limit of nine in ten")):
        if sla.get(key) is not None:
            found.append(Moment(name, float(sla[key]), palette.SOFT))
    return tuple(sorted(found, key=lambda each: (each.at_h, each.name)))


def timeline(place: str, plan: RunPlan, said: str) -> Figure:
    """Draw the spans on one bar, and each moment as a mark with its own row below."""
    spans, moments = spans_of(plan), moments_of(plan)
    most = max(*(each.at_h for each in moments), plan.run.run_h.high)
    scale = AxisScale(0.0, most * 1.02, 0.0, WIDTH)
    shapes = [box(0, _TOP, WIDTH, _BAR, palette.LEVELS[0], radius=4), *_legend(spans)]
    for span in spans:
        x, end = scale.at(span.start_h), scale.at(span.end_h)
        shapes.append(box(x, _TOP, max(end - x, 1.5), _BAR, span.fill))
    for row, each in enumerate(moments):
        shapes += _moment(each, scale.at(each.at_h), _TOP + _BAR + 22 + row * _ROW)
    height = _TOP + _BAR + 22 + len(moments) * _ROW
    return Figure(place, "The hours of a run", said, height, tuple(shapes))


def _moment(each: Moment, x: float, y: float) -> Iterator[str]:
    yield line((x, _TOP - 4), (x, y - 4), each.stroke, width=1.5)
    left = x > WIDTH / 2
    words = f"{each.name}: {figure(each.at_h)} h"
    yield label(x - 6 if left else x + 6, y, words, "end" if left else "start")


def _legend(spans: tuple[Span, ...]) -> Iterator[str]:
    x = 0.0
    for span in spans:
        words = f"{span.name} {figure(round(span.end_h - span.start_h, 4))} h"
        yield box(x, 8, 12, 12, span.fill, radius=2)
        yield text(x + 18, 18, words, fill=palette.SOFT)
        x += 40 + 6.6 * len(words)
