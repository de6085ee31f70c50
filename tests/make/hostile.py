"""Text that a page must show and never obey, and an outlook that carries it wherever text comes from outside."""

from dataclasses import replace

from plimsoll.ground.assumption import Assumption
from plimsoll.plan.outlook.outlook import Outlook
from plimsoll.plan.plan import Plan
from plimsoll.plan.warning import PlanWarning

TEXTS = (
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
    "javascript:alert(1)",
    "line\u2028separator\u2029paragraph",
    "right\u202eto left\u202c and \u2066isolated\u2069",
    "zero\u200bwidth\ufeff joined\u200d",
    "日本語 عربى 🚀 é",
    "a`b|c*d_e[f](g)",
    "x" * 3000,
)


def hostile(outlook: Outlook, text: str) -> Outlook:
    """Put a text into every place of an answer that somebody outside may have written."""
    plan = outlook.answer
    assert isinstance(plan, Plan)
    lines = tuple(replace(line, item=text, source=text, unit=text) for line in plan.cost.lines)
    compared = outlook.compared
    assert compared is not None
    return replace(
        outlook,
        answer=replace(
            plan,
            workload={**plan.workload, "name": text},
            cost=replace(plan.cost, lines=lines, left_out=(text,)),
            assumptions=(Assumption(text, text, text, text),),
            warnings=(PlanWarning(text, text),),
            traits=replace(plan.traits, model=text),
        ),
        compared=replace(
            compared, candidates=tuple(replace(each, id=text) for each in compared.candidates[:3])
        ),
    )
