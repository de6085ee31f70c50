"""What lies beyond the measured points is said; the edges are those of the points that ship."""

import csv
from dataclasses import replace

import pytest

from plimsoll.catalog.tables import load
from plimsoll.files.package import data_text
from plimsoll.speed.measured_range import LONGEST_TOK, MOST_SHARDS, UNMEASURED_TASKS, Serving, beyond_measured
from plimsoll.speed.read import load_speed

L40S = load().accelerators["L40S"]
ORDINARY = Serving("llm", L40S, "vllm", 2, 1000.0, 200.0)


@pytest.mark.parametrize(
    ("served", "words"),
    [
        (ORDINARY, []),
        (replace(ORDINARY, accelerator=load().accelerators["T4"]), ["on T4"]),
        (replace(ORDINARY, engine="tgi-of-tomorrow"), ["tgi-of-tomorrow was not measured"]),
        (replace(ORDINARY, shards=16), ["more than 8 accelerators"]),
        (replace(ORDINARY, prompt_tok=100_000.0), ["no prompts longer than 32,768"]),
        (replace(ORDINARY, answer_tok=100_000.0), ["no answers longer than 32,768"]),
        (replace(ORDINARY, task="speech", engine="tensorrt"), ["no speech model"]),
    ],
)
def test_each_edge_is_told_alone(served: Serving, words: list[str]) -> None:
    told = list(beyond_measured(load_speed(), served))
    assert len(told) == len(words)
    assert all(word in text for word, text in zip(words, told, strict=True))


def test_the_edges_are_those_of_the_points_that_ship() -> None:
    points = [
        row for row in csv.DictReader(data_text("speed", "points.csv").splitlines()) if row["task"] != "train"
    ]
    for column, most in (("isl", LONGEST_TOK), ("osl", LONGEST_TOK), ("tp", MOST_SHARDS)):
        assert max(float(row[column]) for row in points if row[column]) == most, column
    assert not {row["task"] for row in points} & set(UNMEASURED_TASKS)
