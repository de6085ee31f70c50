"""Write the report of a check as a pull-request comment: money and verdict first, all else folded.

Text from outside (names, URNs, reasons) stands in code spans, so it cannot forge a verdict, mention people
or run HTML. The comment stays below the 65,536 characters that GitHub takes: folds lose lines before the head
does.
"""

from collections.abc import Sequence
from decimal import Decimal

from plimsoll.gate.proposal import proposed
from plimsoll.gate.verdict import ExemptionUse, Verdict, Violation
from plimsoll.ground.units import exact_text, to_cent
from plimsoll.pricing import BilledByUse
from plimsoll.show.check.text import counted, one_run, price_text
from plimsoll.show.clock import prices_text
from plimsoll.show.markdown import code_span, escaped, fitting, seen, size
from plimsoll.show.money import usd
from plimsoll.show.text import PIPED, Style

LONGEST = 60_000
MARKER = "<!-- plimsoll:check -->"
"""Hidden at the end; the workflow finds its own comment by it and updates it in place."""

_CELL = 200


def as_markdown(verdict: Verdict, _: Style = PIPED) -> str:
    """Write the comment."""
    head = [_headline(verdict), "", *_table(verdict), "", *_way_back(verdict), *_lowered(verdict)]
    tail = ["", f"<sub>{_basis(verdict)}</sub>", MARKER, ""]
    room = LONGEST - size((*head, *tail))
    folds: list[str] = []
    for title, rows in _folds(verdict):
        fold = _fold(title, rows, room)
        folds += fold
        room -= size(fold)
    return "\n".join([*head, *folds, *tail])


def _headline(verdict: Verdict) -> str:
    ceiling = verdict.usd_per_month.ceiling
    money = (
        "ceiling **not known**" if ceiling is None else f"ceiling **{usd(ceiling)}/month**{one_run(verdict)}"
    )
    blocking = [v for v in verdict.violations if v.blocks]
    parts = [money]
    if verdict.budget is not None:
        parts.append(f"budget {usd(verdict.budget.usd_per_month)}")
    if not blocking:
        return f"#### ⚓ Plimsoll: {' · '.join([*parts, '✅ within the line'])}"
    over = _overrun(verdict)
    wrong = f"over by {over}" if over else ", ".join(counted(blocking))
    return f"#### ⚓ Plimsoll: {' · '.join([*parts, f'❌ {wrong}'])}"


def _overrun(verdict: Verdict) -> str:
    """Say by how much the stack is over its budget; "" if that is not what is wrong."""
    if verdict.budget is None or not any(
        v.code == "over_budget" and v.urn is None for v in verdict.violations
    ):
        return ""
    judged = [
        to_cent(v.usd_per_month) for v in verdict.violations if v.code == "over_budget" and v.usd_per_month
    ]
    over = max(judged, default=Decimal(0)) - to_cent(verdict.budget.usd_per_month)
    return usd(over) if over > 0 else ""


def _table(verdict: Verdict) -> list[str]:
    rows = [("ceiling", verdict.usd_per_month.ceiling), ("floor", verdict.usd_per_month.floor)]
    if verdict.list_usd_per_month is not None:
        listed = verdict.list_usd_per_month
        rows += [("ceiling at list prices", listed.ceiling), ("floor at list prices", listed.floor)]
    if verdict.cannot_price:
        rows.append(("ceiling of what is known", verdict.at_least.ceiling))
    if verdict.budget is not None:
        rows.append((f"budget ({_span(verdict.budget.basis)})", verdict.budget.usd_per_month))
    body = [f"| {name} | {usd(amount, without='not known')} |" for name, amount in rows]
    return ["| USD per month | |", "|---|--:|", *body]


def _way_back(verdict: Verdict) -> list[str]:
    """Show the first blocking violation's way back, so that nobody has to unfold for the next step."""
    blocking = [v for v in verdict.violations if v.blocks]
    if not blocking:
        return []
    lines = blocking[0].message.split("\n")
    more = f" (and {len(blocking) - 1} more below)" if len(blocking) > 1 else ""
    return [f"**{_span(blocking[0].policy)}**: {escaped(_cut(lines[-1], 600))}{more}", ""]


def _lowered(verdict: Verdict) -> list[str]:
    return [
        f"⚠️ policy {_span(c.policy)} is {_span(c.level)} by configuration (default {_span(c.default)})"
        for c in verdict.level_changes
        if c.lowered
    ]


def _folds(verdict: Verdict) -> list[tuple[str, list[str]]]:
    blocking = [v for v in verdict.violations if v.blocks]
    advice = [v for v in verdict.violations if not v.blocks]
    lines = sorted(
        (line for line in verdict.lines if line.of == "ceiling"),
        key=lambda line: (-line.usd_per_month, line.urn, line.item),
    )
    bill = [
        f"| {_cell(_name(line.urn))} | {_words(line.item)} | {exact_text(line.quantity)} {_words(line.unit)} "
        f"× {price_text(line)} | {usd(line.usd_per_month)} |"
        for line in lines
    ]
    folds = [
        (f"Violations: {len(blocking)}", [_violation(v) for v in blocking]),
        (f"Advice: {len(advice)}", [_violation(v) for v in advice]),
        (
            f"Lines: {len(bill)}",
            ["| resource | item | quantity × unit price | USD/month |", "|---|---|--:|--:|", *bill],
        ),
        (f"Billed by use: {len(verdict.by_use)}", [_use(use) for use in verdict.by_use]),
        (
            f"Pods on capped pools: {len(verdict.covered_by_pools)}",
            [f"- {_span(_name(c.urn))}: {escaped(c.why)}" for c in verdict.covered_by_pools],
        ),
        ("The exemption that would let it through", [f"    {seen(line)}" for line in proposed(verdict)]),
        (_exemption_title(verdict), _exemptions(verdict)),
        (
            f"Not applicable: {len(verdict.not_applicable)}",
            [f"- {_span(s.policy)}: {escaped(s.reason)}" for s in verdict.not_applicable],
        ),
    ]
    return [(title, rows) for title, rows in folds if rows and not (title.startswith("Lines") and not bill)]


def _use(use: BilledByUse) -> str:
    total = "in no total" if use.allowance is None else f"counted in the allowance {_span(use.allowance)}"
    return f"- {_span(_name(use.urn))} ({_span(use.type)}): {escaped(use.bills)}; {total}"


def _violation(violation: Violation) -> str:
    at = f" at {_span(_name(violation.urn))}" if violation.urn else ""
    text = violation.story or violation.message
    body = "<br>".join(escaped(_cut(line, 600)) for line in text.split("\n"))
    return f"- **{_span(violation.policy)}** {_span(violation.code)}{at}: {body}"


def _exemption_title(verdict: Verdict) -> str:
    used, unused = len(verdict.exemptions_used), len(verdict.exemptions_unused)
    return f"Exemptions: {used} used, {unused} unused, {len(verdict.exemptions_expired)} expired"


def _exemptions(verdict: Verdict) -> list[str]:
    groups: list[tuple[str, Sequence[ExemptionUse]]] = [
        ("used", verdict.exemptions_used),
        ("unused", verdict.exemptions_unused),
        ("**expired**", verdict.exemptions_expired),
    ]
    return [
        f"- {state}: {_span(e.policy)} until {_span(e.expires)}, up to {_allowed(e)}, "
        f"owner {_span(e.owner)}, approved by {_span(e.approved_by)}: {_span(e.reason)}"
        for state, group in groups
        for e in group
    ]


def _allowed(use: ExemptionUse) -> str:
    return usd(use.allow_up_to_usd, without="any amount")


def _fold(title: str, rows: Sequence[str], room: int) -> list[str]:
    """Fold rows; those that do not fit into the room are counted instead."""
    frame = ["<details><summary>", title, "</summary>", "", "", "</details>", ""]
    left = room - size(frame) - 80
    kept = fitting(rows, left)
    if not kept:
        return []
    if len(kept) < len(rows):
        kept += ["", f"… and {len(rows) - len(kept)} more; `plimsoll check --format json` has all"]
    return [f"<details><summary>{title}</summary>", "", *kept, "", "</details>", ""]


def _basis(verdict: Verdict) -> str:
    where = f", region {_span(verdict.region)}" if verdict.region else ""
    return (
        f"ceiling = the most these resources can cost in 730 hours, on-demand; "
        f"{prices_text(verdict.clock)}{where}; updated in place"
    )


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _span(text: str) -> str:
    return code_span(_cut(text, _CELL))


def _cell(text: str) -> str:
    return code_span(_cut(text, _CELL), in_table=True)


def _words(text: str) -> str:
    return escaped(_cut(text, _CELL), in_table=True)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
