"""Every code that a document can carry is explained, and no code is explained that none carries."""

import ast
from pathlib import Path
from typing import get_args

import pytest

from plimsoll.gate.rules import RULES
from plimsoll.gate.verdict import Code
from plimsoll.ground.problems import SpecError
from plimsoll.pricing.result import Code as Unpriceable
from plimsoll.show.explain.answer import Explained, table
from plimsoll.show.explain.codes import TABLES, explained
from plimsoll.show.text import Style
from plimsoll.sizing.limits import LIMITS
from tests.make.places import ROOT

TO_COME = {"gated_model", "longest_request", "simulation_disagrees", "expires_soon"}
"""Warnings that INTERFACE names; a plan may not raise them all yet."""


def warnings_raised() -> set[str]:
    """The codes that the source gives to a warning of a plan."""
    found: set[str] = set()
    for file in (ROOT / "plimsoll").rglob("*.py"):
        for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "PlanWarning":
                code = node.args[0] if node.args else next(k.value for k in node.keywords if k.arg == "code")
                assert isinstance(code, ast.Constant), "a code is a plain word"
                found.add(code.value)
    return found


def test_every_code_is_explained():
    assert set(TABLES["reason"]) == set(LIMITS)
    assert set(TABLES["violation"]) == set(get_args(Code)) | set(get_args(Unpriceable))
    assert warnings_raised() <= set(TABLES["warning"]) <= warnings_raised() | TO_COME


@pytest.mark.parametrize("kind", TABLES)
def test_each_explanation_says_everything(kind: str):
    for code, told in TABLES[kind].items():  # type: ignore[index]
        for text in (told.means, told.raised_by, told.mended_by):
            assert text[0].isupper() or text[0].islower(), code
            assert text.endswith("."), (code, text)
        assert told.example, code


@pytest.mark.parametrize(
    "written", ["tpot", "TPOT", "spot-forbidden", "Spot_Forbidden", "image-digest", "image_digest"]
)
def test_a_code_is_found_however_it_is_written(written: str):
    (entry,) = explained([written])
    assert entry.code.replace("-", "_") == written.lower().replace("-", "_")


def test_without_a_code_all_are_listed_once():
    everything = explained([])
    assert len({(each.kind, each.code) for each in everything}) == len(everything)
    assert {each.code for each in everything if each.kind == "policy"} == {rule.name for rule in RULES}


def test_every_unknown_code_brings_the_nearest():
    with pytest.raises(SpecError) as refused:
        explained(["tpto", "tpot", "zzz"])
    assert [str(problem) for problem in refused.value.problems] == [
        "CODE: no code 'tpto'; did you mean 'tpot'?",
        "CODE: no code 'zzz'; 'plimsoll explain' lists them",
    ]


@pytest.mark.parametrize("width", [60, 80, 110])
def test_the_page_holds_what_is_said(width: int):
    style = Style(width, colour=False)
    for whole in (True, False):
        text = table(Explained(tuple(explained([])), whole=whole), style)
        assert [line for line in text.splitlines() if len(line) > width and " " in line.strip()] == []
