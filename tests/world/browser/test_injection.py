"""Text from outside is text: whatever it tries, the page shows it letter by letter and does nothing else."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.show.report.answer import reported
from plimsoll.show.report.page import as_html
from tests.make.hostile import TEXTS, hostile
from tests.make.places import ROOT
from tests.make.reports import outlook
from tests.world.browser.conftest import Open

CHAT = ROOT / "workloads" / "chat-8b.yaml"
WHERE = ("h2", "#w1-lines td:first-child", "#w1-assumed td:last-child", "#w1-left-out li", ".warnings b")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_the_text_of_the_page_is_the_text_that_was_given(text: str, script: bool, opened: Open) -> None:
    attacked, calm = hostile(outlook(CHAT), text), outlook(CHAT)
    page = as_html(reported([attacked, calm], load()))
    plain = as_html(reported([hostile(outlook(CHAT), "harmless"), calm], load()))
    with opened(plain, script=script) as seen:
        shape = seen.page.evaluate(SHAPE)
    with opened(page, script=script) as seen:
        assert seen.page.evaluate(SHAPE) == shape
        assert "taken" not in seen.page.title()
        for place in WHERE:
            assert seen.page.evaluate(f"document.querySelector('{place}').textContent") == text, place
        assert seen.page.evaluate("document.querySelectorAll('script').length") == 2
        assert (
            text in seen.page.evaluate("document.getElementById('w1-scatter').textContent")
            or len(text) > 2000
        )
        assert seen.page.locator("#w2-lines td:visible").count() > 10


SHAPE = """[...document.querySelectorAll('main *')]
  .filter((each) => !each.closest('svg') && !each.matches('.tools, .tools *'))
  .map((each) => each.tagName).join()"""
"""The elements of the page, in their order: an element more or less is a text that was obeyed."""
