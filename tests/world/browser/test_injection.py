"""Text from outside is text: whatever it tries, the page shows it letter by letter and does nothing else."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.show.report.answer import reported
from plimsoll.show.report.page import as_html, in_script
from tests.make.hostile import CORPUS
from tests.make.hostile_outlook import OF_HTML, hostile
from tests.make.places import ROOT
from tests.make.reports import outlook
from tests.world.browser.conftest import Open

TEXTS = (*OF_HTML, *CORPUS)
WHERE = {
    "#w1-lines table:first-of-type td:first-child": "item",
    "#w1-assumed td:last-child": "source",
    "#w1-left-out li": "left out",
    "#w1 > .warnings b": "code",
    "#w1-compared details td:first-child": "candidate",
}

SHAPE = """[...document.querySelectorAll('*')]
  .filter((each) => !each.closest('svg') && !each.matches('.tools, .tools *, th button'))
  .map((each) => each.tagName).join()"""
"""The elements of the page, in their order: an element more or less is a text that was obeyed."""


def page(texts: tuple[str, ...]) -> str:
    calm = outlook(ROOT / "workloads" / "chat-8b.yaml")
    return as_html(reported([hostile(calm, texts), calm], load()))


def readable(text: str) -> str:
    """What a reader of HTML keeps: controls are shown as U+FFFD."""
    kept = "\t\n"
    return "".join("\ufffd" if (ord(c) < 32 and c not in kept) or 127 <= ord(c) < 160 else c for c in text)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_text_of_the_page_is_the_text_that_was_given(script: bool, opened: Open) -> None:
    assert len(TEXTS) >= 60
    with opened(page(tuple(f"harmless {index}" for index in range(len(TEXTS)))), script=script) as seen:
        shape = seen.page.evaluate(SHAPE)
    with opened(page(TEXTS), script=script) as seen:
        assert seen.page.evaluate(SHAPE) == shape
        assert "taken" not in seen.page.title().replace(TEXTS[0], "")
        for place, of in WHERE.items():
            told = seen.page.evaluate(f"[...document.querySelectorAll('{place}')].map(e => e.textContent)")
            assert told[: len(TEXTS)] == [readable(text) for text in TEXTS], of
        assert seen.page.evaluate("document.querySelectorAll('script').length") == 2
        assert seen.page.evaluate("document.querySelector('#w1 > h2').textContent") == TEXTS[0]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_no_json_ends_its_script(text: str) -> None:
    import json

    written = in_script({text: [text]})
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(written)
    assert json.loads(written) == {text: [text]}
