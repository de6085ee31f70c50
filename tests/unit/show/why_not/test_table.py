"""The answer to "why not this?" for people: side by side first, then each with what was tried."""

import json
from functools import cache

import pytest

from plimsoll.catalog.tables import load
from plimsoll.plan.question import outcome, subjects
from plimsoll.plan.size import size
from plimsoll.show.markdown import escaped
from plimsoll.show.text import PIPED, Style
from plimsoll.show.why_not.answer import Inquiry, as_json, markdown, table
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed

CATALOG = load()
WORDS = ("g6.xlarge", "g6", "H100", "spot", "RTX-4090")


@cache
def inquiry(*words: str) -> Inquiry:
    spec = {"name": "chat", "model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 5}}
    loaded = from_data(spec | {"sla": {"tpot_p95_ms": 50}}, CATALOG, file="chat")
    answer = size(loaded.workload, loaded.architecture, CATALOG, load_speed())
    return Inquiry(
        answer, tuple(outcome(answer, each, CATALOG) for each in subjects(words, CATALOG)), CATALOG
    )


def test_one_instance_type_shows_every_way():
    text = table(inquiry("g6.xlarge"))
    assert text.startswith("g6.xlarge: 1 × L4 (22.35 GiB, 300 GB/s each), 4 vCPU, 16 GiB\n")
    asked = inquiry("g6.xlarge").outcomes[0]
    assert f"Every way that was tried ({len(asked.rows)})" in text
    assert all(f"  {row.id}: " in text for row in asked.rows)


def test_several_are_compared_before_each_is_told():
    text = table(inquiry(*WORDS))
    head = text.partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in head[1:]] == list(WORDS)
    assert [line.split()[1] for line in head[1:]] == [each.verdict for each in inquiry(*WORDS).outcomes]
    assert "RTX-4090: 23.99 GiB" in text


def test_a_family_shows_the_nearest_way_of_each_type():
    text = table(inquiry("g6"))
    shown = {line.split("/")[1] for line in text.splitlines() if line.startswith("  us-east-1/")}
    assert shown == set(inquiry("g6").outcomes[0].subject.instance_types)


@pytest.mark.parametrize("width", [60, 80, 110])
def test_no_line_leaves_the_page(width: int):
    text = table(inquiry(*WORDS), Style(width, colour=False))
    beyond = [line for line in text.splitlines() if len(line) > width and " " in line.strip()]
    assert beyond == []


def test_every_format_has_the_same_verdicts():
    document = json.loads(as_json(inquiry(*WORDS)))
    verdicts = [(each["what"], each["verdict"]) for each in document["questions"]]
    assert verdicts == [(each.subject.what, each.verdict) for each in inquiry(*WORDS).outcomes]
    text = markdown(inquiry(*WORDS), PIPED)
    for each in inquiry(*WORDS).outcomes:
        assert f"## `{each.subject.name}` for `chat`: {escaped(each.verdict)}" in text
    assert document["questions"][-1]["reason"].startswith(
        "No instance type of the catalogue carries RTX-4090"
    )
    assert [len(each["candidates"]) for each in document["questions"]] == [
        len(each.rows) for each in inquiry(*WORDS).outcomes
    ]
