"""Rows that ship are read as they ship; runs that draft tokens are told apart and count nowhere."""

from dataclasses import replace
from statistics import median

from plimsoll.catalog.tables import load
from plimsoll.speed.accuracy.answer import answer
from plimsoll.speed.accuracy.points import Point
from plimsoll.speed.accuracy.points_file import shipped_points
from plimsoll.speed.accuracy.score import SUBSETS, scores
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.read import load_speed
from speed_fit.kinds import KINDS, TIERS
from speed_fit.reviewed import as_run, reviewed

FLAG = "speculative"
DRAFTING = [point for point in shipped_points() if FLAG in point.flags]


def setup(point: Point) -> tuple[object, ...]:
    """What was run, whatever the engine's release."""
    q = point.question
    assert q is not None
    return q.gpu, q.gpus, q.tp, q.weights, q.engine, q.isl, q.osl, q.load, q.metric


def test_a_row_that_ships_is_read_as_it_ships() -> None:
    older = replace(DRAFTING[0], tier="A", flags=())
    assert reviewed([older]) == (DRAFTING[0],)


def test_the_id_of_a_row_that_ships_makes_no_other_measurement_its_like() -> None:
    own = replace(DRAFTING[0], tier="A", flags=(), measured=1.0)
    assert reviewed([own]) == (own,)
    elsewhere = replace(DRAFTING[0], tier="B", flags=("rounded_1ms",), id="ours-1")
    assert reviewed([elsewhere]) == (elsewhere,)


def test_weights_that_a_reviewer_took_for_others_are_read_as_they_ship() -> None:
    """L40 ran BERT at 99.9 % of its accuracy in fp16; other parts did it in fp8."""
    own = [p for p in shipped_points() if p.question and p.question.gpu == "L40" and p.group == "BERT-large"]
    exact = [point for point in own if point.question and point.question.weights == "fp16"]
    assert len(exact) == 8
    assert all(point.question and point.question.weights != "fp8" for point in own)
    taken = [replace(p, question=replace(p.question, weights="fp8")) for p in exact if p.question]
    assert list(reviewed(taken)) == exact


BLACKWELL = ("B200-SXM-180GB", "B300-SXM-270GB")


def test_a_row_that_ships_is_read_with_the_cache_that_it_ships_with() -> None:
    """The script of the run said so; a file that was written before is read anew, its tier and flags not."""
    told = next(p for p in shipped_points() if p.family == "inferencex" and p.question.kv == "fp8")
    untold = replace(told, question=replace(told.question, kv=""), tier="B", flags=("ours",))
    assert reviewed([untold]) == (told,)
    assert as_run([untold]) == (replace(untold, question=told.question),)


def test_a_cache_in_8_bits_is_told_of_blackwell_alone() -> None:
    told = [p.question for p in shipped_points() if p.family == "inferencex" and p.question and p.question.kv]
    assert len(told) == 244
    assert {q.kv for q in told} == {"fp8"}
    assert {q.gpu for q in told} == set(BLACKWELL)


def test_the_release_that_only_drafting_sweeps_used_is_flagged_whole() -> None:
    own = [p for p in shipped_points() if p.question and p.question.version == "1.2.0rc6.post3"]
    assert own
    assert all(FLAG in point.flags for point in own)


def test_both_metrics_of_a_run_are_flagged() -> None:
    runs = [{(*setup(p)[:-1], p.question.version) for p in DRAFTING if p.question.metric == metric}
            for metric in ("tpot_ms", "ttft_ms")]  # fmt: skip
    assert runs[0] == runs[1]


def test_a_run_that_drafts_is_faster_than_the_same_without() -> None:
    """What the flag says shows in the rows themselves: it was not given to what is merely off."""
    plain = {
        setup(point): point.measured
        for point in shipped_points()
        if point.question and point.family == "inferencex" and FLAG not in point.flags
        if point.group == DRAFTING[0].group
    }
    ratios = [
        point.measured / plain[setup(point)]
        for point in DRAFTING
        if point.question.metric == "tpot_ms" and setup(point) in plain
    ]
    assert len(ratios) >= 15
    assert max(ratios) < 1
    assert median(ratios) < 0.75


def test_no_score_counts_them() -> None:
    """A score of all points is a score of all but these."""
    world, points = World(load(), load_speed()), [p for p in shipped_points() if p.family == "inferencex"]
    others = [point for point in points if FLAG not in point.flags]
    for subsets, tiers in ((SUBSETS, ("A",)), (KINDS, TIERS)):
        counted = [
            [(each.what, each.n, each.mdape) for each in scores(own, answers, world, subsets, tiers)]
            for own in (points, others)
            for answers in ([answer(point, world) for point in own],)
        ]
        assert counted[0] == counted[1]
