"""A portfolio's file: everything wrong in it at once, each with its place and what was meant."""

import re
from fractions import Fraction

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.plan.portfolio.file import read_portfolio

NAMES = ("support-chat", "search-embed")


def problems(text: str, names: tuple[str, ...] = NAMES) -> list[str]:
    with pytest.raises(SpecError) as refused:
        read_portfolio(text.encode(), "p.yaml", names)
    return [str(problem) for problem in refused.value.problems]


def test_what_it_says_is_read() -> None:
    text = "budget: {usd_per_month: 120000.5, basis: expected}\nquotas: {L-DB2E81BA: 768}\n"
    text += "priority: {search-embed: 0.5}\n"
    found = read_portfolio(text.encode(), "p.yaml", NAMES)
    assert found.budget is not None
    assert (str(found.budget.usd_per_month), found.budget.basis) == ("120000.5", "expected")
    assert found.quotas == {"L-DB2E81BA": 768}
    assert found.priority_of("search-embed") == Fraction(1, 2)
    assert found.priority_of("support-chat") == 1


def test_a_budget_limits_the_ceiling_unless_it_says_otherwise() -> None:
    found = read_portfolio(b"budget: {usd_per_month: 5}", "p.yaml", NAMES)
    assert found.budget is not None
    assert found.budget.basis == "ceiling"


def test_everything_wrong_is_said_at_once_with_its_place() -> None:
    text = (
        "budgt: 3\n"
        "budget: {usd_per_month: lots, bases: ceiling, basis: ceilling}\n"
        "quotas:\n  L-DB2E81BB: 768\n  L-3819A6DF: 2.5\n  Running On-Demand P instances: 4\n"
        "priority: {suport-chat: 3, search-embed: 0}\n"
    )
    said = problems(text)
    expected = [
        ("1:1", "budgt", "did you mean 'budget'?"),
        ("2:25", "budget.usd_per_month", "'lots' is no amount"),
        ("2:31", "budget.bases", "unknown key"),
        ("2:54", "budget.basis", "did you mean 'ceiling'?"),
        ("4:3", "L-DB2E81BB", "did you mean 'L-DB2E81BA'?"),
        ("5:15", "L-3819A6DF", "2.5 is no number of vCPU"),
        ("6:3", "P instances", "its code is L-417A185B"),
        ("7:12", "suport-chat", "did you mean 'support-chat'?"),
        ("7:42", "search-embed", "0 is no priority"),
    ]
    assert len(said) == len(expected)
    for line, (place, path, words) in zip(said, expected, strict=True):
        assert line.startswith(f"p.yaml:{place}: "), line
        assert path in line
        assert words in line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("budget: 3", "budget is no mapping; 3 stands there"),
        ("budget: {}", "usd_per_month is missing"),
        ("budget: {usd_per_month: 0}", "out of bounds"),
        ("budget: {usd_per_month: .inf}", "is no amount"),
        ("budget: {usd_per_month: true}", "true is no amount"),
        ("quotas: [L-DB2E81BA]", "no mapping of codes to vCPU"),
        ("quotas:", "no mapping of codes to vCPU"),
        ("quotas: {L-DB2E81BA: -1}", "-1 is no number of vCPU"),
        ("priority: {support-chat: true}", "true is no priority"),
        ("[]", "the file holds a list"),
        ("a: [", ""),
        ("", ""),
        ("quotas: {L-DB2E81BA: 1, L-DB2E81BA: 2}", "given twice"),
    ],
)
def test_what_is_wrong_is_named(text: str, words: str) -> None:
    (said,) = problems(text)
    assert re.match(r"p\.yaml:\d+:\d+: ", said) or not text, said
    assert words in said
    assert "plimsoll new" not in said


def test_two_workloads_of_one_name_cannot_be_told_apart() -> None:
    (said,) = problems("priority: {a: 2}", ("a", "a"))
    assert "two specs are called 'a'" in said
