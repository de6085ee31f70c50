"""The exemptions file: read whole, refused with every mistake and its place."""

from decimal import Decimal
from pathlib import Path

import pytest

from plimsoll.gate.inputs.exemptions import read_exemptions
from plimsoll.gate.scope import Scope
from plimsoll.ground.problems import SpecError
from tests.make.places import ROOT

RECORD = """exemptions:
  - policy: budget
    match: {urn_glob: "*chat*", team: search}
    allow_up_to_usd: 3200.50
    owner: ml
    approved_by: finance
    reason: launch
    expires: "2026-12-31"
"""


def problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "exemptions.yaml"
    path.write_text(text)
    with pytest.raises(SpecError) as caught:
        read_exemptions(path)
    return [str(problem) for problem in caught.value.problems]


def test_the_example_is_read() -> None:
    found = read_exemptions(ROOT / "examples" / "exemptions.yaml")
    assert [exemption.policy for exemption in found] == ["budget", "unpriced-cost", "no-public-endpoint"]
    assert found[0].scope == Scope(stack="prod")


def test_a_record_is_read_exactly(tmp_path: Path) -> None:
    path = tmp_path / "exemptions.yaml"
    path.write_text(RECORD)
    [found] = read_exemptions(path)
    assert found.allow_up_to_usd == Decimal("3200.5")
    assert (found.urn_glob, found.scope.team, found.expires) == ("*chat*", "search", "2026-12-31")


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ('expires: "2026-12-31"', "expires: 2026-12-31", "8:14: exemptions[0].expires"),
        ('expires: "2026-12-31"', 'expires: "31.12.2026"', "not a date"),
        ('expires: "2026-12-31"', 'expires: "2026-02-30"', "not a date"),
        ("    approved_by: finance\n", "", "approved_by is missing"),
        ("owner: ml", 'owner: ""', "empty"),
        ("owner: ml", "owner: 7", "not text"),
        ("policy: budget", "policy: budgte", "did you mean 'budget'?"),
        ("    allow_up_to_usd: 3200.50\n", "", "allow_up_to_usd is missing"),
        ("3200.50", '"3200"', "not an amount"),
        ("3200.50", "-1", "not an amount"),
        ("3200.50", ".nan", "not an amount"),
        ("3200.50", ".inf", "not an amount"),
        ("team: search", "tem: search", "did you mean 'team'?"),
        ("reason:", "resaon:", "did you mean 'reason'?"),
        ("exemptions:", "exemption:", "did you mean 'exemptions'?"),
    ],
)
def test_mistakes_have_a_place_and_a_way_out(tmp_path: Path, before: str, after: str, text: str) -> None:
    assert any(text in problem for problem in problems(tmp_path, RECORD.replace(before, after, 1)))


def test_an_amount_where_no_money_is_judged_is_refused(tmp_path: Path) -> None:
    text = RECORD.replace("policy: budget", "policy: image-digest")
    assert any("judges no amount" in problem for problem in problems(tmp_path, text))
