"""Write docs/accuracy.md, and hold its figures against the ledger.

    python -m speed_fit.page [POINTS.csv] [--write]

Without a file the points that ship are scored, and the page in docs must be what comes out. With a file
the page is printed; families that the ledger knows and the file lacks are named. A subset that is worse
than the ledger says is exit 1; `--write` renews page and ledger.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from plimsoll.catalog.tables import load
from plimsoll.files.package import data_text
from plimsoll.speed.accuracy.answer import TRAINING, Answer, answer, asked
from plimsoll.speed.accuracy.points import Point, Question
from plimsoll.speed.accuracy.points_file import SHIPPED, points_from, shipped_points
from plimsoll.speed.accuracy.score import Score, scores
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.evidence import DISTANCES
from plimsoll.speed.read import load_speed
from speed_fit.decisions import MISSES_WEIGH
from speed_fit.kinds import KINDS, TIERS
from speed_fit.ledger import FAMILIES, absent, regressions, renewed
from speed_fit.record import measured_with, recorded
from speed_fit.reviewed import reviewed

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
    "encoders, images and pictures in fp8: one source (`one_source`); BERT on L4 and L40S lie 20 % apart",
    "ViT left out as a model: one source (FasterTransformer), two accelerators",
    "gpt-oss in MXFP4 on TensorRT-LLM: kernels changed between the releases that were measured",
    "attention in parallel under a load, groups waiting for each other's prompts: a quarter too fast",
    "tokens that are drafted (MTP, Eagle): not modelled; runs that draft are flagged `speculative`",
    "training of networks of images: refused; training on L4, A10G, T4: shares are assumed",
    "limits on TPOT near what one request takes: a tenth of error in the time is most of the load that fits",
    "such limits at a confidence of 0.9 and more: it picks dearer machines than needed",
)

UNSEEN = """\
Every model, and then every accelerator, was left out of the fit and predicted by the rest; rows that do not
ship are among them. Half-widths were found without the group that they are scored on, and every group weighs
the same. Pooled over {groups} groups the 80 % interval holds {inside}; it is {width} × as wide as the same
rule scaled to 80 % in hindsight."""

FLEETS = """\
Fleets for models that the fit never saw, sized at each confidence. *Rate*: so many tokens per second at full
load. *Limit*: the same within 15, 25, 50 and 100 ms per output token; a machine holds a limit up to the load
at which its time reaches it (`speed_fit/limits.py`). At a confidence times are longer and rates lower by what
the interval says of it. Too small: fewer replicas than were enough. Regret: what
the chosen machine costs above the cheapest. Spare: replicas beyond enough. Tokens per dollar rank with a
Spearman of {rank} (median of markets)."""

Scored = Sequence[tuple[Point, Question, Answer]]


def main(arguments: list[str]) -> int:
    """Write or print the page; 1 where a figure fell behind the ledger or the page is not what it says."""
    files = [each for each in arguments if not each.startswith("-")]
    points = reviewed(points_from(Path(files[0]))) if files else shipped_points()
    world = World(load(), load_speed())
    answers = [answer(point, world) for point in points]
    found = (*scores(points, answers, world), *scores(points, answers, world, KINDS, TIERS))
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
    behind = [*regressions(found), *_stale()]
    sys.stderr.write("".join(f"{line}\n" for line in behind))
    return 1 if behind else 0


def _stale() -> Iterator[str]:
    """Say so where groups were left out of other constants than those that ship."""
    if recorded()["constants"] != measured_with(json.loads(data_text("speed", "constants.json"))):
        yield "speed_fit/left_out.json is of other constants: python -m speed_fit.fit POINTS.csv --intervals"


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
    yield from (
        "",
        "K: kinds of work that a subset's median would hide; some of its rows carry a caveat (tier B).",
    )
    yield from ("", "## Time per output token, predicted ÷ measured", "", *_grid(clean, world))
    yield from ("", "## Intervals by distance from evidence", "", *_distances(clean, world))
    yield from ("", "## What was never seen", "", *_unseen())
    yield from ("", "## What a confidence costs", "", *_decisions())
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
    yield "Widths are found on groups left out (below); most rows here were seen by the fit, so that more"
    yield "than four of five lie inside."


def _unseen() -> Iterator[str]:
    """Where a model or an accelerator was left out of the fit: medians, and what intervals held."""
    found = recorded()
    pooled, wider = found["pooled"], found["wider"]
    inside, width = _percent(pooled["inside"]), f"{wider:.2f}"
    yield UNSEEN.format(groups=pooled["groups"], inside=inside, width=width)
    yield from ("", "| left out, or distance | groups | rows | inside |", "|---|---|---|---|")
    for name, held in (*found["out"].items(), *found["distances"].items()):
        title = (
            f"{name} left out" if name in found["out"] and held is found["out"][name] else f"distance {name}"
        )
        yield f"| {title} | {held['groups']} | {held['rows']} | {_percent(held['inside'])} |"
    yield from (
        "",
        "| subset | inside | models out: median error | inside | accelerators out: median error | inside |",
    )
    yield "|---|---|---|---|---|---|"
    for name, held in found["subsets"].items():
        apart = [_both(held.get(out)) for out in found["out"]]
        yield f"| {name} | {_percent(held['both']['inside'])} | {' | '.join(apart)} |"


def _both(held: Mapping[str, float] | None) -> str:
    return f"{_percent(held['median'])} | {_percent(held['inside'])}" if held else " | "


def _decisions() -> Iterator[str]:
    """What fleets cost whose model was left out of the fit."""
    found = recorded()["decisions"]["model"]
    yield FLEETS.format(rank=f"{found['spearman']:.2f}")
    for kind in ("rate", "limit"):
        levels = found[kind]
        yield from ("", f"| {kind}: confidence | too small | regret, median | regret, p90 | spare replicas |")
        yield "|---|---|---|---|---|"
        for each in levels:
            figures = (each["miss"], each["regret_median"], each["regret_p90"], each["spare"])
            yield f"| {each['confidence']:g} | {' | '.join(_percent(value) for value in figures)} |"
        best = min(levels, key=lambda each: MISSES_WEIGH * each["miss"] + each["spare"])
        yield ""
        yield f"Of {levels[0]['purchases']} purchases; counting a miss as five spare fleets,"
        yield f"{best['confidence']:g} costs least (`sla.confidence`)."


def _left_out(points: Sequence[Point], answers: Sequence[Answer]) -> Iterator[str]:
    """Count rows that no figure counts, by the flag that says why, and the families that are absent."""
    usual = {flag for point in points if point.tier != "C" for flag in point.flags}
    flags = Counter(flag for point in points if point.tier == "C" for flag in _why(point, usual))
    beside = sum(point.tier == "B" for point in points)
    yield f"* {beside:,} rows carry a caveat (tier B): predicted, in no figure of this page but those of K."
    yield from (f"* {count} rows, tier C: `{flag}`" for flag, count in flags.most_common())
    refused = Counter(given.reason for given in answers if not given.answered)
    yield from (f"* {count} rows not answered: {reason}" for reason, count in refused.most_common())
    for family in absent({point.family for point in points}):
        yield f"* `{family}` is absent: {FAMILIES[family]}"


def _why(point: Point, usual: Collection[str]) -> Sequence[str]:
    """The flags for which a row counts nowhere: those that no counted row has, where it has such."""
    return [flag for flag in point.flags if flag not in usual] or point.flags or ("no flag",)


def _not_to_trust(found: Sequence[Score]) -> Iterator[str]:
    for each in found:
        if (each.mdape or 0.0) > WRONG or (each.coverage or 1.0) < LOOSE:
            yield f"* {each.what}: median error {_percent(each.mdape)}, inside {_percent(each.coverage)}"
    yield from (f"* {line}" for line in NOT_TO_TRUST)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value * 100:.1f} %"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
