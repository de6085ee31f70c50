"""Text from outside is shown and never obeyed: no link, tag, mention or reference, and it reads as it was.

The corpus is `tests/cases/injection.yaml`; GitHub's own reader of Markdown renders what our writers write.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from plimsoll.catalog.tables import load
from plimsoll.gate.caps.permit import CapInForce, Permit
from plimsoll.ground.assumption import Assumption
from plimsoll.plan.plan import Plan
from plimsoll.plan.portfolio.document import (
    BudgetCost,
    BudgetUse,
    GivenUp,
    JointShare,
    JointUsd,
    KeptApart,
    Portfolio,
    QuotaUse,
    SharedNode,
    SliceOf,
    TenantPart,
)
from plimsoll.plan.question import Outcome, Subject
from plimsoll.plan.size import size
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.show.formats import write
from plimsoll.show.markdown import code_span, escaped, units
from plimsoll.show.plan.answer import Planned
from plimsoll.show.why_not.answer import Inquiry
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed
from tests.make.hostile import CORPUS, verdict
from tests.make.rendered import Page, read_back

LONG = ["x" * 20_000, "`" * 5_000, "@everyone " * 2_000, "<b>" * 3_000, "|" * 3_000, "\u202e" * 3_000]

PLACES: dict[str, tuple[Callable[[str], str], str]] = {
    "table": (lambda span: f"| a | b |\n|---|---|\n| {span} | after |\n", "td"),
    "list": (lambda span: f"- {span}\n- after\n", "li"),
    "fold": (
        lambda span: f"<details><summary>x</summary>\n\n- {span}\n\n</details>\n\nafter\n",
        "li",
    ),
    "sentence": (lambda span: f"**{span}**: after\n", "p"),
    "heading": (lambda span: f"## {span}\n\nafter\n", "h2"),
}


def test_the_corpus_is_as_large_as_was_promised_and_its_texts_do_harm_where_nobody_stops_them() -> None:
    assert len(CORPUS) == len(set(CORPUS)) >= 90
    raw = [text for text in CORPUS if list(Page(f"x\n\n{text}\n").acting())]
    assert len(raw) >= 60, "the look at what acts sees what raw text does"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", [*CORPUS, *LONG], ids=lambda text: ascii(text[:24]))
def test_a_code_span_is_read_back_equal_and_does_nothing(text: str, place: str) -> None:
    around, tag = PLACES[place]
    page = Page(around(code_span(text, in_table=place == "table")))
    assert not list(page.acting())
    assert page.texts(tag)[0].removesuffix(": after").strip() == read_back(text)
    if text.strip() and "`" * 80 not in text:
        assert page.codes == [read_back(text)]
    assert "after" in "".join(page.outside), "nothing of ours is swallowed"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", [*CORPUS, *LONG], ids=lambda text: ascii(text[:24]))
def test_a_sentence_is_read_back_equal_and_does_nothing(text: str, place: str) -> None:
    around, tag = PLACES[place]
    page = Page(around(f"because {escaped(text, in_table=place == 'table')}".strip()))
    assert not list(page.acting())
    shown = page.texts(tag)[0].removesuffix(": after").strip()
    assert shown == f"because {read_back(text) if text.strip() else ''}".strip()


@pytest.mark.parametrize("text", CORPUS, ids=lambda text: ascii(text[:24]))
def test_a_sentence_that_opens_a_line_or_a_page_makes_no_list_heading_or_command(text: str) -> None:
    page = Page(f"ours\n\n{escaped(text)}\n\nours\n")
    assert not list(page.acting())
    assert page.tags.count("p") == len(page.tags) - page.tags.count("code")


# whole documents


@pytest.mark.parametrize("passes", [True, False])
def test_a_comment_holds_nothing_that_acts_and_its_verdict_cannot_be_forged(passes: bool) -> None:
    plain = write("check", "md", verdict(["word"], passes=passes))
    for texts in (CORPUS[:50], CORPUS[50:], *([text] for text in LONG)):
        text = write("check", "md", verdict(texts, passes=passes))
        page = Page(text)
        assert list(page.acting()) == ["comment  plimsoll:check "]
        assert page.tags.count("h4") == 1
        said = text.splitlines()[0].replace(f"{len(texts)} × ", "")
        assert said.replace(f"{len(texts)} runs of", "a run of") == plain.splitlines()[0]
        assert page.tags.count("details") == page.tags.count("summary") <= 8
        assert units(text) <= 60_000


def test_what_an_exemption_says_is_read_back_word_by_word() -> None:
    for text in CORPUS:
        page = Page(write("check", "md", verdict([text], passes=True)))
        assert page.codes.count(read_back(text)) >= 9 or not text.strip()


@cache
def real_plan() -> Plan:
    spec = {"name": "chat", "model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 5}}
    catalog = load()
    loaded = from_data(spec, catalog, file="chat")
    answer = size(loaded.workload, loaded.architecture, catalog, load_speed())
    assert isinstance(answer, Plan)
    return answer


def plan_of(text: str) -> Plan:
    """A real plan in which model, name, terms and sources are somebody else's words."""
    plan = real_plan()
    line = replace(plan.cost.lines[-1], of="ceiling", item=text, unit=text, source=text)
    return replace(
        plan,
        workload={**plan.workload, "name": text},
        traits=replace(plan.traits, model=text),
        chosen=replace(plan.chosen, instance_type=text, weights=text, quantization=text),
        cost=replace(plan.cost, lines=(*plan.cost.lines, line), left_out=(text,)),
        assumptions=(Assumption(text, text, text, text),),
        warnings=(PlanWarning("gated_model", text),),
        candidates=tuple(replace(row, instance_type=text) for row in plan.candidates[:9]),
    )


def harmless(document: str, text: str, *, seen: int) -> None:
    page = Page(document)
    assert not list(page.acting())
    if text.strip():
        assert page.codes.count(read_back(text)) >= seen
    assert document.count("<details>") == page.tags.count("details"), "every fold is one of ours"


def shared_by(text: str) -> SharedNode:
    """A node that somebody's words share, slice by slice."""
    part, of_one = TenantPart(text, 1, text, "1", "1", "1"), SliceOf(1, 1, text, text)
    slices = ((of_one,),)
    return SharedNode(text, text, (text, text), "1", "1", {}, "mig", 1, "1", (part, part), slices, True, text)


@pytest.mark.parametrize("text", CORPUS, ids=lambda text: ascii(text[:24]))
def test_plans_portfolios_and_answers_do_nothing_either(text: str) -> None:
    plan, catalog = plan_of(text), load()
    harmless(write("plan", "md", Planned((plan,), catalog.accelerators)), text, seen=2)
    best = replace(plan.candidates[0], id=text, verdict="dominated")
    subject = Subject(text, "accelerator", text, ())
    asked = tuple(Outcome(replace(subject, name="L4"), (best,), each, text) for each in (best, None))
    document = write("why-not", "md", Inquiry(plan, asked, catalog))
    harmless(document, text, seen=2)
    share = JointShare(text, 1.0, text, 3, "1", text, "1", BudgetCost("1", "1", text, text))
    joint = Portfolio(
        "degraded",
        JointUsd("1", "2", "3"),
        BudgetUse("1", "ceiling", "2"),
        (QuotaUse(text, text, text, 3, 2),),
        (GivenUp(text, 3, 2, text),),
        (share,),
        (shared_by(text),),
        (KeptApart((text, text), ()),),
        None,
        False,
        JointUsd("1", "2", "3"),
        0,
    )
    harmless(write("plan", "md", Planned((plan,), catalog.accelerators, joint)), text, seen=3)


@pytest.mark.parametrize("text", CORPUS, ids=lambda text: ascii(text[:24]))
def test_what_caps_permit_stays_within_its_block(text: str) -> None:
    permit = Permit(
        schema="plimsoll.dev/caps/v1",
        verdict="pass",
        usd_per_month=Decimal(1),
        claims=(),
        asked_on=None,
        priced_on="2026-07-20",
        oldest_on="2026-07-20",
        region=text,
        layers=(),
        caps=(CapInForce(text, text, Decimal(3), text, ""),),
        trusts=(text,),
        unbounded=(),
        stale_prices=(),
        notes=(text,),
    )
    page = Page(write("caps", "md", permit))
    assert not list(page.acting())
    assert set(page.tags) == {"pre", "code"}
    assert page.tags.count("pre") == 1
