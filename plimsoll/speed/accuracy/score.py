"""A score says the errors per subset and metric, plain and macro-averaged, beside two baselines.

Subsets H1 to H7 and the way to score follow the reference's own rules: clean rows only, one metric at
a time, the median within a cell and then over cells, coverage of the 80 % interval.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from statistics import median

from plimsoll.speed.accuracy.answer import Answer
from plimsoll.speed.accuracy.bound import bounds
from plimsoll.speed.accuracy.points import Point, Question
from plimsoll.speed.accuracy.world import World

LOADED_TTFT = frozenset({"queueing_ttft", "loaded_ttft"})


@dataclass(frozen=True, slots=True)
class Subset:
    """A named set of rows with one metric; `holds` sees the row and what is asked of it."""

    id: str
    what: str
    holds: Callable[[Point, Question], bool]


def _family(name: str, metric: str) -> Callable[[Point, Question], bool]:
    return lambda point, question: point.family == name and question.metric == metric


def _ttft(*, alone: bool) -> Callable[[Point, Question], bool]:
    def holds(point: Point, question: Question) -> bool:
        of_set = point.family == "sparecores-vllm" and question.metric == "ttft_ms"
        return of_set and alone == (question.scenario == "latency") and not LOADED_TTFT & set(point.flags)

    return holds


PROMPT_HEAVY = 4.0
"""Prompt tokens for an answer token from which reading prompts decides what a full replica carries."""


def _mostly_reads(_: Point, question: Question) -> bool:
    """Say whether the engine itself limits a batch that mostly reads."""
    isl, osl = question.isl or 0.0, question.osl or 0.0
    full = question.load is None and question.metric == "output_tok_s"
    return full and osl > 0 and isl >= PROMPT_HEAVY * osl


SUBSETS = (
    Subset("H1", "vLLM serving: TPOT", _family("sparecores-vllm", "tpot_ms")),
    Subset("H1", "vLLM serving: output tok/s", _family("sparecores-vllm", "output_tok_s")),
    Subset("H1", "vLLM serving: TTFT of a lone request", _ttft(alone=True)),
    Subset("H1", "vLLM serving: TTFT under load", _ttft(alone=False)),
    Subset(
        "H2",
        "TensorRT-LLM at maximum load: output tok/s",
        lambda point, question: (
            point.family == "trtllm-docs"
            and question.metric == "output_tok_s"
            and question.load is None
            and not point.flags
        ),
    ),
    Subset("H2", "prompts at full batch: output tok/s", _mostly_reads),
    Subset("H3", "llama.cpp: output tok/s", _family("sparecores-llamacpp", "output_tok_s")),
    Subset("H3", "llama.cpp: prompt tok/s", _family("sparecores-llamacpp", "total_tok_s")),
    Subset("H4", "static batches: wall time", _family("argonne-llm-inference-bench", "e2e_ms")),
    Subset("H5", "closed loop: TPOT", _family("inferencex", "tpot_ms")),
    Subset("H6", "BERT, TensorRT: batch latency", _family("tensorrt-bert-demo", "e2e_ms")),
    Subset(
        "H6",
        "ResNet-50, MLPerf offline: samples/s",
        lambda point, question: (
            point.family == "mlperf-inference"
            and question.metric == "samples_s"
            and question.scenario == "offline"
            and point.group == "ResNet-50"
        ),
    ),
    Subset(
        "H7",
        "training: tok/s",
        lambda _, question: question.task == "train" and question.metric == "total_tok_s",
    ),
    Subset(
        "H7",
        "training: samples/s",
        lambda _, question: (
            question.task == "train" and question.metric == "samples_s" and question.isl is not None
        ),
    ),
    Subset("H7", "training: MFU", lambda _, question: question.task == "train" and question.metric == "mfu"),
)


OWN = "own"
"""The family of what an organisation measured itself, as `plimsoll calibrate --points` writes it."""

OWN_SUBSETS = (
    Subset(OWN, "own load tests: TPOT", _family(OWN, "tpot_ms")),
    Subset(OWN, "own load tests: TTFT", _family(OWN, "ttft_ms")),
    Subset(OWN, "own load tests: output tok/s", _family(OWN, "output_tok_s")),
)


@dataclass(frozen=True, slots=True)
class Score:
    """One subset. Errors are fractions; None where nothing was scored.

    `mdape` median |predicted / measured - 1|, `macro_mdape` the median over (group, accelerator) cells,
    `p90_ape` its 90th percentile, `bias` median ln(predicted / measured), `mdlne` the median of its
    magnitude, `coverage` the share of measured values inside the interval, `width` the median of
    high / low, `roofline_mdape` and `table_mdape` the baselines' MdAPE on the same rows.
    """

    id: str
    what: str
    n: int
    answered: int
    mdape: float | None = None
    macro_mdape: float | None = None
    p90_ape: float | None = None
    bias: float | None = None
    mdlne: float | None = None
    coverage: float | None = None
    width: float | None = None
    roofline_mdape: float | None = None
    table_mdape: float | None = None


def scores(
    points: Sequence[Point],
    answers: Sequence[Answer],
    world: World,
    subsets: Sequence[Subset] = SUBSETS,
    tiers: Collection[str] = ("A",),
) -> tuple[Score, ...]:
    """Score every subset that has rows with a measured value, of tier A unless others are named."""
    clean = [
        (point, given)
        for point, given in zip(points, answers, strict=True)
        if point.tier in tiers and point.measured
    ]
    found: list[Score] = []
    for subset in subsets:
        rows = [(p, a) for p, a in clean if p.question is not None and subset.holds(p, p.question)]
        if rows:
            found.append(_score(subset, rows, world))
    return tuple(found)


def _score(subset: Subset, rows: list[tuple[Point, Answer]], world: World) -> Score:
    scored = [(p, a) for p, a in rows if a.predicted is not None]
    errors = [_ratio(p, a.predicted) for p, a in scored]
    if not errors:
        return Score(subset.id, subset.what, len(rows), 0)
    cells: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for (point, _), ratio in zip(scored, errors, strict=True):
        cells[_cell(point)].append(abs(ratio - 1))
    inside = [a.low <= p.measured <= a.high for p, a in scored if a.low and a.high and p.measured]
    plain, table = _baselines([p for p, _ in scored], world)
    return Score(
        id=subset.id,
        what=subset.what,
        n=len(rows),
        answered=len(scored),
        mdape=median(abs(ratio - 1) for ratio in errors),
        macro_mdape=median(median(cell) for cell in cells.values()),
        p90_ape=_quantile([abs(ratio - 1) for ratio in errors], 0.9),
        bias=median(math.log(ratio) for ratio in errors),
        mdlne=median(abs(math.log(ratio)) for ratio in errors),
        coverage=sum(inside) / len(inside),
        width=median(a.high / a.low for _, a in scored if a.low and a.high),
        roofline_mdape=plain,
        table_mdape=table,
    )


def _baselines(points: list[Point], world: World) -> tuple[float | None, float | None]:
    """MdAPE of the roofline, and of the roofline times the median efficiency per accelerator."""
    pairs = [
        (p, bound / p.measured)
        for p, bound in zip(points, bounds(points, world), strict=True)
        if bound and p.measured
    ]
    if not pairs:
        return None, None
    by_gpu: defaultdict[str, list[float]] = defaultdict(list)
    for point, ratio in pairs:
        by_gpu[_cell(point)[1]].append(ratio)
    table = {gpu: median(ratios) for gpu, ratios in by_gpu.items()}
    plain = median(abs(ratio - 1) for _, ratio in pairs)
    return plain, median(abs(ratio / table[_cell(point)[1]] - 1) for point, ratio in pairs)


def _cell(point: Point) -> tuple[str, str]:
    return point.group, point.question.gpu if point.question else ""


def _ratio(point: Point, predicted: float | None) -> float:
    assert predicted is not None
    assert point.measured is not None
    return predicted / point.measured


def _quantile(values: list[float], share: float) -> float:
    """Linear interpolation between order statistics."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
