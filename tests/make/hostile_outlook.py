"""An outlook that carries hostile texts wherever text comes from outside."""

from collections.abc import Sequence
from dataclasses import replace

from plimsoll.ground.assumption import Assumption
from plimsoll.plan.outlook.outlook import Outlook
from plimsoll.plan.plan import Plan
from plimsoll.plan.warnings.warning import PlanWarning

OF_HTML = (
    "</script><script>document.title='taken'</script>",
    "<svg onload=\"document.title='taken'\">",
    "<img src=x onerror=\"document.title='taken'\">",
    "\"><script src='https://example.com/x.js'></script>",
    "' autofocus onfocus='document.title=1",
    "</td></tr></table><h1>approved</h1>",
    "</title><b>approved</b>",
    "<!-- --><!--",
    "]]><style>*{display:none}</style>",
    "</style><style>main{display:none}</style>",
    "{{ 7 * 7 }} {% raw %} {# no #}",
    "&lt;b&gt; &amp; &#60;i&#62; &copy",
    "line\u2028separator\u2029paragraph",
    "right\u202eto left\u202c and \u2066isolated\u2069",
    "zero\u200bwidth\ufeff joined\u200d",
    "x" * 3000,
)
"""What a page of HTML would act on."""


def hostile(outlook: Outlook, texts: Sequence[str]) -> Outlook:
    """Put each text into every place of an answer that somebody outside may have written."""
    plan, compared = outlook.answer, outlook.compared
    assert isinstance(plan, Plan)
    assert compared is not None
    line, candidate = plan.cost.lines[0], compared.candidates[0]
    lines = tuple(replace(line, item=text, source=text, unit=text) for text in texts)
    return replace(
        outlook,
        answer=replace(
            plan,
            workload={**plan.workload, "name": texts[0]},
            cost=replace(plan.cost, lines=(*lines, *plan.cost.lines), left_out=tuple(texts)),
            assumptions=tuple(Assumption(text, text, text, text) for text in texts),
            warnings=tuple(PlanWarning(text, text) for text in texts),
            traits=replace(plan.traits, model=texts[0]),
        ),
        compared=replace(compared, candidates=tuple(replace(candidate, id=text) for text in texts)),
    )
