"""Nothing that is read is cut, and nothing stands beyond its page but a word that is longer than it."""

import re
from functools import cache
from pathlib import Path

import pytest

from plimsoll.catalog.offers import Offered, Wanted, select
from plimsoll.catalog.tables import load
from plimsoll.cli.plan import plan_all
from plimsoll.gate.caps.permit import permit
from plimsoll.gate.check import check
from plimsoll.gate.inputs.asked import Asked, read_asked
from plimsoll.models.read import load_models
from plimsoll.plan.plan import Plan
from plimsoll.preview.run import Preview, run_preview
from plimsoll.show.formats import LISTS, write
from plimsoll.show.plan.answer import Planned, planned
from plimsoll.show.text import PIPED, Style, length
from tests.make.command import plimsoll
from tests.make.golden_plans import Case, cases
from tests.make.places import ROOT
from tests.make.terminal import on_a_terminal

TODAY = "2026-11-28"

PAGES = (
    *(Style(width, colour=colour, columns=width) for width in (60, 80, 120, 200) for colour in (True, False)),
    PIPED,
)
CUT, PAINT = "…", re.compile(r"\x1b\[[0-9;]*m")


@cache
def planned_case(case: Case) -> Planned:
    catalog = case.catalog()
    return planned(plan_all(case.specs, catalog), catalog)


@cache
def preview_of(spec: str) -> Preview:
    return run_preview(ROOT, "dev", [ROOT / "workloads" / spec])


def assert_fits(document: str, form: str, answer: object) -> None:
    figures: set[str] = set()
    for page in PAGES:
        text = write(document, form, answer, page)
        assert CUT not in text
        assert ("\x1b" in text) is page.colour
        bare = [line for line in text.split("\n") if length(line) > page.width]
        if document in LISTS and not page.columns:
            continue
        assert all(" " not in line.strip() for line in bare), (page, bare)
        words = {word for word in PAINT.sub("", text).split() if any(char.isdigit() for char in word)}
        assert words == (figures := figures or words), "no figure is lost on any page"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_every_golden_plan(case: Case) -> None:
    assert_fits("plan", "table", planned_case(case))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_check_of_every_golden_plan(case: Case, tmp_path: Path) -> None:
    answer = planned_case(case)
    plans = [each for each in answer.answers if isinstance(each, Plan)]
    files: list[str] = []
    for index, plan in enumerate(plans):
        file = tmp_path / f"plan-{index}.json"
        file.write_text(write("plan", "json", Planned((plan,), answer.accelerators)), encoding="utf-8")
        files.append(str(file))
    if files:
        for budget in ("1", "1000000"):
            assert_fits("check", "text", check(read_asked(Asked(tuple(files), TODAY, budget=budget))))
        assert_fits("caps", "text", permit(read_asked(Asked(tuple(files), TODAY))))


@pytest.mark.parametrize("spec", ["chat-8b.yaml", "recommendations.yaml"])
def test_previews(spec: str) -> None:
    assert_fits("preview", "tree", preview_of(spec))


def test_the_catalogue() -> None:
    assert_fits("offers", "table", Offered(tuple(select(load(), Wanted()))))
    assert_fits("models", "table", tuple(load_models().values()))


@pytest.mark.parametrize("columns", [80, 200])
@pytest.mark.parametrize(
    "command",
    [
        ("plan", "workloads/chat-8b.yaml", "workloads/recommendations.yaml"),
        ("why-not", "workloads/chat-8b.yaml", "g6.xlarge", "H100", "spot"),
        ("accuracy",),
    ],
    ids=" ".join,
)
def test_commands_on_a_terminal(command: tuple[str, ...], columns: int) -> None:
    text, code = on_a_terminal(*command, columns=columns, cwd=ROOT)
    assert code == 0
    assert CUT not in text
    assert "\x1b[" in text
    assert [line for line in text.split("\n") if length(line) > columns and " " in line.strip()] == []
    plain, _ = on_a_terminal(*command, columns=columns, cwd=ROOT, NO_COLOR="1")
    assert "\x1b" not in plain


@pytest.mark.parametrize("command", [("models", "qwen3"), ("offers", "--gpu", "L4")], ids=" ".join)
def test_a_list_has_one_line_a_row_in_a_pipe(command: tuple[str, ...]) -> None:
    text = plimsoll(*command, cwd=ROOT).stdout
    assert CUT not in text
    assert "\x1b" not in text
    rows = text.split("\n\n")[0 if command[0] == "models" else 1].splitlines()
    assert len(rows) > 10
    assert not any(row.startswith(" ") for row in rows)
