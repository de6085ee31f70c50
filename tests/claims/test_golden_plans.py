"""The golden cases say today what they said when a person last read them."""

import json

import pytest

from plimsoll.candidates.row import CandidateRow
from tests.make import candidate_table
from tests.make.golden_plans import Case, Change, cases, change_of, table

CASES = cases()
LARGEST_DOCUMENT_BYTES, LARGEST_TABLE_BYTES = 60_000, 20_000
WHOLE = 4
"""Cases that may show every candidate of the whole catalogue."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_case_is_as_it_was(case: Case) -> None:
    stored, answers = case.stored(), case.answers()
    if stored == answers:
        return
    changed = [name for name in sorted({*stored, *answers}) if stored.get(name) != answers.get(name)]
    pytest.fail(
        f"{table([change_of(case, stored, answers)])}\nchanged: {', '.join(changed)}; "
        "'make golden' rewrites them, then read the diff",
        pytrace=False,
    )


def test_there_are_twenty_cases_and_five_refusals() -> None:
    outcomes = [json.loads(case.stored()["plan.json"]).get("outcome") for case in CASES]
    assert len(outcomes) >= 20
    assert outcomes.count("refusal") >= 5


def test_refusals_cover_each_exit_code() -> None:
    codes = {json.loads(case.stored()["plan.json"]).get("exit_code") for case in CASES}
    assert {0, 3, 4, 5} <= codes


def test_a_person_can_read_the_folders() -> None:
    for case in CASES:
        assert case.story.endswith("."), case.name
        assert all(len(line) <= 110 for line in case.stored()["plan.txt"].splitlines()), case.name
        assert len(case.stored()["plan.json"]) <= LARGEST_DOCUMENT_BYTES, case.name
    tables = [text for case in CASES for name, text in case.stored().items() if name.endswith(".tsv")]
    assert sum(len(text) > LARGEST_TABLE_BYTES for text in tables) <= WHOLE


def test_no_folder_is_left_without_a_case() -> None:
    folder = CASES[0].folder.parent
    assert {path.name for path in folder.iterdir()} == {case.name for case in CASES}


def _plan(ceiling: str, replicas: int = 1) -> dict[str, object]:
    chosen = {
        "instance_type": "g6.xlarge",
        "replicas": {"min": 1, "peak": replicas, "max": replicas},
    }
    return {"outcome": "plan", "chosen": chosen, "cost": {"usd_per_month": {"ceiling": ceiling}}}


REFUSED = {"outcome": "refusal", "chosen": None, "refusal": {"binding": ["tpot"]}}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (_plan("10.00"), REFUSED, "REGRESSION"),
        (REFUSED, _plan("10.00"), "PLAN AGAIN"),
        (_plan("10.00"), _plan("9.00"), "CHEAPER"),
        (_plan("9.00"), _plan("10.00"), "DEARER"),
        (_plan("10.00", 1), _plan("10.00", 2), "SAME COST"),
        (_plan("10.00"), _plan("10.00"), "TEXT ONLY"),
        (REFUSED, REFUSED, "TEXT ONLY"),
        (None, _plan("10.00"), "NEW"),
    ],
)
def test_a_change_is_classed_by_what_it_does_to_the_reader(
    old: dict[str, object] | None, new: dict[str, object], kind: str
) -> None:
    assert Change("some-case", old, new).kind == kind


def test_the_table_of_changes_starts_with_regressions() -> None:
    text = table([Change("a", _plan("2.00"), _plan("1.00")), Change("b", _plan("2.00"), REFUSED)])
    assert [line.split()[0] for line in text.splitlines()] == ["case", "b", "a"]
    assert "2.00 → refused" in text
    assert "1/1/1 on g6.xlarge → refused: tpot" in text


def test_every_candidate_field_is_in_every_golden_document() -> None:
    fields = tuple(name.rstrip("_") for name in CandidateRow.__dataclass_fields__)
    assert fields == candidate_table.FIELDS
    for case in CASES:
        document = json.loads(candidate_table.joined(case.stored()))
        for plan in document.get("plans", [document]):
            assert plan["candidates"], case.name
            assert all(tuple(row) == fields for row in plan["candidates"]), case.name
