"""Write docs/accuracy.md, and hold its figures against the ledger.

    python -m speed_fit.page [POINTS.csv] [--write]

Without a file the points that ship are scored, and the page in docs must be what comes out. With a file
the page is printed; families that the ledger knows and the file lacks are named. A subset that is worse
than the ledger says is exit 1; `--write` renews page and ledger.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from plimsoll.catalog.tables import load
from plimsoll.speed.accuracy.answer import TRAINING, Answer, answer, asked
from plimsoll.speed.accuracy.points import Point, Question
from plimsoll.speed.accuracy.points_file import SHIPPED, points_from, shipped_points
from plimsoll.speed.accuracy.score import Score, scores
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.evidence import DISTANCES
from plimsoll.speed.read import load_speed
from speed_fit.decisions import levels, spearman
from speed_fit.ledger import FAMILIES, absent, regressions, renewed

PAGE = Path(__file__).parent.parent / "docs" / "accuracy.md"
BATCHES = ((1.5, "1"), (8.5, "2 to 8"), (32.5, "9 to 32"), (128.5, "33 to 128"), (float("inf"), "more"))
FEWEST = 5
"""Rows of a cell, below which it is left empty."""

WRONG, LOOSE = 0.2, 0.65
"""A kind is not to be trusted above this median error, or below this coverage."""

NOT_TO_TRUST = (
    "first tokens under heavy load: they are queueing, and depend on how a client starts",
    "prompts or answers beyond 32,768 tokens, replicas over more than 8 accelerators: nobody measured one",
    "speech, and pictures beyond SDXL: no point, or one source",
    "detectors: one constant of one model of one source (`one_source`: the next wider interval)",
    "gpt-oss in MXFP4 on TensorRT-LLM: kernels changed between the releases that were measured",
    "training of networks of images: refused; training on L4, A10G, T4: shares are assumed",
    "which machine holds a tight limit on TPOT cheapest: in trials the median choice cost 30 to 90 % more",
    "what a confidence costs on the unseen: the table above is of fleets for a rate, on rows of the fit",
)

Scored = Sequence[tuple[Point, Question, Answer]]


def main(arguments: list[str]) -> int:
    """Write or print the page; 1 where a figure fell behind the ledger or the page is not what it says."""
    files = [each for each in arguments if not each.startswith("-")]
    points = points_from(Path(files[0])) if files else shipped_points()
    world = World(load(), load_speed())
    answers = [answer(point, world) for point in points]
    found = scores(points, answers, world)
    text = "\n".join(page(files[0] if files else SHIPPED, points, answers, world, found)) + "\n"
    if "--write" in arguments and not files:
        PAGE.write_text(text, encoding="utf-8")
    if "--write" in arguments:
        renewed(found)
    elif files:
        sys.stdout.write(text)
    elif PAGE.read_text(encoding="utf-8") != text:
        sys.stderr.write("docs/accuracy.md is not what the points say: make accuracy LEDGER=write\n")
        return 1
    behind = regressions(found)
    sys.stderr.write("".join(f"{line}\n" for line in behind))
    return 1 if behind else 0


def page(
    source: str, points: Sequence[Point], answers: Sequence[Answer], world: World, found: Sequence[Score]
) -> Iterator[str]:
    """Yield the lines of the page."""
    clean = [
        (point, point.question, given)
        for point, given in zip(points, answers, strict=True)
        if point.question is not None and point.tier == "A" and point.measured and given.predicted
    ]
    yield from (
        "# How far to trust the numbers",
        "",
        f"Points: {source}, {len(points):,} rows. `make accuracy`",
    )
    yield from (
        "holds this page and its ledger against the points; `make accuracy POINTS=FILE` scores others.",
        "",
    )
    yield from ("## Subsets", "", *_subsets(found))
    yield from ("", "## Time per output token, predicted ÷ measured", "", *_grid(clean, world))
    yield from ("", "## Intervals by distance from evidence", "", *_distances(clean, world))
    yield from ("", "## What a confidence costs", "", *_decisions(points, answers, world))
    yield from ("", "## What was left out, and why", "", *_left_out(points, answers))
    yield from ("", "## For which questions not to trust it", "", *_not_to_trust(found))


def _subsets(found: Sequence[Score]) -> Iterator[str]:
    yield "| set | what | rows | median error | p90 | bias (ln) | inside 80 % |"
    yield "|---|---|---|---|---|---|---|"
    for each in found:
        figures = (
            _percent(each.mdape),
            _percent(each.p90_ape),
            f"{each.bias or 0.0:+.2f}",
            _percent(each.coverage),
        )
        yield f"| {each.id} | {each.what} | {each.n} | {' | '.join(figures)} |"


def _grid(clean: Scored, world: World) -> Iterator[str]:
    """By accelerator and requests in flight: the median ratio, and how many rows it stands on."""
    cells: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for point, question, given in clean:
        if question.metric == "tpot_ms" and question.load and point.measured and given.predicted:
            batch = next(name for most, name in BATCHES if question.load < most)
            cells[world.accelerator(question).name, batch].append(given.predicted / point.measured)
    names = [name for _, name in BATCHES]
    yield f"| accelerator | {' | '.join(names)} |"
    yield "|---" * (len(names) + 1) + "|"
    for part in sorted({part for part, _ in cells}):
        own = [cells[part, name] for name in names]
        if any(len(ratios) >= FEWEST for ratios in own):
            texts = [f"{median(each):.2f} ({len(each)})" if len(each) >= FEWEST else "" for each in own]
            yield f"| {part} | {' | '.join(texts)} |"


def _distances(clean: Scored, world: World) -> Iterator[str]:
    """By distance: how many clean rows lie inside; the widths were found on groups left out."""
    rows: defaultdict[str, list[bool]] = defaultdict(list)
    for point, question, given in clean:
        if question.task not in TRAINING and point.measured and given.low and given.high:
            distance = world.facts.evidence.distance(asked(question, world))
            rows[distance].append(given.low <= point.measured <= given.high)
    yield "| distance | half-width, ln | rows here | inside |"
    yield "|---|---|---|---|"
    for name in DISTANCES:
        held, spread = rows[name], world.facts.evidence.spread[name]
        yield f"| {name} | {spread:g} | {len(held)} | {_percent(sum(held) / len(held)) if held else ''} |"
    yield ""
    yield "Widths are found on groups left out (speed_fit/README.md says how they hold there); most rows here"
    yield "were seen by the fit, so that more than four of five lie inside."


def _decisions(points: Sequence[Point], answers: Sequence[Answer], world: World) -> Iterator[str]:
    found = levels(points, answers, world.catalog)
    if not found:
        yield "No market of four accelerators is among these points."
        return
    best = min(found, key=lambda each: each.weight)
    rank = spearman(points, answers, world.catalog)
    yield f"Tokens per dollar rank as measured with a Spearman of {rank:.2f}"
    yield f"(median of {found[0].purchases} markets). A fleet for a rate, sized at each confidence:"
    yield from (
        "",
        "| confidence | too small | regret, median | regret, p90 | spare replicas |",
        "|---|---|---|---|---|",
    )
    for each in found:
        figures = (each.miss, each.regret_median, each.regret_p90, each.spare)
        yield f"| {each.confidence:g} | {' | '.join(_percent(value) for value in figures)} |"
    yield ""
    yield f"Counting a miss as five spare fleets, {best.confidence:g} costs least (`sla.confidence`)."


def _left_out(points: Sequence[Point], answers: Sequence[Answer]) -> Iterator[str]:
    """Count rows that no figure counts, by the flag that says why, and the families that are absent."""
    flags = Counter(flag for point in points if point.tier == "C" for flag in point.flags or ("no flag",))
    beside = sum(point.tier == "B" for point in points)
    yield f"* {beside:,} rows carry a caveat (tier B): predicted, in no figure of this page."
    yield from (f"* {count} rows, tier C: `{flag}`" for flag, count in flags.most_common())
    refused = Counter(given.reason for given in answers if not given.answered)
    yield from (f"* {count} rows not answered: {reason}" for reason, count in refused.most_common())
    for family in absent({point.family for point in points}):
        yield f"* `{family}` is absent: {FAMILIES[family]}"


def _not_to_trust(found: Sequence[Score]) -> Iterator[str]:
    for each in found:
        if (each.mdape or 0.0) > WRONG or (each.coverage or 1.0) < LOOSE:
            yield f"* {each.what}: median error {_percent(each.mdape)}, inside {_percent(each.coverage)}"
    yield from (f"* {line}" for line in NOT_TO_TRUST)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value * 100:.1f} %"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
