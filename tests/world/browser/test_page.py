"""Reports in a real browser: they ask for nothing, say nothing, and everyone can read them."""

from typing import Any

import pytest

from tests.make.places import EXAMPLES, ROOT
from tests.make.programs import need
from tests.make.reports import page, page_of, page_of_all
from tests.world.browser.conftest import Open

AXE = ROOT / ".tools" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}
CHAT = ROOT / "workloads" / "chat-8b.yaml"
PAGES = {
    **{spec.stem: (spec,) for spec in EXAMPLES},
    "refused": (ROOT / "workloads" / "support-chat.yaml", "budget.usd_per_month=20000"),
    "nothing fits": (CHAT, "sla.ttft_p95_ms=1"),
}

by_scheme = pytest.mark.parametrize("scheme", ["light", "dark"])


FEW = tuple(
    ROOT / "workloads" / f"{name}.yaml" for name in ("recommendations", "photo-tags", "fraud-detection")
)
"""A page of several; axe and a look at every pair of texts take minutes for all of them."""


def text_of(name: str) -> str:
    several = {"all": EXAMPLES, "few": FEW}.get(name)
    return page_of(*several) if several else page(*PAGES[name])


@by_scheme
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("name", ["all", *PAGES])
def test_a_page_asks_for_itself_alone_and_says_nothing(
    name: str, scheme: str, script: bool, opened: Open
) -> None:
    with opened(text_of(name), scheme=scheme, script=script) as seen:
        assert seen.page.title()


@by_scheme
@pytest.mark.parametrize("name", ["few", "refused", "chat-8b", "search-ranking"])
def test_axe_finds_nothing_serious(name: str, scheme: str, opened: Open) -> None:
    source = need(AXE, "axe-core")
    with opened(text_of(name), scheme=scheme) as seen:
        seen.page.evaluate(AXE.read_text(encoding="utf-8"))
        seen.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        found = seen.page.evaluate("axe.run(document)")
    assert source
    assert found["passes"]
    serious = [each for each in found["violations"] if each["impact"] in SERIOUS]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in serious] == []


@by_scheme
def test_text_in_pictures_stands_out_from_its_ground(scheme: str, opened: Open) -> None:
    """axe does not judge text in SVG; its ground is the page, or the cell that it stands in."""
    with opened(page(PAGES["agents-gpt-oss"][0]), scheme=scheme) as seen:
        ratios = seen.page.evaluate(CONTRAST)
    assert len(ratios) > 200
    assert min(ratio for _, ratio in ratios) >= 4.5, min(ratios, key=lambda each: each[1])


CONTRAST = """() => {
  const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(Number).map(channel);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const behind = (text) => {
    const cells = text.closest('g')?.previousElementSibling;
    const inCell = text.closest('svg').id.endsWith('-week') && cells?.tagName === 'path';
    return inCell ? light(getComputedStyle(cells).fill) : ground;
  };
  return [...document.querySelectorAll('svg text')].map((text) => {
    const [a, b] = [light(getComputedStyle(text).fill), behind(text)];
    return [text.textContent, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
  });
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_stands_beyond_the_page(width: int, opened: Open) -> None:
    """Wide tables and pictures are moved within their own frame."""
    with opened(page_of_all(), width=width) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["few", "agents-gpt-oss", "support-chat", "chat-8b", "refused"])
def test_no_two_texts_of_a_picture_stand_on_each_other(name: str, opened: Open) -> None:
    with opened(text_of(name)) as seen:
        clashes = seen.page.evaluate(OVERLAPS)
    assert clashes == []


OVERLAPS = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('svg[role=img][id]')) {
    if (svg.id.endsWith('-week')) continue;
    const texts = [...svg.querySelectorAll('text')].map((each) => [each.textContent, each.getBBox()]);
    texts.forEach(([one, a], i) => texts.slice(i + 1).forEach(([other, b]) => {
      const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
      const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
      if (across > 1 && down > 4) found.push([svg.id, one, other]);
    }));
    texts.forEach(([one, a]) => {
      if (a.x < -1 || a.x + a.width > 881) found.push([svg.id, one, 'beyond the picture']);
    });
  }
  return found;
}"""


def test_the_script_only_adds(opened: Open) -> None:
    """Rows are sorted by figures and filtered; a point that is pointed at shows its row."""
    spec = PAGES["chat-8b"][0]
    with opened(page(spec), script=False) as seen:
        plain = seen.page.inner_text("#w1-compared summary")
        assert seen.page.locator("th button, .tools input").count() == 0
    with opened(page(spec)) as seen:
        shown = seen.page
        shown.click("#w1-compared summary")
        assert shown.inner_text("#w1-compared summary") == plain
        table = shown.locator("#w1-compared table")
        assert _sorted(table, "expected") == "ascending"
        money = [float(text.replace("$", "").replace(",", "")) for text in _column(table, 3)]
        assert money == sorted(money)
        _sorted(table, "expected")
        shown.fill("#w1-compared .tools input", "g7e spot")
        rows = table.locator("tbody tr:visible").all_inner_texts()
        assert rows
        assert all("g7e" in row and "spot" in row for row in rows)
        shown.locator("#w1-scatter path:has(title)").hover()
        assert "g7e.2xlarge" in shown.inner_text(".card")


def _sorted(table: Any, head: str) -> str:
    cell = table.locator("th", has_text=head)
    cell.locator("button").click()
    return str(cell.get_attribute("aria-sort"))


def _column(table: Any, index: int) -> list[str]:
    return [str(text) for text in table.locator(f"tbody td:nth-child({index + 1})").all_inner_texts()]


def test_the_script_is_small() -> None:
    text = page(PAGES["chat-8b"][0])
    script = text.rpartition("<script>")[2].partition("</script>")[0]
    assert 0 < len(script.encode()) <= 15_000


def test_it_is_read_without_its_style_and_its_script(opened: Open) -> None:
    """A page behind a strict policy of its host keeps neither: every text and picture is still there."""
    text = page(PAGES["chat-8b"][0])
    bare = text.replace(text[text.index("<style>") : text.index("</style>")], "<style>")
    with opened(bare, script=False) as seen:
        assert seen.page.locator("svg[role=img]:visible").count() >= 5
        assert "$3,051.64" in seen.page.inner_text("body")
        fills = seen.page.evaluate(
            "[...document.querySelectorAll('#w1-waterfall rect')].map(each => getComputedStyle(each).fill)"
        )
    assert len(set(fills)) >= 4
