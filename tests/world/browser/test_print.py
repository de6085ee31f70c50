"""A report on paper loses nothing: every fold is printed, no column is cut."""

from pathlib import Path
from unicodedata import normalize

import pytest

from tests.make.places import ROOT
from tests.make.programs import need_module
from tests.make.reports import page
from tests.world.browser.conftest import Open

A4_PX = 703
"""The width that A4 leaves between margins of 12 mm, in CSS pixels."""

SPECS = [
    ("agents-gpt-oss",),
    ("chat-8b",),
    ("support-chat", "budget.usd_per_month=20000"),
    ("search-ranking",),
]


def text_of(name: str, *settings: str) -> str:
    return page(ROOT / "workloads" / f"{name}.yaml", *settings)


def letters(text: str) -> str:
    """What is left of a text whatever its line ends and its ligatures."""
    return "".join(normalize("NFKC", text).split())


TOLD = """[...document.querySelectorAll('main td, main p, main li, main dd, main svg text')]
  .filter((each) => !each.closest('nav'))
  .map((each) => each.textContent)"""


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec[0])
def test_every_cell_and_sentence_is_printed(
    spec: tuple[str, ...], script: bool, opened: Open, tmp_path: Path
) -> None:
    reader = need_module("pypdf").PdfReader
    file = tmp_path / "report.pdf"
    with opened(text_of(*spec), script=script, scheme="dark") as seen:
        told = [letters(text) for text in seen.page.evaluate(TOLD)]
        seen.page.pdf(path=str(file), prefer_css_page_size=True, print_background=True)
    pages = reader(str(file)).pages
    assert all(round(float(each.mediabox.width)) == 595 for each in pages), "A4"
    printed = letters("".join(each.extract_text() for each in pages))
    assert len(told) > 100
    assert [text for text in told if text not in printed] == []


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec[0])
def test_no_column_is_cut(spec: tuple[str, ...], opened: Open) -> None:
    with opened(text_of(*spec), width=A4_PX) as seen:
        seen.page.emulate_media(media="print")
        beyond = seen.page.evaluate(
            """() => [...document.querySelectorAll('main *')]
              .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
              .map((each) => each.outerHTML.slice(0, 120))"""
        )
        hidden = seen.page.evaluate(
            "[...document.querySelectorAll('details td')].filter(e => !e.offsetHeight).length"
        )
    assert beyond == []
    assert hidden == 0
