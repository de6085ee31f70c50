"""The parts of a report that an engineer reads: all candidates, the hours of the week, what if, why not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from plimsoll.candidates.nearest import Accelerators
from plimsoll.ground.units import HOURS_PER_MONTH, figure
from plimsoll.plan.outlook.cliff import FARTHEST, Cliff, Side
from plimsoll.plan.outlook.compared import Compared, ComparedCandidate
from plimsoll.plan.outlook.hours import HOURS_OF_WEEK, Hour, Hours
from plimsoll.plan.outlook.sensitivity import Sensitivity, Turned
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.runs.plan import RunAnswer
from plimsoll.show.explain.reasons import REASONS
from plimsoll.show.money import usd
from plimsoll.show.plan.words import counts, nearest_misses
from plimsoll.show.report.part import CliffWords, ReportPart
from plimsoll.show.report.scatter import compared_name, scatter
from plimsoll.show.report.sheet import Sheet, sheet
from plimsoll.show.report.turns import turns
from plimsoll.show.report.week import week

_SOLVED = (
    "Each point is the plan of the spec with that change, solved again: the setting beside it, given to "
    "plimsoll plan with --set, prints its numbers. Between two points nothing is claimed."
)
_NO_CLIFF = f"Up to {FARTHEST} times the peak no load was met at which the ceiling is another."


def compared_part(place: str, compared: Compared | None) -> ReportPart | None:
    """Show every candidate that has a price and a latency."""
    if compared is None:
        return None
    held = sum(not each.codes for each in compared.candidates)
    name = compared_name(compared)
    both = f"a price and {name}" if compared.unit == "h" else f"both a price and a {name}"
    said = (
        f"{len(compared.candidates)} candidates have {both}; {held} of them hold every "
        "limit. To the left is cheaper, below is faster: no candidate on a line is beaten in both."
    )
    of = "hours" if compared.unit == "h" else "latency"
    return ReportPart(
        id=f"{place}-compared",
        heading=f"Cost and {of} of every candidate",
        said=(said,),
        picture=scatter(f"{place}-scatter", compared, said),
        folded=(_candidates(compared),),
        fold="Every point of the picture",
    )


def _candidates(compared: Compared) -> Sheet:
    count = "nodes" if compared.unit == "h" else "replicas"
    time = f">{compared_name(compared)}, {compared.unit}"
    heads = ("candidate", f">{count}", time, ">expected", "", "fails")
    rows = [_candidate(each, compared) for each in compared.candidates]
    return sheet("Candidates, the cheapest first", heads, rows)


def _candidate(each: ComparedCandidate, compared: Compared) -> tuple[str, ...]:
    mark = "chosen" if each.id == compared.chosen else "best" if each.id in compared.front else ""
    latency = figure(each.time)
    return each.id, str(each.count), latency, usd(each.expected), mark, ", ".join(each.codes)


def hours_part(place: str, hours: Hours | None) -> ReportPart | None:
    """Show the replicas of every hour of the week, and what their nodes cost."""
    if hours is None:
        return None
    replicas = [each.replicas for each in hours.hours]
    few, many = min(replicas), max(replicas)
    span = f"{few} to {many} replicas" if few != many else _replicas(few)
    paid = f"The hours add up to the node lines of expected, {usd(hours.usd_per_month)} a month."
    said = f"{span}. {_shape(hours)} {paid}"
    return ReportPart(
        id=f"{place}-hours",
        heading="Hours of the week",
        said=(said,),
        picture=week(f"{place}-week", hours, said),
        folded=(_levels(hours), _grid(hours)),
        fold="The hours as figures",
    )


def _shape(hours: Hours) -> str:
    """Say where the shape of the week is from."""
    if hours.assumed:
        return "Between peak and average the day is assumed to be a cosine, every day alike, in UTC."
    if len(hours.hours) == 1:
        return "The spec gives one rate for all hours."
    days = ", every day alike" if len(hours.hours) < HOURS_OF_WEEK else ""
    return f"The load has the profile of the spec, from its first hour on, in UTC{days}."


def _replicas(count: int) -> str:
    return f"{count} replica{'s' * (count != 1)} at every hour"


def _levels(hours: Hours) -> Sheet:
    levels = Counter(hours.week)
    ordered = sorted(levels.items(), key=lambda item: (item[0].replicas, item[0].nodes))
    rows = [_level(each, count) for each, count in ordered]
    heads = (">replicas", ">nodes", ">hours of the week", ">USD an hour", ">USD a month")
    foot = [("sum", "", str(sum(levels.values())), "", usd(hours.usd_per_month))]
    return sheet("Nodes by how many replicas run, 730 hours a month", heads, rows, foot)


def _level(each: Hour, count: int) -> tuple[str, ...]:
    monthly = each.usd * count * Fraction(HOURS_PER_MONTH) / HOURS_OF_WEEK
    return (
        f"{each.replicas}",
        f"{each.nodes}",
        f"{count}",
        f"${float(each.usd):,.4f}",
        f"${float(monthly):,.2f}",
    )


def _grid(hours: Hours) -> Sheet:
    heads = ("", *(f">{hour:02}" for hour in range(24)))
    days = [hours.week[day * 24 : day * 24 + 24] for day in range(7)]
    rows = [(f"day {index}", *(str(each.replicas) for each in day)) for index, day in enumerate(days, 1)]
    return sheet("Replicas by day and hour, UTC", heads, rows)


_OF_A_RUN = """Speed and prices have no key of a spec: they are turned alike for every candidate, and the run
is solved again. No picture of a cliff is drawn: a run has whole nodes for its own hours."""


def what_if_of_run(place: str, knobs: Sequence[Sensitivity]) -> ReportPart | None:
    """Show what a run costs if it is slower, dearer, more often interrupted, or more."""
    if not knobs:
        return None
    return ReportPart(
        id=f"{place}-what-if",
        heading="What if",
        said=(f"{_moves_most(knobs, 'a run')} {_SOLVED}", _OF_A_RUN),
        picture=turns(f"{place}-turns", knobs, _told(knobs)),
        folded=(_turns(knobs, "a run"),),
        fold="Every point, with the setting that gives it",
    )


def what_if_part(place: str, knobs: Sequence[Sensitivity], cliff: Cliff | None) -> ReportPart:
    """Show what the plan costs if the spec is a little different, and where its price jumps next."""
    return ReportPart(
        id=f"{place}-what-if",
        heading="What if, and the next price cliff",
        said=(f"{_moves_most(knobs)} {_SOLVED}", *(() if cliff is not None else (_NO_CLIFF,))),
        picture=turns(f"{place}-turns", knobs, _told(knobs)),
        folded=(_turns(knobs),),
        fold="Every point, with the setting that gives it",
        cliff=_cliff(cliff),
    )


def _moves_most(knobs: Sequence[Sensitivity], every: str = "a month") -> str:
    """Say which turn moves what is expected most, and which leave no plan."""
    names = ", ".join(knob.title for knob in knobs)
    none = [
        f"{knob.title} {_percent(turn)}" for knob in knobs for turn in knob.turns if not turn.solved.holds
    ]
    refused = f" No plan is left at: {', '.join(none)}." if none else ""
    moved = [
        (abs(_change(knob, turn)), knob, turn) for knob in knobs for turn in knob.turns if turn.solved.holds
    ]
    most, knob, turn = max(moved, key=lambda each: each[0])
    if not most:
        return f"No turn that leaves a plan changes what is expected: {names}.{refused}"
    change = _change(knob, turn)
    words = f"{usd(abs(change))} {every} {'more' if change > 0 else 'less'}"
    return f"What moves the expected bill most: {knob.title} {_percent(turn)}, {words}.{refused}"


def _change(knob: Sensitivity, turn: Turned) -> Decimal:
    now = next(each.solved.expected for each in knob.turns if not each.percent)
    return (turn.solved.expected or Decimal(0)) - (now or Decimal(0))


def _percent(turn: Turned) -> str:
    return f"{turn.percent:+d} %".replace("-", "−")


def _told(knobs: Sequence[Sensitivity]) -> str:
    return "; ".join(f"{knob.title}: " + ", ".join(_point(turn) for turn in knob.turns) for knob in knobs)


def _point(turn: Turned) -> str:
    money = usd(turn.solved.expected) if turn.solved.holds else "no plan"
    return f"{_percent(turn)} {money}"


def _turns(knobs: Sequence[Sensitivity], every: str = "a month") -> Sheet:
    heads = ("what", ">turn", "--set", "plan", ">floor", ">expected", ">ceiling")
    rows = [tuple(_turn(knob, turn)) for knob in knobs for turn in knob.turns]
    return sheet(f"What if, USD {every}", heads, rows)


def _turn(knob: Sensitivity, turn: Turned) -> Iterator[str]:
    solved = turn.solved
    yield knob.title
    yield _percent(turn) if turn.percent else "as it is"
    yield " ".join(f"--set '{each.typed}'" for each in turn.settings) or "–"
    yield _rented(turn)
    yield from (usd(value) for value in (solved.floor, solved.expected, solved.ceiling))


def _rented(turn: Turned | Side) -> str:
    solved = turn.solved
    if not solved.holds:
        return f"no plan: {', '.join(solved.binding)}"
    return f"{solved.instance_type}, {solved.replicas} {solved.counted}{'s' * (solved.replicas != 1)}"


def _cliff(cliff: Cliff | None) -> CliffWords | None:
    """Say how far the load may grow at today's ceiling, and what a step further costs."""
    if cliff is None:
        return None
    room = cliff.below.peak / cliff.peak - 1
    heading = f"The next price cliff is {room * 100:.0f} % above the peak of {cliff.peak:,g} {cliff.unit}"
    return CliffWords(
        heading, _side("up to", cliff.below, cliff.unit), _side("from", cliff.above, cliff.unit)
    )


def _side(word: str, side: Side, unit: str) -> tuple[str, ...]:
    solved = side.solved
    settings = " ".join(f"--set '{each.typed}'" for each in side.settings)
    money = f"ceiling {usd(solved.ceiling)}" if solved.holds else "no plan"
    more = f"expected {usd(solved.expected)}" if solved.holds else ""
    return f"{word} {side.peak:,g} {unit}", money, more, _rented(side), settings


def why_not_part(place: str, answer: Plan | Refusal | RunAnswer, accelerators: Accelerators) -> ReportPart:
    """Show the nearest miss of each other accelerator, and which limits the rejected fail."""
    misses = nearest_misses(answer, accelerators)
    rows = [(miss.accelerator, miss.name, miss.failed) for miss in misses]
    nearest = sheet("The nearest miss of each accelerator", ("accelerator", "candidate", "what fails"), rows)
    return ReportPart(
        id=f"{place}-why-not",
        heading="Why not the others",
        said=(f"{counts(answer.candidates)}. plimsoll why-not SPEC TYPE tells every way of a type.",),
        open_sheets=(nearest, _limits(answer)) if rows else (_limits(answer),),
    )


def _limits(answer: Plan | Refusal | RunAnswer) -> Sheet:
    failed = Counter(code for row in answer.candidates for code in {reason.code for reason in row.reasons})
    ordered = sorted(failed.items(), key=lambda item: (-item[1], item[0]))
    rows = [(code, f"{count:,}", REASONS[code].means if code in REASONS else "") for code, count in ordered]
    heads = ("limit", ">candidates", "what it means")
    return sheet("Limits that candidates fail; one may fail several", heads, rows)
